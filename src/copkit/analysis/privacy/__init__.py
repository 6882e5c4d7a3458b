"""Who may see what: audiences, small counts, identifying details, being forgotten."""
