"""Documents in the browser while their records and templates are edited."""
