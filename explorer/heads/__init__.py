"""Small trained heads on frozen vectors: what they are, where they lie, the one loop that trains them."""
