"""``copkit case``: follow-up, progress, the story of a case, and its sign-off.

The functions here are the groups: their docstrings are the help, and nothing is imported for it.
"""


def case_group() -> None:
    """Follow cases up: what was promised, whether it helped, and who may be told.

    \b
    Examples:
      copkit case follow-up brighton
      copkit case progress brighton/nobody-to-call a1 helped
      copkit case show brighton/nobody-to-call
      copkit case sign-off brighton/nobody-to-call
    """
