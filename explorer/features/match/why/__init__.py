"""Why a text was found: which of its sentences answer what was asked."""
