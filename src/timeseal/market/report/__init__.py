"""The report of one run: what the registry says becomes frozen contexts, and those one page."""
