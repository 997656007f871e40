"""The library: a collection without the browser."""
