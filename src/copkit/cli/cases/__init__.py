"""``copkit case``: follow-up, progress, the story of a case, and its sign-off."""
