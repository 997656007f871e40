"""The long steps from a source to a searchable map: importing, embedding, indexing, mapping."""
