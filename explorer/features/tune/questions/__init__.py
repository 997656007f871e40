"""Questions that ask the same: pairs of questions learned in two stages, and a question matched to a list."""
