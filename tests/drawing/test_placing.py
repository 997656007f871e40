"""Names on paper: none over another, none outside, lines to what they name cross no name."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.drawing.placing import GAP_MM, Name, Numbers, Placed, box_of, line_of, place_names

WIDE, TALL = 85.0, 64.0
ABOVE, BELOW = 32 + (2.6 / 2 + GAP_MM), 28 - (2.6 / 2 + GAP_MM)  # of a name at a height of 30 that reaches 2 mm


def name(x: float, y: float, width: float = 12.0, reach: float = 2.0) -> Name:
    return Name(x, y, width, 2.6, y - reach, y + reach)


def overlap(one: Numbers, other: Numbers) -> bool:
    return bool((one[:2] < other[2:]).all() and (one[2:] > other[:2]).all())


@settings(max_examples=40)
@given(st.lists(st.tuples(st.floats(2, 83), st.floats(2, 62), st.floats(3, 30)), min_size=1, max_size=14))
def test_no_name_stands_over_another_or_outside_and_no_line_runs_through_one(anchors: list[tuple[float, ...]]) -> None:
    names = [name(x, y, width) for x, y, width in anchors]
    points = np.array([[x, y] for x, y, _ in anchors])
    placed = place_names(names, points, WIDE, TALL)
    there = [(one, place) for one, place in zip(names, placed, strict=True) if place]
    assert there, "there is room for one"
    boxes = [box_of(one, place.x, place.y) for one, place in there]
    for i, box in enumerate(boxes):
        assert (box >= 0).all() and (box[2:] <= (WIDE, TALL)).all()
        assert not any(overlap(box, other) for other in boxes[:i])
    for one, place in there:
        if place.tied:
            start, end = line_of(one, place)
            along = start + np.linspace(0, 1, 200)[:, None] * (end - start)
            for (other, _), box in zip(there, boxes, strict=True):
                inner = box + np.array([0.5, 0.5, -0.5, -0.5])
                crossed = ((along > inner[:2]) & (along < inner[2:])).all(axis=1)
                assert other is one or crossed.sum() <= 2, "at most a corner"


def test_a_name_stands_beside_what_it_names_and_further_off_with_a_line_when_that_is_taken() -> None:
    one, other = name(40, 30), name(40, 30)
    first, second = place_names([one, other, name(40, 30)], np.zeros((0, 2)), WIDE, TALL)[:2]
    assert first == Placed(40, ABOVE)
    assert second == Placed(40, BELOW), "below, where above is taken"
    third = place_names([one, other, name(40, 30)], np.zeros((0, 2)), WIDE, TALL)[2]
    assert third is not None and third.tied


def test_a_name_covers_few_points_and_there_is_none_where_it_does_not_fit() -> None:
    above = np.column_stack([np.linspace(35, 45, 300), np.full(300, 33.5)])
    assert place_names([name(40, 30)], above, WIDE, TALL) == [Placed(40, BELOW)]
    assert place_names([name(40, 30, width=200)], above, WIDE, TALL) == [None]
    large = Name(40, 30, 12, 2.6, 10, 50)
    assert place_names([large], np.zeros((0, 2)), WIDE, TALL) == [Placed(40, 30)], "in the middle of a large island"
