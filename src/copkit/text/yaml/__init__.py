"""Strict YAML with the place of every value: reading, writing, and what was wrong."""
