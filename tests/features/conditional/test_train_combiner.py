"""Training a Combiner: it learns what only item and words together tell; too few triplets."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.features.conditional.combiner import LAYERS, combine
from explorer.features.conditional.train_combiner import CombinerSettings, apart, batch_of, train_combiner
from explorer.features.conditional.triplets import Triplets
from explorer.heads.fit import FitSettings, read_curve

SMALL = CombinerSettings(
    part=32,
    joint=32,
    batch=64,
    drop=0.0,
    scale=20.0,
    fit=FitSettings(steps=400, rate=3e-3, weight_decay=0.0, every=100, patience=10),
)


def world(rng: np.random.Generator) -> tuple[Floats, Floats, Triplets]:
    """Items with one of 4 colours and 4 kinds; "colour" or "kind" is asked for, the other one misleads."""
    values = np.array([(c, k) for c in range(4) for k in range(4) for _ in range(5)])
    rows = np.concatenate([np.eye(4)[values[:, 0]], np.eye(4)[values[:, 1]], np.zeros((80, 4))], axis=1)
    rows = rows + rng.normal(0, 0.05, rows.shape)
    texts = np.eye(12)[8:10]
    reference = np.repeat(np.arange(80), 6)
    column = rng.integers(0, 2, len(reference))
    own = values[reference, column]
    target = np.array(
        [
            rng.choice(np.flatnonzero((values[:, c] == v) & (np.arange(80) != r)))
            for r, c, v in zip(reference, column, own, strict=True)
        ]
    )
    made = Triplets(
        reference=reference,
        condition=column,
        target=target,
        distractors=np.full((len(reference), 1), -1),
        column=column,
        conditions=["colour", "kind"],
        values=values,
    )
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return rows, texts.astype(np.float32), made


def precision(queries: Floats, rows: Floats, triplets: Triplets, chosen: Rows) -> float:
    """Share of the right value among the ten nearest other items."""
    similar = queries @ rows.T
    similar[np.arange(len(chosen)), triplets.reference[chosen]] = -2
    near = np.argsort(-similar, axis=1)[:, :10]
    return float(np.mean([triplets.answers(chosen[i : i + 1], near[i])[0].mean() for i in range(len(chosen))]))


def test_it_learns_what_neither_half_tells(tmp_path: Path) -> None:
    rows, texts, triplets = world(np.random.default_rng(0))
    made = train_combiner(rows, texts, triplets, folder=tmp_path, settings=SMALL, progress=Silent())
    chosen = np.arange(len(triplets))
    items, words = rows[triplets.reference], texts[triplets.condition]
    found = precision(combine(made.weights, items, words), rows, triplets, chosen)
    assert found > 0.95
    assert found > precision(items, rows, triplets, chosen) + 0.2, "items alone"
    assert found > precision(words, rows, triplets, chosen) + 0.2, "words alone"
    swapped = combine(made.weights, items, texts[1 - triplets.condition])
    assert precision(swapped, rows, triplets, chosen) < found - 0.3, "the words decide"
    assert len(read_curve(tmp_path)) >= 2
    assert set(made.weights) == {f"{layer}.{part}" for layer in LAYERS for part in ("weight", "bias")}


def test_it_learns_from_features_as_a_model_gives_them_too(tmp_path: Path) -> None:
    rows, texts, triplets = world(np.random.default_rng(0))
    made = train_combiner(4 * rows, 2 * texts, triplets, folder=tmp_path, settings=SMALL, progress=Silent())
    chosen = np.arange(len(triplets))
    found = combine(made.weights, 4 * rows[triplets.reference], 2 * texts[triplets.condition])
    assert precision(found, rows, triplets, chosen) > 0.9


def test_too_few_triplets_are_refused(tmp_path: Path) -> None:
    rows, texts, triplets = world(np.random.default_rng(0))
    with pytest.raises(InputError, match="expected at least 1000, got 480"):
        train_combiner(rows, texts, triplets, folder=tmp_path, settings=SMALL, progress=Silent(), least=1000)


def test_settings_of_the_paper_are_possible() -> None:
    assert replace(CombinerSettings(), part=2560, joint=5120).joint == 5120


def test_no_item_of_a_held_out_triplet_is_learned_from() -> None:
    triplets = world(np.random.default_rng(1))[2]
    known, new = apart(triplets, np.arange(len(triplets)), 24)
    assert new.tolist() == list(range(24)), "all triplets of four items"
    items = {*triplets.reference[new], *triplets.target[new]}
    assert not items & {*triplets.reference[known], *triplets.target[known]}
    assert len(known) >= len(triplets) / 4


def test_where_few_items_are_in_all_triplets_at_least_the_triplets_are_apart() -> None:
    triplets = replace(world(np.random.default_rng(1))[2], reference=np.zeros(480, dtype=np.int64))
    known, new = apart(triplets, np.arange(480)[::-1], 40)
    assert new.tolist() == list(range(479, 439, -1)) and known.tolist() == list(range(439, -1, -1))


@pytest.mark.parametrize("change", [False, True])
def test_of_a_batch_only_wrong_answers_count_as_wrong(change: bool) -> None:
    triplets = world(np.random.default_rng(2))[2]
    if change:  # the target alone answers
        triplets = replace(triplets, column=np.full(len(triplets), -1))
    chosen = np.array([3, 90, 200])
    batch = batch_of(triplets, chosen)
    assert (batch.gallery[batch.target] == triplets.target[chosen]).all()
    for number, triplet in enumerate(chosen):
        column, reference = triplets.column[triplet], triplets.reference[triplet]
        right = (triplets.values[batch.gallery, column] == triplets.values[reference, column]) & (not change)
        expected = (right | (batch.gallery == reference)) & (batch.gallery != triplets.target[triplet])
        assert batch.left_out[number].tolist() == expected.tolist()
        assert batch.left_out[number, batch.gallery == reference].all()
