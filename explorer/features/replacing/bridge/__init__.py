"""Asking an old gallery with a new model: a map between their spaces."""
