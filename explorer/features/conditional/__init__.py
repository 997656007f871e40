"""Conditional similarity: alike in one respect, or like it but changed in one."""
