"""``copkit session`` and ``copkit links``: what a network does, and what is to be found elsewhere.

The functions here are the groups: their docstrings are the help, and nothing is imported for them.
"""


def session_group() -> None:
    """One session of a network: how many came, its papers, what people said of it.

    \b
    Examples:
      copkit session record riverside-network 2022-03-16 --came 61
      copkit session build riverside-network next
      copkit session feedback riverside-network 2022-03-16 answers.csv
    """


def links_group() -> None:
    """Pages, episodes, recordings and tools elsewhere, and whether they are still there.

    \b
    Examples:
      copkit links --theme falls
      copkit links due
    """
