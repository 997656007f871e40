"""The house stays tidy: no circles among modules, no long lists of arguments by position."""

from pathlib import Path

import pytest

from tools import house, rooms

ROOT = Path(__file__).parents[1]
CODE = sorted((ROOT / "explorer").rglob("*.py"))


def test_no_room_and_no_module_imports_itself_by_a_detour() -> None:
    modules = rooms.module_graph(ROOT)
    assert len(modules) > 400
    assert rooms.circles(rooms.room_graph(modules)) == []
    assert rooms.circles(modules) == []


@pytest.mark.parametrize("kind", ["calls with 7 or more positional arguments", "fmt: skip"])
def test_nothing_of_this_kind_comes_back(kind: str) -> None:
    assert house.count(CODE)[kind] == []


def test_the_counts_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house, "ROOT", tmp_path)
    source = (
        "from typing import Any\nf(1, 2, 3, 4, 5, 6, 7)\ndef g(a, b, c, d, e, h): ...\nx: Any = 1\ny: dict[str, Any]\n"
    )
    (tmp_path / "a.py").write_text(source, encoding="utf-8")
    found = {kind: len(places) for kind, places in house.count([tmp_path / "a.py"]).items()}
    assert list(found.values())[:3] == [1, 1, 1]


def test_a_circle_is_seen() -> None:
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": set()}
    assert rooms.circles(graph) == [["b", "c"]]
