"""What a filter costs, and whether it hides items: before, after and inside of the search."""
