"""A workspace of short texts with two columns, under the sentence model."""

import pytest

from explorer.base.progress import Silent
from explorer.workspace.importing import import_source
from explorer.workspace.opened import Opened, open_shared
from explorer.workspace.preparing import prepare

THINGS, COLOURS = ("boat", "cup", "car", "hat"), ("red", "blue", "green", "white")


@pytest.fixture(scope="package")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """16 texts such as "a red boat", with the columns colour, thing and number, of which the last is all different."""
    folder = tmp_path_factory.mktemp("texts")
    lines = [f"a {c} {t},{c},{t},{c}-{t}" for c in COLOURS for t in THINGS]
    (folder / "t.csv").write_text("text,colour,thing,number\n" + "\n".join(lines) + "\n", encoding="utf-8")
    ws = import_source(folder / "t.csv", folder / "workspaces" / "texts")
    prepare(ws, "sentence", method="pca", progress=Silent())
    return open_shared(ws.path)
