"""E-mails of newsletters: their text, the mail server, and the journal of what was sent."""
