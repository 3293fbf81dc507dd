"""The report of one run: frozen contexts in, one self-contained page out; reads no database."""
