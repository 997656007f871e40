"""The front of one network sewn to the end of another."""
