"""Relational similarity: same logic, different look."""
