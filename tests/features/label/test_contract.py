"""Every method by examples: cards, shapes, the same answer twice, nothing changed, ties, half precision."""

import numpy as np
import pytest

from explorer.base.method import MethodCard
from explorer.base.progress import Silent
from explorer.features.label.contract import METHODS, NEEDS, FewLabels, LabelMethod

pytestmark = pytest.mark.parametrize("method", METHODS.values(), ids=list(METHODS))


def two_heaps(*, items: int = 40, dim: int = 6, wide: float = 0.3, half: bool = False) -> FewLabels:
    rng = np.random.default_rng(0)
    centres = np.eye(dim)[:2]
    vectors = np.concatenate([centres[code] + wide * rng.normal(size=(items // 2, dim)) for code in (0, 1)])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    given = vectors.astype(np.float16).astype(np.float32) if half else vectors.astype(np.float32)
    rows = np.array([0, 1, items - 2, items - 1])
    return FewLabels(vectors=given, rows=rows, codes=np.array([0, 0, 1, 1]), names=("left", "right"))


def probabilities(method: LabelMethod, few: FewLabels) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    found = method.guess(few, np.random.default_rng(3), Silent()).probabilities
    assert found.shape == (len(few.vectors), len(few.names)) and found.dtype == np.float32
    assert np.isfinite(found).all() and (found >= 0).all()
    assert found.sum(axis=1) == pytest.approx(1.0, abs=1e-4)
    return found


def test_the_card_is_whole(method: LabelMethod) -> None:
    assert isinstance(method, MethodCard) and METHODS[method.name] is method
    assert method.label and method.formula and method.source and set(method.needs) <= set(NEEDS)
    assert method.baseline in METHODS or method.name == "neighbours"


def test_two_heaps_are_told_apart_the_same_way_twice(method: LabelMethod) -> None:
    few = two_heaps()
    before = few.vectors.copy()
    found = probabilities(method, few)
    assert (found.argmax(axis=1) == np.repeat([0, 1], 20)).mean() > 0.9
    assert (found == probabilities(method, few)).all()
    assert (few.vectors == before).all()


@pytest.mark.parametrize("few", [two_heaps(items=6, dim=32), two_heaps(half=True)], ids=["n < d", "half precision"])
def test_few_items_and_half_precision(method: LabelMethod, few: FewLabels) -> None:
    found = probabilities(method, few).argmax(axis=1)
    assert found[few.rows].tolist() == few.codes.tolist()


def test_copies_with_two_labels_are_no_trap(method: LabelMethod) -> None:
    few = two_heaps()
    few.vectors[1] = few.vectors[0] = few.vectors[-1]
    probabilities(method, few)
