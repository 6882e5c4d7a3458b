"""Other people's lists held against the records: who is who, and what would change."""
