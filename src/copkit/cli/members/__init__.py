"""Members and seats: rosters, contacts, approaches, health, being forgotten."""
