"""Guided tours: showing them to an audience, and making them."""
