"""Conditional and relational similarity: arrays in, values out."""
