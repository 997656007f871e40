"""Rows and sentences joined through the words that they share: a graph, walks on it, vectors of its nodes."""
