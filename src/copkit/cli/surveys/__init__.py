"""``copkit survey``: questions to members, their answers counted, and what these say.

The function here is the group: its docstring is the help, and nothing is imported for it.
"""


def survey_group() -> None:
    """Ask members whether it helped, count the answers, and show what they say.

    Answers row by row never go into git: they stay in private/surveys until they are forgotten.

    \b
    Examples:
      copkit new-survey "Member survey, December 2012" --asked-on 2012-12-03
      copkit survey build member-survey-december-2012
      copkit survey import member-survey-december-2012 answers.xlsx
      copkit survey show member-survey-december-2012
    """
