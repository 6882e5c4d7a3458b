"""``copkit evidence``: finding, using and reading evidence cards."""
