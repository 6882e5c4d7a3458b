"""Documents: first what one states (facts), then its form (a template)."""
