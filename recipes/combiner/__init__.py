"""The Combiner that ships with pocket."""
