"""Privacy: audiences, small counts, identifying details, erasure of a person."""
