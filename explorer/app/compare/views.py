"""The views of the Compare page by name, each with the panels that make it up."""

from collections.abc import Callable
from importlib import import_module

from explorer.workspace.folder import Workspace

VIEWS = {
    "two": "Two models",
    "layers": "Layers",
    "many": "Many models",
    "stitch": "Stitching lab",
    "bridge": "Bridge",
    "compatibility": "Compatibility",
    "merging": "Merging",
}
MODULES = {
    "stitch": "stitching_panel",
    "bridge": "bridge_panel",
    "compatibility": "compatibility_panel",
    "merging": "merging_panel",
}


def panel(view: str) -> Callable[[Workspace], None]:
    """The panel of a view that chooses its models by itself; imported when it is opened."""
    name = MODULES[view]
    found: Callable[[Workspace], None] = getattr(import_module(f"explorer.app.compare.{name}"), name)
    return found
