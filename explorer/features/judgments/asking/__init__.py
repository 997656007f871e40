"""Asking people: what to ask next, and what becomes of the answers."""
