"""Lessons: what teaches, how it is split, the batches made of it, and what is measured on the rest."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.dataset import Dataset
from explorer.base.errors import InputError
from explorer.features.tune.batches import Sampler
from explorer.features.tune.contract import LOSSES
from explorer.features.tune.lesson import Lesson, groups_lesson, tuples_lesson
from explorer.features.tune.measures import compared, measured
from explorer.features.tune.split import copies_across, rows_of, split_lesson
from explorer.workspace.folder import Workspace


def vectors(count: int, dim: int = 8, seed: int = 0) -> Floats:
    return unit_rows(np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32))


def of_groups(sizes: list[int]) -> Lesson:
    codes = np.repeat(np.arange(len(sizes)), sizes).astype(np.int64)
    return groups_lesson(vectors(len(codes)), codes, tuple(f"g{one}" for one in range(len(sizes))), "the column kind")


def of_tuples(tuples: list[tuple[int, ...]], count: int = 60) -> Lesson:
    return tuples_lesson(vectors(count), np.zeros(count, dtype=bool), np.array(tuples, dtype=np.int64), "the file f")


@pytest.fixture
def dataset(image_workspace: Workspace) -> Dataset:
    return image_workspace.dataset()


@pytest.mark.parametrize(
    ("sizes", "said"), [([5], "got 1"), ([1, 1, 1], "got 0 beside 3 of a single item"), ([4, 1], "got 1 beside 1")]
)
def test_too_few_groups_are_refused_with_their_number(sizes: list[int], said: str) -> None:
    with pytest.raises(InputError, match=f"two groups or more of two items or more, {said}"):
        of_groups(sizes)


def test_a_group_of_one_item_is_left_out_and_counted() -> None:
    lesson = of_groups([3, 1, 2])
    assert lesson.codes.tolist() == [0, 0, 0, -1, 2, 2] and lesson.card["single"] == 1


def test_few_pairs_are_refused_and_the_same_one_twice_counts_once() -> None:
    with pytest.raises(InputError, match="needs 8 pairs or triples at least, got 1"):
        of_tuples([(0, 1)] * 20)


@given(sizes=st.lists(st.integers(2, 9), min_size=7, max_size=20), seed=st.integers(0, 9))
def test_groups_are_held_out_whole(sizes: list[int], seed: int) -> None:
    lesson = of_groups(sizes)
    parts = split_lesson(Dataset.__new__(Dataset), lesson, "groups", seed)
    groups = [set(lesson.codes[part].tolist()) for part in (parts.train, parts.watch, parts.test)]
    assert not groups[0] & groups[1] and not groups[0] & groups[2] and not groups[1] & groups[2]
    assert sum(map(len, (parts.train, parts.watch, parts.test))) == len(lesson.codes)


@given(seed=st.integers(0, 20))
def test_pairs_that_hang_together_are_on_one_side_with_their_mirror_images(seed: int) -> None:
    chains = [(3 * n, 3 * n + 1) for n in range(10)] + [(3 * n + 2, 3 * n + 1) for n in range(10)]
    lesson = of_tuples([*chains, *((b, a) for a, b in chains)])
    parts = split_lesson(Dataset.__new__(Dataset), lesson, "", seed)
    items = [set(rows_of(lesson, part).tolist()) for part in (parts.train, parts.watch, parts.test)]
    assert not items[0] & items[2] and not items[0] & items[1] and not items[1] & items[2]


@given(seed=st.integers(0, 20))
def test_triples_are_split_by_anchor(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lesson = of_tuples([tuple(map(int, rng.permutation(12)[:3])) for _ in range(80)])
    parts = split_lesson(Dataset.__new__(Dataset), lesson, "", seed)
    anchors = [set(lesson.tuples[part, 0].tolist()) for part in (parts.train, parts.watch, parts.test)]
    assert not anchors[0] & anchors[1] and not anchors[0] & anchors[2] and not anchors[1] & anchors[2]


@pytest.mark.parametrize("width", [2, 3])
def test_a_pair_that_hangs_together_with_all_others_is_on_one_side_with_its_mirror_image(width: int) -> None:
    pairs = [(one, (one + step) % 40) for one in range(40) for step in (1, -1)]
    lesson = of_tuples([(*pair, 50)[:width] for pair in pairs])
    parts = split_lesson(Dataset.__new__(Dataset), lesson)
    numbers = (parts.train, parts.watch, parts.test)
    sides = [{frozenset(pair) for pair in lesson.tuples[part, :2].tolist()} for part in numbers]
    assert not sides[0] & sides[1] and not sides[0] & sides[2] and not sides[1] & sides[2]
    assert min(map(len, sides)) > 0


def test_pairs_cannot_be_split_by_a_column() -> None:
    lesson = of_tuples([(n, n + 30) for n in range(20)])
    with pytest.raises(InputError, match="held out by anchor"):
        split_lesson(Dataset.__new__(Dataset), lesson, "split:fold")


def test_a_column_that_says_nothing_of_training_is_refused(dataset: Dataset) -> None:
    codes = np.arange(len(dataset)) % 3
    lesson = groups_lesson(vectors(len(dataset)), codes, ("a", "b", "c"), "the column kind")
    with pytest.raises(InputError, match="cannot say what is learned from"):
        split_lesson(dataset, lesson, "split:year")
    with pytest.raises(InputError, match="hold"):
        split_lesson(dataset, lesson, "halves")


def test_groups_so_small_that_no_score_can_be_told_are_refused(dataset: Dataset) -> None:
    codes = np.full(len(dataset), -1)
    codes[:5], codes[5:10] = 0, 1
    lesson = groups_lesson(vectors(len(dataset)), codes, ("a", "b"), "the column kind")
    with pytest.raises(InputError, match="no two items of one group are left that says when to stop"):
        split_lesson(dataset, lesson, "items")


def test_near_copies_across_the_split_are_counted() -> None:
    rows = vectors(20)
    rows[15] = rows[3]
    assert copies_across(rows, np.arange(10), np.arange(10, 20)) == 1


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("kind", ["groups", "pairs", "triples"])
def test_batches_say_of_their_rows_what_the_lesson_says(name: str, kind: str) -> None:
    lesson = {
        "groups": of_groups([6] * 10),
        "pairs": of_tuples([(4 * n, 4 * n + k) for n in range(10) for k in (1, 2, 3)]),
        "triples": of_tuples([(n, n + 20, n + 40) for n in range(20)]),
    }[kind]
    loss = LOSSES[name]
    if kind == "triples" and loss.needs[0] == "groups":
        with pytest.raises(InputError, match="the file f is triples"):
            lesson.check(loss)
        return
    train: Rows = np.arange(30) if kind == "groups" else np.arange(len(lesson.tuples))
    drawn = Sampler(lesson, train, loss, 48).draw(np.random.default_rng(0))
    assert len(drawn.rows) == len(drawn.codes) <= 64
    a, b = drawn.pairs.T
    assert (drawn.codes[a] == drawn.codes[b]).all() and len(drawn.pairs)
    anchor, alike, unlike = drawn.triples.T
    assert (drawn.codes[anchor] == drawn.codes[alike]).all() and (drawn.codes[anchor] != drawn.codes[unlike]).all()
    if kind == "triples":
        stated = {tuple(one) for one in lesson.tuples.tolist()}
        assert {tuple(one) for one in drawn.rows[drawn.triples].tolist()} <= stated
    else:
        assert (lesson.codes[drawn.rows[a]] == lesson.codes[drawn.rows[b]]).all()
    if kind == "groups":
        assert set(drawn.rows.tolist()) <= set(train.tolist()), "nothing held out is drawn"


def test_numbers_of_groups_are_scikit_learns_and_by_hand() -> None:
    lesson = of_groups([5, 4, 3])
    found = measured(lesson, lesson.vectors, np.arange(12))
    cosines = lesson.vectors @ lesson.vectors.T
    for row in range(12):
        others = np.delete(np.arange(12), row)
        same = lesson.codes[others] == lesson.codes[row]
        assert found["map"][row] == pytest.approx(average_precision_score(same, cosines[row, others]), abs=1e-9)
        order = others[np.argsort(-cosines[row, others])]
        assert found["recall@5"][row] == (lesson.codes[order[:5]] == lesson.codes[row]).any()
        share = (lesson.codes[order[:10]] == lesson.codes[row]).sum() / min(10, same.sum())
        assert found["label@10"][row] == pytest.approx(share)


def test_numbers_of_triples_count_a_tie_as_wrong() -> None:
    """Three of the eight are in order, one is the other way round, four have both at one cosine."""
    rows = np.concatenate([np.eye(4, dtype=np.float32)] * 3)
    ties = [(n, n + 4, n + 8) for n in range(4)]
    triples = np.array([(4, 8, 9), (5, 9, 8), (6, 10, 8), (7, 9, 3), *ties])
    lesson = tuples_lesson(rows, np.zeros(12, dtype=bool), triples, "f")
    assert sorted(measured(lesson, rows, np.arange(8))["order"].tolist()) == [0.0] * 5 + [1.0] * 3


def test_a_model_that_gives_everything_one_vector_finds_nothing_of_pairs() -> None:
    lesson = of_tuples([(n, n + 30) for n in range(20)])
    same = np.ones((60, 8), dtype=np.float32) / np.sqrt(np.float32(8))
    assert measured(lesson, same, np.arange(20))["recall@10"].mean() == 0.0


def test_changes_are_query_by_query() -> None:
    told = compared({"map": np.array([0.0, 1.0])}, {"map": np.array([1.0, 0.0])})["map"]
    assert told["change"]["value"] == 0.0 and told["change"]["low"] == -1.0 and told["change"]["high"] == 1.0
