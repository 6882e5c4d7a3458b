"""``copkit quote`` and ``copkit story``: what people said, and what changed.

The functions here are the groups: their docstrings are the help, and nothing is imported for them.
"""


def quote_group() -> None:
    """See how quotes are told, and sign them off for readers outside.

    Who said it is never typed: it is 'Member CP5' where five or more of that community answered,
    else 'Member'.

    \b
    Examples:
      copkit survey comments december-2012
      copkit quote list --for public
      copkit quote sign-off q3
    """


def story_group() -> None:
    """Stories of what changed: which still lack what came of it, and their sign-off.

    \b
    Examples:
      copkit new-story "A call on Saturday" --value applied --consent given
      copkit story due
      copkit story sign-off a-call-on-saturday
    """
