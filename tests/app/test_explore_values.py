"""The pure parts of the Explore page: the query line, undo and redo, polygons."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from explorer.app.explore.history import History
from explorer.app.explore.polygon import simplify
from explorer.search.line import parse_line
from explorer.search.query import MAX_TEXT, QueryPart


def test_signs_part_a_line() -> None:
    line = parse_line("a red striped star - water + night sky -fog")
    assert [(part.value, part.weight) for part in line.parts] == [
        ("a red striped star", 1),
        ("water", -1),
        ("night sky", 1),
        ("fog", -1),
    ]
    assert not line.adds


def test_a_leading_sign_goes_on_with_the_query() -> None:
    assert parse_line("- water").adds
    assert parse_line("+ water").parts == (QueryPart("text", "water"),)


def test_hyphens_and_numbers_are_no_signs() -> None:
    assert [part.value for part in parse_line("a t-shirt at -5 degrees").parts] == ["a t-shirt at -5 degrees"]


def test_empty_and_endless_lines() -> None:
    assert parse_line("  \n ").parts == ()
    line = parse_line("word " * 10_000)
    assert len(line.parts[0].value) <= MAX_TEXT
    assert "the first 2,000 were used" in line.notes[0]


def test_any_script_is_a_text() -> None:
    assert [part.value for part in parse_line("🌟 красная звезда 赤い星").parts] == ["🌟 красная звезда 赤い星"]


@given(st.text(max_size=200))
def test_any_line_gives_parts_that_fit_the_address(text: str) -> None:
    assert all(part.value.strip() and len(part.value) <= MAX_TEXT for part in parse_line(text).parts)


@given(st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=12))
def test_undo_and_redo_undo_each_other(addresses: list[str]) -> None:
    history = History()
    for address in addresses:
        history = history.visit(address)
    if history.past:
        assert history.undo().redo() == history
        assert history.visit(history.past[-1]) == history.undo()


def test_a_new_view_ends_the_future() -> None:
    history = History().visit("a").visit("b").undo().visit("c")
    assert history.future == ()
    assert history.undo().present == "a"


@given(st.integers(3, 2_000), st.floats(0.01, 1_000))
def test_simplified_circles_keep_their_area(corners: int, size: float) -> None:
    angles = np.linspace(0, 2 * np.pi, corners, endpoint=False)
    points = np.c_[np.cos(angles), np.sin(angles)] * size
    kept = np.array(simplify(points.tolist()))
    assert len(kept) <= 80
    assert abs(_area(kept) / _area(points) - 1) < 0.02


def _area(points: np.ndarray) -> float:
    x, y = points.T
    return float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2)
