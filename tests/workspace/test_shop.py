"""The demo of a shop."""

from pathlib import Path

import pytest

from explorer.base.progress import Silent
from explorer.scenes.shop import draw_product
from explorer.workspace import demo
from explorer.workspace.demo import create_notes_demo, create_shop_demo
from explorer.workspace.shop import shop_files


def test_products_have_pictures_and_texts_and_files_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared: list[str] = []
    monkeypatch.setattr(demo, "prepare", lambda workspace, encoder, **kwargs: prepared.append(encoder))
    monkeypatch.setattr(demo, "draw_product", lambda one, size: draw_product(one, 8))
    workspace = create_shop_demo(tmp_path, Silent())
    dataset = workspace.dataset()
    assert len(dataset) == 400 and dataset.has_images and dataset.has_texts
    assert {"name", "brand", "description", "specification", "price", "category", "kind"} <= set(dataset.attributes)
    assert len(prepared) == 2 and len(set(prepared)) == 2
    files = shop_files(workspace)
    assert {"catalogue", "other catalogue", "baskets", "glossary", "tables"} <= set(files)
    assert all(path.is_relative_to(workspace.path) for path in files.values())
    files["baskets"].unlink()
    assert "baskets" not in shop_files(workspace)
    assert shop_files(create_notes_demo(tmp_path, Silent(), 5)) == {}
