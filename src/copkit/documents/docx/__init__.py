"""Word documents: styles and a blank file, a writer, and the brief and the letter.

Nothing here is imported before somebody asks for Word: ``docx`` comes with an extra.
"""
