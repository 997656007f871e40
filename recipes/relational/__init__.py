"""The relational head that ships with pocket."""
