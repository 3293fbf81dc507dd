"""The report of one run: what the registry says becomes frozen contexts, contexts become one page."""
