"""Identifying details in a text: their kinds, the rules that find them, and masking them."""
