"""English words told apart: names of things one can see, and all others."""
