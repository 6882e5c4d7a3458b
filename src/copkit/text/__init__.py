"""Text on disk and the values in it; knows nothing of communities of practice."""
