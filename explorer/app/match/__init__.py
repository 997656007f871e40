"""The parts of the page Match."""
