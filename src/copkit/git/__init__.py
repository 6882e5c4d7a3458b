"""Records in git: running git safely, hooks, the merge driver, sync, history and undo."""
