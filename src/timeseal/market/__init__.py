"""The marketplace application: facts, verticals, layers, labels; uses the seal."""
