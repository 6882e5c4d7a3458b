"""How communities end, grow out of one another and are handed over.

The functions here are the groups: their docstrings are the help, and nothing is imported for it.
"""


def retention_group() -> None:
    """List what has been kept long enough, and delete it: by the host's own agreed periods.

    Without another command it lists.

    \b
    Examples:
      copkit retention
      copkit retention --rules
      copkit retention apply --dry-run
    """


def community_group() -> None:
    """End a community well, grow a new one out of it, or hand it over.

    \b
    Examples:
      copkit community closing workington
      copkit community close workington
      copkit community sprout "North Division" --from stoke-on-trent
      copkit community lineage
    """
