"""Tables: which table of one folder is the same as, or like, which of another."""
