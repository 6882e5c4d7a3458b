"""``copkit blockage``: what keeps coming back, what was asked, and the letters.

The functions here are the groups: their docstrings are the help, and nothing is imported for it.
"""


def blockage_group() -> None:
    """What keeps coming back, what was asked of whom, and what came back.

    \b
    Examples:
      copkit blockage list --open
      copkit blockage link weekend-cover stoke-on-trent/quiet-saturdays
      copkit blockage ask weekend-cover
      copkit blockage reply weekend-cover --reply "Agreed for a year."
    """
