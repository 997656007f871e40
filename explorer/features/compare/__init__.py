"""How alike two representations of the same items are. Pure: arrays in, values out. See `measures.MEASURES`."""
