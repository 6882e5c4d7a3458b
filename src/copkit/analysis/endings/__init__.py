"""How communities end, what grows out of them, and how long what is kept.  Pure."""
