"""The library: everything that the pages do with a collection, from a script or a notebook, without the browser."""
