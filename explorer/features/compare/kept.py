"""Where what the comparisons of a workspace make is kept on disk, and when it is out of date."""

from hashlib import blake2b
from pathlib import Path

from explorer.workspace.folder import Workspace

_FORMAT = 1


def compare_folder(ws: Workspace) -> Path:
    """Where what the Compare page makes is kept; it may be deleted at any time."""
    return ws.folder("cache", "compare")


def stamp(ws: Workspace, *specs: str) -> str:
    """Short hash that changes whenever the vectors of one of the encoders do."""
    made = [str(ws.embeddings_stamp(spec)) for spec in specs]
    return blake2b("|".join([*specs, *made, str(_FORMAT)]).encode(), digest_size=8).hexdigest()
