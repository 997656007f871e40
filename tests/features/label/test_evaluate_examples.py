"""Methods by examples where the data set has parts: paired on the same labels, kept, never on what was told."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.features.label.contract import METHODS
from explorer.features.label.evaluate import ExamplesPlan, measure_examples
from explorer.features.label.method import FewLabels, Guesses
from explorer.features.label.views.kept import make_views
from explorer.workspace.opened import Opened, open_shared
from tests.pages.visits import COLOURS, make_discs

PLAN = ExamplesPlan(column="colour", split="part", methods=("neighbours", "logistic"), each=(1, 3), seeds=2)


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    files = tmp_path / "files"
    files.mkdir()

    def columns(number: int) -> dict[str, object]:
        return {"colour": COLOURS[number % 4], "part": "train" if number < 24 else "test"}

    return open_shared(make_discs(tmp_path / "discs", files, 40, lambda number: 5 + number % 7, columns).path)


def test_every_method_is_measured_on_the_same_labels_and_tested_items(opened: Opened) -> None:
    found = measure_examples(opened, "histogram", PLAN)
    assert [(one.each, one.method) for one in found] == [(each, name) for each in PLAN.each for name in PLAN.methods]
    for one in found:
        assert len(one.draws) == 2 and one.score.value == pytest.approx(np.mean(one.draws))
    by_method = {one.method: one for one in found if one.each == 3}
    difference = by_method["logistic"].score.value - by_method["neighbours"].score.value
    assert by_method["logistic"].change["neighbours"].value == pytest.approx(difference)
    assert by_method["logistic"].score.value > 0.9, "discs of a colour lie together under the histogram"


def test_what_was_measured_is_kept_and_views_are_measured_anew(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = replace(PLAN, methods=("simmatch",), each=(2,), seeds=1)
    measure_examples(opened, "histogram", plan)
    asked: list[bool] = []

    def guess(few: FewLabels, rng: np.random.Generator, progress: Progress) -> Guesses:
        asked.append(few.views is not None)
        return METHODS["neighbours"].guess(few, rng, progress)

    monkeypatch.setitem(METHODS, "simmatch", replace(METHODS["simmatch"], guess=guess))
    measure_examples(opened, "histogram", plan)
    assert not asked, "kept"
    make_views(opened, "histogram")
    measure_examples(opened, "histogram", plan)
    assert asked == [True], "what was measured with noise is not what is measured with views"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"column": "size"}, "Expected one of the columns"),
        ({"tested": "val"}, "at least two values of colour"),
        ({"tested": "train"}, "Expected two parts"),
        ({"methods": ("magic",)}, "magic"),
    ],
)
def test_clear_words_for_what_cannot_be_measured(opened: Opened, change: dict[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        measure_examples(opened, "histogram", replace(PLAN, **change))  # type: ignore[arg-type]
