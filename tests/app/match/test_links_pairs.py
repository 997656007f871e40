"""Tables of pairs of which it is known whether they are the same."""

from pathlib import Path

import numpy as np
import pytest

from explorer.app.match.links_figures import heat_figure, kinds_figure, reliability_figure, short_names
from explorer.app.match.links_pairs import known_pairs, scores_of, untold
from explorer.base.errors import InputError
from explorer.features.match.probability import Bin
from tests.app.match.test_links_decided import PAIRS, made

LEFT, RIGHT = ["red", "green", "blue"], ["rot", "grün", "gelb"]


def written(folder: Path, text: str) -> Path:
    path = folder / "pairs.csv"
    path.write_text(text, "utf-8")
    return path


def test_pairs_are_read_either_way_round_with_their_kinds_and_scores(tmp_path: Path) -> None:
    matched = made(LEFT, RIGHT, PAIRS)
    table = "left,right,same,kind\nb0,a0,1,x\nb1,a0,0,close\nb2,a2,no,\nzz,a1,1,\nb1,a1,yes,\n"
    known = known_pairs(written(tmp_path, table), matched)
    assert known.left.tolist() == [0, 0, 2, 1] and known.right.tolist() == [0, 1, 2, 1]
    assert known.kinds == ("match", "close", "another", "match")
    assert (known.truth.left.tolist(), known.truth.right.tolist()) == ([0, 1], [0, 1])
    assert "zz" in known.truth.notes[0]
    assert scores_of(matched, known).tolist() == pytest.approx([0.9, 0.8, 0.2 - 1, 0.7])


def test_without_a_column_of_yes_and_no_all_pairs_are_the_same(tmp_path: Path) -> None:
    nothing = made(LEFT, RIGHT, [])
    known = known_pairs(written(tmp_path, "Left,RIGHT\na0,b0\na1,b2\n"), nothing)
    assert len(known.truth) == 2 and set(known.kinds) == {"match"}
    assert scores_of(nothing, known).tolist() == [0, 0]


def test_in_one_list_a_pair_stands_below_the_diagonal(tmp_path: Path) -> None:
    one = made(LEFT, [], [(0, 1, 0.5)], same=True)
    known = known_pairs(written(tmp_path, "left,right\na1,a0\n"), one)
    assert (known.left.tolist(), known.right.tolist(), scores_of(one, known).tolist()) == ([0], [1], [0.5])


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("one,two\na0,b0\n", "expected the columns left and right"),
        ("left,right,same\na0,b0,1\na1,b1,maybe\n", "row 3, column same: expected 1 or 0"),
        ("left,right\nq,r\n", "expected"),
    ],
)
def test_what_is_wrong_in_a_table_of_pairs(tmp_path: Path, table: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        known_pairs(written(tmp_path, table), made(LEFT, RIGHT, PAIRS))


def test_figures_show_names_as_they_are() -> None:
    assert short_names(["same", "same", "x" * 50])[1:] == ["same (2)", "x" * 33 + "…"]
    figure = heat_figure(["<b>l</b>"], ["r"], made(["l"], ["r"], [(0, 0, 0.5)]).pairs.scores.reshape(1, 1), [(0, 0)])
    assert "<b>" not in figure.data[0].y[0] and figure.data[1].x[0] == "r"
    assert kinds_figure({"all": ([0, 1], [1, 0.5])}).data[0].line.dash == "dot"  # type: ignore[dict-item]
    sizes = reliability_figure([Bin(100, 0.9, 0.8), Bin(25, 0.1, 0.2)]).data[1].marker.size
    assert list(sizes) == [34, 21]


def test_links_that_a_table_of_pairs_does_not_know_are_told(tmp_path: Path) -> None:
    matched = made(LEFT, RIGHT, PAIRS)
    known = known_pairs(written(tmp_path, "left,right,same\na0,b0,1\na1,b1,0\n"), matched)
    left, right = np.array([0, 1, 2]), np.array([0, 1, 0])
    assert untold(left[:2], right[:2], known) == ""
    assert untold(left, right, known) == (
        "The table of pairs says nothing of 1 link of 3: they count as not right here. Of the 2 that it knows 1 are "
        "right."
    )
