"""What no single vector a text can do well: LIMIT, and vectors that are free to lie anywhere."""
