"""Replacing one model by another: bridges, stitching, compatibility, merging."""
