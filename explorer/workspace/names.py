"""Names of workspaces that come from the names of their sources."""

from pathlib import Path

from explorer.base.errors import ExplorerError
from explorer.workspace.folder import Workspace, list_workspaces

LONGEST = 60


def name_of(source: Path) -> str:
    """A name made of the source's own: "photos" for /data/photos, "reviews" for reviews.csv."""
    stem = source.name if source.is_dir() else source.stem
    kept = "".join(c if c.isalnum() or c in " _-()" else "-" for c in stem).strip(" -_()")
    return kept[:LONGEST].strip() or "data"


def name_for(source: Path, root: Path) -> str:
    """The name of the workspace below `root` that was made from `source`, else a new name that is free.

    Of several it is the one that has the source's own name, else the first by name.
    """
    wanted = name_of(source)
    made = [one.path.name for one in list_workspaces(root) if not one.error and _made_from(one.path, source)]
    return min(made, key=lambda name: (name != wanted, name), default=free_name(root, wanted))


def free_name(root: Path, wanted: str) -> str:
    """`wanted`, or with a number behind it, so that nothing below `root` is called so."""
    name, number = wanted, 2
    while (root / name).exists():
        name, number = f"{wanted}-{number}", number + 1
    return name


def _made_from(folder: Path, source: Path) -> bool:
    try:
        return Path(Workspace.open(folder).manifest.source) == source.expanduser().resolve()
    except ExplorerError:
        return False
