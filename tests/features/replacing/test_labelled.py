"""Labelled items: what is drawn, how it is halved, and what is left out."""

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.replacing.labelled import FEWEST, Labelled, common_rows, label_columns, labelled
from explorer.workspace.opened import Opened
from tests.features.replacing.examples import notes, rng

KINDS = [*["a"] * 40, *["b"] * 25, *["c"] * 10, *["rare"] * (FEWEST - 1), None, " "]
COUNT, ABSENT = len(KINDS), 7


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    order = rng(1).permutation(COUNT)
    columns = {"kind": [KINDS[i] for i in order], "single": ["x"] * COUNT}
    models = {"precomputed:whole": rng(2).normal(size=(COUNT, 5)), "precomputed:part": rng(3).normal(size=(COUNT, 4))}
    return notes(tmp_path_factory.mktemp("notes") / "notes", columns, models, absent=ABSENT)


def check_halves(opened: Opened, found: Labelled) -> None:
    """No item is on both sides, all are on one, every class is on both, and each label is the item's own."""
    assert not set(found.rows[found.train]) & set(found.rows[found.test])
    assert sorted([*found.train, *found.test]) == list(range(len(found.rows)))
    assert len(set(found.rows)) == len(found.rows)
    for half in (found.train, found.test):
        assert set(found.labels[half]) == set(range(len(found.classes)))
    values = opened.dataset.column("kind").to_numpy()
    assert [found.classes[label] for label in found.labels] == list(values[found.rows])


def test_test_items_are_never_training_items(opened: Opened) -> None:
    found = labelled(opened, "kind")
    check_halves(opened, found)
    assert found.classes == ("a", "b", "c") and len(found.rows) == 75
    assert np.bincount(found.labels[found.test]).tolist() == [12, 8, 3]  # 30 % of every class
    assert found.dropped == "7 items without a label, or of a class of fewer than 6, left out."


@pytest.mark.parametrize("seed", range(3))
def test_a_draw_is_class_by_class_and_always_the_same(opened: Opened, seed: int) -> None:
    found = labelled(opened, "kind", 30, seed)
    check_halves(opened, found)
    assert np.bincount(found.labels).tolist() == [10, 10, 10]
    assert "30 of 75 labelled items drawn, class by class." in found.dropped
    again = labelled(Opened(opened.workspace, opened.key), "kind", 30, seed)
    assert np.array_equal(found.rows, again.rows) and np.array_equal(found.test, again.test)


def test_items_without_a_vector_leave_both_halves(opened: Opened) -> None:
    whole = labelled(opened, "kind")
    found, vectors = common_rows(opened, whole, "precomputed:whole", "precomputed:part")
    check_halves(opened, found)
    assert set(found.rows) == {row for row in whole.rows if row >= ABSENT}
    assert set(found.rows[found.test]) == set(whole.rows[whole.test]) & set(found.rows)
    for spec, side in zip(("precomputed:whole", "precomputed:part"), vectors, strict=True):
        assert np.array_equal(side, opened.embeddings(spec).vectors[found.rows])
    assert "without a vector under every model left out" in found.dropped
    assert common_rows(opened, whole, "precomputed:whole")[0] is whole


def test_a_column_that_cannot_serve_says_which_can(opened: Opened) -> None:
    assert label_columns(opened) == ("kind",)
    with pytest.raises(InputError, match="'single' has 1. Columns that can serve: kind"):
        labelled(opened, "single")
