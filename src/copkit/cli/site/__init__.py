"""``copkit site``: the repository of cases, what is published in it, and what is taken back.

The function here is the group: its docstring is the help, and nothing is imported for it.
"""


def site_group() -> None:
    """The repository of cases as web pages: build it, publish a case, take one down.

    \b
    Examples:
      copkit site build --for public --open
      copkit site candidates
      copkit site public brighton/nobody-to-call
      copkit site takedown brighton/nobody-to-call --why 'The family asked'
    """
