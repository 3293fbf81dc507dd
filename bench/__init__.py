"""Benchmarks: ratios of two ways of doing a thing, measured side by side in one run."""
