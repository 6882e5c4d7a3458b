"""``copkit toolkit``: sheets for starting a community, and the checklist that records tick.

The functions here are the groups: their docstrings are the help, and nothing is imported for it.
"""


def toolkit_group() -> None:
    """Sheets for starting a community of practice, and the checklist that records tick.

    Sixteen sheets, one question each, to read, to print and to change. With a community,
    'copkit toolkit' puts those first that help with what is still open.

    \b
    Examples:
      copkit toolkit
      copkit toolkit show brokerage
      copkit toolkit print taster ground-rules --format pdf
      copkit toolkit check brighton
    """
