"""Search engines behind one contract: recall against speed, memory and time to build."""
