"""Identifying details in a text: what they are, where they stand, what is shown in their place."""
