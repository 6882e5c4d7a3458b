"""Newsletters on their way: letters, the mail server, and what has been sent to whom."""
