"""What each document states, as plain values for its template."""
