"""Domain packs, one folder per kind of goods: words, rules, readers, layer texts."""
