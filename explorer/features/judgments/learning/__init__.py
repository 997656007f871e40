"""Models that learn from people's answers."""
