"""``copkit meeting``: a meeting that moves to another day, or is cancelled.

The functions here are the groups: their docstrings are the help, and nothing is imported for it.
"""


def meeting_group() -> None:
    """A meeting that moves to another day, or is cancelled; what was due at it follows.

    \b
    Examples:
      copkit meeting move brighton 2012-06-20 2012-06-27
      copkit meeting cancel brighton 2012-06-20 --why "the room was flooded"
    """
