"""What the demo of a shop has beside its products: catalogues, baskets, terms, questions, names, texts, tables."""

from collections.abc import Mapping
from pathlib import Path

from explorer.scenes.shop.files import FILES
from explorer.workspace.demo import MADE_SHOP
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import MATCH_DEMO


def is_shop(workspace: Workspace) -> bool:
    """Whether it is what `create_shop_demo` makes, whatever it is called by now."""
    return workspace.manifest.kind == "demo" and workspace.manifest.source.endswith(MADE_SHOP)


def shop_files(workspace: Workspace) -> Mapping[str, Path]:
    """The files (and the folder of tables) by their name for people; {} for every other workspace.

    A file that somebody has taken away is left out.
    """
    if not is_shop(workspace):
        return {}
    paths = {name: workspace.path / MATCH_DEMO / file for name, file in FILES.items()}
    return {name: path for name, path in paths.items() if path.exists()}
