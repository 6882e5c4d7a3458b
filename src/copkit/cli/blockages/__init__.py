"""``copkit blockage``: what keeps coming back, what was asked, and the letters."""
