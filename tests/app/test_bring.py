"""What the home page shows of a table before it is imported."""

import datetime as dt

import pyarrow as pa

from explorer.app.home.bring import _options
from explorer.io.columns import Columns
from explorer.io.preview import head_of


def test_the_preview_shows_any_kind() -> None:
    table = pa.table(
        {
            "jpg": pa.array([b"\xff\xd8\xff", None]),
            "picture": pa.array([{"bytes": b"\xff", "path": "a.jpg"}, None]),
            "far": pa.array([10**13, None]).cast(pa.timestamp("s")),
            "zone": pa.array([1, None], pa.timestamp("s", tz="Nowhere/Land")),
            "tags": [["a", "b"], None],
            "day": [dt.date(2024, 1, 1), None],
            "long": ["x" * 500, None],
        }
    )
    shown = dict(zip(table.column_names, map(list, zip(*head_of(table), strict=True)), strict=True))
    assert shown["jpg"] == ["(bytes)", ""]
    assert shown["picture"] == ["{'bytes': '(bytes)', 'path': 'a.jpg'}", ""]
    assert shown["far"] == shown["zone"] == ["(cannot be shown)", ""]
    assert shown["tags"] == ["['a', 'b']", ""]
    assert shown["day"] == ["2024-01-01", ""]
    assert len(shown["long"][0]) == 120


def test_only_what_was_changed_is_said() -> None:
    guess = Columns("id", None, "text", ("emb",))
    assert _options(guess, guess) == []
    assert _options(Columns("id", None, "title", ("emb",)), guess) == ["--text", "title"]
    assert _options(Columns(None, "path", "text", ()), guess) == ["--image", "path", "--id", "", "--vectors", ""]
