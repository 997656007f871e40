"""How small vectors can be before the answers suffer: projections, rounding, re-ranking."""
