"""Names of workspaces that come from the names of their sources."""

from pathlib import Path

from explorer.base.errors import ExplorerError
from explorer.workspace.folder import Workspace

LONGEST = 60


def name_of(source: Path) -> str:
    """A name made of the source's own: "photos" for /data/photos, "reviews" for reviews.csv."""
    stem = source.name if source.is_dir() else source.stem
    kept = "".join(c if c.isalnum() or c in " _-()" else "-" for c in stem).strip(" -_()")
    return kept[:LONGEST].strip() or "data"


def name_for(source: Path, root: Path) -> str:
    """The name of the workspace below `root` that was made from `source`, else a new name that is free."""
    wanted = name_of(source)
    name, number = wanted, 2
    while (root / name).exists() and not _made_from(root / name, source):
        name, number = f"{wanted}-{number}", number + 1
    return name


def _made_from(folder: Path, source: Path) -> bool:
    try:
        return Path(Workspace.open(folder).manifest.source) == source.expanduser().resolve()
    except ExplorerError:
        return False
