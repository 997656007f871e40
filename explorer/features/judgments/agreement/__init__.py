"""People against people, and models against people."""
