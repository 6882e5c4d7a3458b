"""Records as tables: rows with types for other programs, and summaries for readers outside."""
