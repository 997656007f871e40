"""A pair as the page draws it."""

import numpy as np
import pytest

from explorer.app.match.review import pair_values, scale_bar
from explorer.features.match.method import Compared, Reasons


@pytest.mark.parametrize(
    ("score", "least", "most", "bar"),
    [
        (0.4, 0.0, 1.0, (0.0, 0.4)),
        (-0.5, -1.0, 1.0, (0.5, 0.25)),
        (3.0, 0.0, 2.0, (0.0, 1.0)),
        (0.75, 0.5, 1.0, (0.0, 0.5)),
        (float("nan"), 0.0, 1.0, None),
        (0.1, 0.0, 0.0, None),
        (0.1, 0.0, float("inf"), None),
    ],
)
def test_a_bar_goes_from_nought_to_the_score_on_its_scale(
    score: float, least: float, most: float, bar: tuple[float, float] | None
) -> None:
    assert scale_bar(Compared(name="x", score=score, least=least, most=most)) == pytest.approx(bar)


def test_marks_of_the_compared_texts_stand_above_and_are_not_said_twice() -> None:
    marked = Compared(
        name="letters",
        left="abcd",
        right="abxd",
        score=-0.25,
        least=-1,
        left_spans=(((2, 3), 0.5), ((0, 2), 2.0), ((1, 4), 1.0)),
        right_spans=(((0, 2), 1.0),),
    )
    price = Compared(name="price", left="3", right="")
    shown = pair_values(
        Reasons(fields=(marked, price), path=("x", "y"), notes=("so",)),
        {"title": "l"},
        {"title": "r"},
        ("abcd", "abxd"),
    )
    assert shown["left"] == {"title": "l", "text": "abcd", "spans": [(0, 2, 1.0), (2, 3, 0.5)]}, "none overlaps another"
    assert shown["right"]["spans"] == [(0, 2, 1.0)]  # type: ignore[index]
    fields = shown["fields"]
    assert isinstance(fields, list)
    first, second = fields
    assert (first["left"], first["right"], first["score"]) == ("", "", "−0.250")
    assert (second["left"], second["score"], second["bar"]) == ("3", "", None)
    assert (shown["path"], shown["notes"]) == (["x", "y"], ["so"])


def test_without_marks_the_texts_are_shown_plain() -> None:
    shown = pair_values(Reasons(), {"title": "l"}, {"title": "r"}, ("", "x" * 9_000))
    assert shown["left"] == {"title": "l", "text": "", "spans": []}
    assert len(shown["right"]["text"]) == 4_000  # type: ignore[index]
    assert np.array_equal(shown["fields"], [])  # type: ignore[arg-type]
