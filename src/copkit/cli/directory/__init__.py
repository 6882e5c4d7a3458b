"""``copkit directory``: services to send people to, and who knows of them.

The function here is the group: its docstring is the help, and nothing is imported for it.
"""


def directory_group() -> None:
    """Find services, keep them checked, and give them to others.

    An entry says when somebody last found it to be so; only 'copkit directory check' does that.

    \b
    Examples:
      copkit directory find debt --place north-estate
      copkit directory due
      copkit directory check chapel-breakfast --how phone --still
      copkit directory build --open
    """
