"""Similarity Explorer: look at what "similar" means in a set of images and texts.

    import explorer as ex
    ws = ex.create("~/Pictures/holiday")
    ws.search("a red car at night", k=20)

All names are loaded when they are first used.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from explorer.base.version import VERSION

if TYPE_CHECKING:
    from explorer.base.errors import ExplorerError, InputError, ModelError, WorkspaceError
    from explorer.library.activations import activations
    from explorer.library.collection import Collection
    from explorer.library.functions import compare, create, demo, list_workspaces, open
    from explorer.library.matching import match
    from explorer.library.networks import add_layers, compare_layers
    from explorer.library.notebook.linking import link
    from explorer.library.results import Results

__version__ = VERSION
_HOMES = {
    "ExplorerError": "base.errors",
    "InputError": "base.errors",
    "ModelError": "base.errors",
    "WorkspaceError": "base.errors",
    "Collection": "library.collection",
    "Results": "library.results",
    "activations": "library.activations",
    "add_layers": "library.networks",
    "compare": "library.functions",
    "compare_layers": "library.networks",
    "create": "library.functions",
    "demo": "library.functions",
    "link": "library.notebook.linking",
    "list_workspaces": "library.functions",
    "match": "library.matching",
    "open": "library.functions",
}
__all__ = [
    "Collection",
    "ExplorerError",
    "InputError",
    "ModelError",
    "Results",
    "WorkspaceError",
    "__version__",
    "activations",
    "add_layers",
    "compare",
    "compare_layers",
    "create",
    "demo",
    "link",
    "list_workspaces",
    "match",
    "open",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"explorer.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
