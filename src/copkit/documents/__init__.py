"""Documents: the facts of each, and the formats that present them (templates, Word, PDF, XLSX)."""
