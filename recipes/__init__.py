"""Recipes that make the weights shipped in assets/, and the measurements printed in their cards."""
