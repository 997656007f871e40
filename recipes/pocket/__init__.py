"""Pocket, from random weights to the file that ships, and its measurements."""
