"""Match: names through a directory of what they stand for."""
