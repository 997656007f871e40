"""Domain experts: copies of a block of MiniLM, each trained on one domain, the route given by a column."""
