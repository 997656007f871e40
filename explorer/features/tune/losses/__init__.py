"""Losses: pure functions of unit rows, each with its card; `registry.LOSSES` lists them."""
