"""The repository of cases: pages, lists, metadata, feed and search, as plain files."""
