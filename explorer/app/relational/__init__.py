"""The page "Relational": same logic, different look."""
