"""Networks, and what goes out from them: sessions, series of newsletters, links."""
