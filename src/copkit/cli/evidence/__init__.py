"""``copkit evidence``: finding, using and reading evidence cards.

The functions here are the groups: their docstrings are the help, and nothing is imported for it.
"""


def evidence_group() -> None:
    """Find the evidence that fits a case, note where it was used, and say it in a minute.

    \b
    Examples:
      copkit evidence find missed appointments
      copkit evidence for brighton/assessed-only-when-sober
      copkit evidence use complex-responses brighton
      copkit evidence say complex-responses
    """
