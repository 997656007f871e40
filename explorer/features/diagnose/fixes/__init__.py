"""Fixes of how a model's vectors lie: what each would change, measured before it is applied, and its application."""
