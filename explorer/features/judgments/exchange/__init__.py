"""Judgments from and for other programs."""
