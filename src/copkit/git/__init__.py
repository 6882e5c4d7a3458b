"""Records in git: merging, coming together with others, history."""
