"""A simulated live marketplace with known ground truth: draws, laws, texts, watching.

Imports nothing from `timeseal.models`: what is to be found must not be made of what looks for it.
The specification is docs/explanation/phones-world.md.
"""
