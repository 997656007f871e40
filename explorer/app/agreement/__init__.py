"""The page Agreement: people, models against people, and models that learn from people."""
