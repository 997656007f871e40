"""GeneCIS: what the official format must hold, crops, ranks."""

from typing import Any

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.conditional.genecis import (
    Picture,
    Places,
    crop_box,
    parse_templates,
    places_of_targets,
    recalls,
)


def entry(**more: Any) -> dict[str, Any]:
    gallery = [{"val_image_id": number} for number in range(10, 24)]
    return {
        "condition": "wall",
        "reference": {"val_image_id": 1},
        "target": {"val_image_id": 2},
        "gallery": gallery,
    } | more


def test_the_official_form_is_read() -> None:
    found = parse_templates([entry()], "focus_object.json")[0]
    assert (found.reference, found.target, len(found.distractors)) == (Picture(1), Picture(2), 14)
    box = {"image_id": 7, "instance_bbox": [10, 20, 30, 40]}
    assert parse_templates([entry(target=box)], "x")[0].target == Picture(7, (10, 20, 30, 40))


def test_galleries_of_another_size_are_left_out_as_officially() -> None:
    short = entry(gallery=[{"val_image_id": 5}])
    assert len(parse_templates([entry(), short, entry()], "x")) == 2


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "expected a list"),
        ([], "expected a list"),
        (["x"], "template 0: expected an object"),
        ([entry(), entry(condition="")], "template 1: condition is missing"),
        ([entry(gallery=[])], "gallery is missing"),
        ([entry(target={"id": 3})], "val_image_id"),
        ([entry(target={"image_id": 3, "instance_bbox": [1, 2, 0, 4]})], "box of 0 x 4"),
        ([entry(target={"image_id": 3, "instance_bbox": [1, 2]})], "four numbers"),
        ([entry(reference={"val_image_id": 2})], "reference is in its own gallery"),
        ([entry(reference={"val_image_id": 12})], "reference is in its own gallery"),
    ],
)
def test_other_forms_are_refused_with_their_place(values: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse_templates(values, "file.json")


def test_crops_grow_by_seven_tenths_and_stay_inside() -> None:
    assert crop_box((100, 100, 50, 20), (400, 400)) == pytest.approx((65, 86, 150, 120))
    assert crop_box((10, 0, 50, 20), (60, 30)) == pytest.approx((0, 0, 60, 30))


def placed(scores: Any, targets: list[int], pictures: Any = None) -> Places:
    shown = None if pictures is None else np.array(pictures)
    return places_of_targets(np.array(scores, np.float32), np.array(targets), shown)


@pytest.mark.parametrize("size", [2, 15])
def test_a_method_that_scores_all_alike_gets_the_recall_of_chance(size: int) -> None:
    """Wherever the target stands: a sort would give it the first place, or the last."""
    for target in (0, size - 1):
        found = recalls(placed(np.ones((4, size)), [target] * 4), ks=(1, 2, 3))
        assert [value for value, _, _ in found.values()] == pytest.approx([1 / size, 2 / size, min(1, 3 / size)])
        assert all(0 <= low <= value <= high <= 1 for value, low, high in found.values())


def test_of_what_ties_each_is_equally_often_before_the_target() -> None:
    found = placed([[0.5, 0.9, 0.5, 0.5, 0.1], [0.5, 0.4, 0.5, 0.1, 0.1], [0.5, 0.4, np.nan, 0.1, 0.2]], [0, 0, 0])
    assert found.before.tolist() == [1, 0, 0] and found.tied.tolist() == [2, 1, 0]
    assert found.hits(1).tolist() == [0, 0.5, 1]
    assert found.hits(2) == pytest.approx([1 / 3, 1, 1])
    assert found.hits(5).tolist() == [1, 1, 1]


def test_ties_are_those_of_random_orders(rng: np.random.Generator) -> None:
    """The mean over many random orders of the columns, each sorted as the official code does."""
    scores = rng.integers(0, 3, (6, 7)).astype(float)
    hits = np.zeros((6, 3))
    for _ in range(4000):
        order = rng.permutation(7)
        first = order[np.argsort(-scores[:, order], axis=1, kind="stable")]
        hits += [[0 in row[:k] for k in (1, 2, 3)] for row in first]
    found = placed(scores, [0] * 6)
    assert np.stack([found.hits(k) for k in (1, 2, 3)], axis=1) == pytest.approx(hits / 4000, abs=0.04)


def test_a_target_may_stand_anywhere_and_counts_as_the_worst_without_a_score() -> None:
    scores = [[0.5, 0.7, 0.6], [0.5, 0.7, 0.6], [np.nan, 0.1, 0.2]]
    assert placed(scores, [2, 1, 0]).before.tolist() == [1, 0, 2]


def test_the_targets_own_picture_among_the_distractors_is_not_held_against_it() -> None:
    found = placed([[0.5, 0.5, 0.1]], [0], [[4, 4, 2]])
    assert (found.before.tolist(), found.tied.tolist()) == ([0], [0])


def after(before: list[int]) -> Places:
    return Places(np.array(before, dtype=np.int64), np.zeros(len(before), dtype=np.int64))


def test_recalls_grow_with_k_and_lie_in_their_intervals() -> None:
    found = recalls(after([0, 1, 2, 3, 0]))
    assert [round(value, 3) for value, _, _ in found.values()] == [0.4, 0.6, 0.8]
    assert all(low < value < high for value, low, high in found.values())
    with pytest.raises(InputError, match="at least one template"):
        recalls(after([]))


def test_the_commonest_size_of_gallery_is_kept_not_the_largest() -> None:
    short = entry(gallery=[{"val_image_id": 5}])
    assert [len(one.distractors) for one in parse_templates([entry(), short, short], "x")] == [1, 1]


def test_of_two_sizes_that_are_as_common_the_smaller_is_kept_as_officially() -> None:
    short = entry(gallery=[{"val_image_id": 5}])
    assert [len(one.distractors) for one in parse_templates([entry(), short, entry(), short], "x")] == [1, 1]


def test_intervals_are_those_of_wilson() -> None:
    assert recalls(after([0, 0, 4, 4, 4]))[1] == pytest.approx((0.4, 0.1176, 0.7693), abs=1e-4)
    assert recalls(after([0, 0]))[1][2] == 1.0
