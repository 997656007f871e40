"""Where a search loses what it should find: in the vectors, in the metric, or in the index."""
