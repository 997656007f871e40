"""What goes with an item, and what stands in for it, from baskets."""
