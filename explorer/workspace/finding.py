"""Finding a workspace by its name, and saying where one went that is not there."""

from pathlib import Path

from explorer.base.errors import NotThere
from explorer.base.settings import check_name, workspaces_root
from explorer.workspace.layout import is_workspace
from explorer.workspace.renamed import renamed_to
from explorer.workspace.trashed import list_trash


def workspace_folder(name: str) -> Path:
    """Folder of an existing workspace; NotThere when there is none of this name, with what became of it."""
    root = workspaces_root()
    folder = root / check_name(name)
    if folder.parent != root or not is_workspace(folder):
        went = where_it_went(root, name) or "Open the home page to choose or create one."
        raise NotThere(f"There is no workspace named {name[:60]!r}. {went}")
    return folder


def where_it_went(root: Path, name: str) -> str:
    """A sentence for those who ask for a workspace that is not there any more; "" when nothing is known of it."""
    now = renamed_to(root, name)
    if now:
        return f"It is called {now!r} now."
    if any(one.name == name for one in list_trash(root)):
        return f"It was deleted; bring it back under “All data” on Home, or with: explorer workspace restore {name!r}."
    return ""
