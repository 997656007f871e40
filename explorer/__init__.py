"""Similarity Explorer."""
