"""Accuracy against the number of labels."""

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.label.curve import known_curve, measure_curve, untrained
from explorer.workspace.opened import Opened
from tests.features.label.conftest import SPEC


def test_all_methods_see_the_same_labels_and_the_answer_is_kept(heaps: Opened) -> None:
    assert known_curve(heaps, SPEC, "kind") is None
    found = measure_curve(heaps, SPEC, "kind", each=(1, 5), seeds=3)
    assert (found.tested, found.classes, found.left_out) == (20, 2, 0)
    assert {(one.method, one.each) for one in found.points} == {(name, each) for name in untrained() for each in (1, 5)}
    for one in found.points:
        assert 0 <= one.low <= one.accuracy <= one.high <= 1 and one.change_low <= one.change <= one.change_high
        assert one.accuracy > 0.5 if one.each == 1 else one.accuracy > 0.9
        assert one.method != "logistic" or (one.change, one.change_low, one.change_high) == (0, 0, 0)
    assert known_curve(heaps, SPEC, "kind") == found
    assert measure_curve(heaps, SPEC, "kind", each=(1, 5), seeds=3) == found


def test_the_interval_is_students_t(heaps: Opened) -> None:
    from scipy.stats import t

    seeds = [measure_curve(heaps, SPEC, "kind", methods=["neighbours"], each=(1,), seeds=n).points[0] for n in (1, 2)]
    first = seeds[0].accuracy
    second = 2 * seeds[1].accuracy - first
    half = t.ppf(0.975, 1) * np.std([first, second], ddof=1) / 2**0.5
    assert seeds[1].low == pytest.approx(max(0.0, seeds[1].accuracy - half)) and seeds[0].low == first


def test_columns_that_cannot_serve_are_messages(heaps: Opened) -> None:
    with pytest.raises(InputError, match="Expected one of the columns kind, own; got 'truth'"):
        measure_curve(heaps, SPEC, "truth")
    with pytest.raises(InputError, match="Column own: expected 2 to 500 values that 4 items or more have, got 0"):
        measure_curve(heaps, SPEC, "own")
    with pytest.raises(InputError, match="method: expected one of"):
        measure_curve(heaps, SPEC, "kind", methods=["magic"])
