"""Plotly figures from plain values."""
