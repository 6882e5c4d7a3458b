"""Other people's files -> values: lists of who came, and tables of anything.  Pure."""
