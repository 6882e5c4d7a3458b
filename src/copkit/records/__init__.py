"""The records of a programme: one noun, one file."""
