"""Adding records of every kind, and showing them."""
