"""Compare imported lists and rosters with the records: who is who, and what would change."""
