"""Members and seats: rosters, contacts, approaches, health, being forgotten.

The functions here are the groups: their docstrings are the help, and nothing is imported for it.
"""


def roster_group() -> None:
    """Take members from a spreadsheet."""


def contacts_group() -> None:
    """Names and addresses, which stay out of git: who they are, and sharing them encrypted."""


def member_group() -> None:
    """What happens to one member: leaving, coming back, another role, another address."""


def approaches_group() -> None:
    """List whom communities approached, and what came of it; what is to be done next is on top.

    Without another command it lists: of one community if it is named, else of all.

    \b
    Examples:
      copkit approaches brighton
      copkit approaches --due
      copkit approaches list --help
      copkit approaches update brighton ap3 --outcome joined
    """
