"""Building, sending and previewing documents.

The functions here are the groups: their docstrings are the help, and nothing is imported for it.
"""


def newsletter_group() -> None:
    """The newsletter, what each community did, learnt and plans: build it, and send it."""


def brief_group() -> None:
    """Build the brief: what keeps blocking practitioners, and the one ask."""


def templates_group() -> None:
    """Change how documents look: list the templates, copy one to make it your own."""
