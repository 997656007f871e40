"""Expensive pairwise scorers, and how to find the best items of one with few calls of it: ANNCUR."""
