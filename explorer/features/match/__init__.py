"""Match: tell which things of one list are the same as which of another."""
