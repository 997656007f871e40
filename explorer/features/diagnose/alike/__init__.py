"""Items that are the same thing again, as a graph above a threshold, and how what is there changes over time."""
