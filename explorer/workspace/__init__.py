"""Workspaces: the only part that knows their folders, and the steps that fill them."""
