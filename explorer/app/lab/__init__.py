"""The parts of the Search lab."""
