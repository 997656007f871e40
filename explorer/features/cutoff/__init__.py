"""Cutting off what is irrelevant: one threshold on a map of the cosine that depends on the query (Cosine Adapter)."""
