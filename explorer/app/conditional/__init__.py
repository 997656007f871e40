"""The parts of the Conditional page."""
