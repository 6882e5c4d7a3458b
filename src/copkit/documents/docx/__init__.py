"""Word documents: a blank file with its styles, the parts that any is made of, and the brief.

Nothing here is imported before somebody asks for Word: ``docx`` comes with an extra.
"""
