"""The certification engine; knows stores, keys and times, and no domain word."""
