"""Revisions: what two new versions of one text changed, and which of the changes are the same."""
