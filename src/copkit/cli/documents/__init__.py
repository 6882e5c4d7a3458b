"""Building, sending and previewing documents.

The functions here are the groups: their docstrings are the help, and nothing is imported for it.
"""


def newsletter_group() -> None:
    """The newsletter, what each community did, learnt and plans: build it, and send it."""


def brief_group() -> None:
    """Build the brief: what keeps blocking practitioners, and the one ask."""


def report_group() -> None:
    """Build the evaluation report: what came of a programme, and how far that is to be trusted."""


def templates_group() -> None:
    """Change how documents look: list the templates, copy one to make it your own."""


def agenda_group() -> None:
    """The agenda of a community's next meeting: print or build it, or send it to the members.

    Without another command it is printed.

    \b
    Examples:
      copkit agenda brighton
      copkit agenda brighton --open
      copkit agenda show --help
      copkit agenda send brighton
    """


def calendar_group() -> None:
    """Invitations to meetings: a calendar file of all of them, or one to each member by e-mail.

    Without another command the file is written.

    \b
    Examples:
      copkit calendar brighton
      copkit calendar write --help
      copkit calendar send brighton
    """
