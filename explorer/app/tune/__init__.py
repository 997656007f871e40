"""The page Tune, a panel a file."""
