"""Formats of other tools, read and written: one file a format, and `registry` that lists them."""
