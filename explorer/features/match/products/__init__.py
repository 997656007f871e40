"""Products: which listing of one shop is the same as which of another, field by field (ProMap)."""
