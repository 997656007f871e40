"""MAP-Elites: the best candidate of every cell of a map, its axes, its emitters and its measures."""
