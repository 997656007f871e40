"""Where what the comparisons of a workspace make is kept on disk."""

from pathlib import Path

from explorer.workspace.folder import Workspace


def compare_folder(ws: Workspace) -> Path:
    """Where what the Compare page makes is kept; it may be deleted at any time."""
    return ws.folder("cache", "compare")
