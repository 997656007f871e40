"""Training a Combiner: it learns what only item and words together tell; too few triplets; the shipped one."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.encoders.pocket import PocketFiles
from explorer.features.conditional.combiner import LAYERS, combine
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.train_combiner import CombinerSettings, train_combiner
from explorer.features.conditional.triplets import Triplets
from explorer.heads.fit import FitSettings, read_curve
from explorer.heads.head import SHIPPED, Head, read_head_folder
from recipes.combiner.photos import colour_of, package_of, photo_labels, training_rows
from recipes.combiner.pocket import NAME, RESULT, write_card
from recipes.photos import Photos

SMALL = CombinerSettings(part=32, joint=32, batch=64, drop=0.0, scale=20.0, fit=FitSettings(400, 3e-3, 0.0, 100, 10))


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
    none = np.full((len(reference), 1), -1)
    rows = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return rows, texts.astype(np.float32), Triplets(reference, column, target, none, column, ["colour", "kind"], values)


def precision(queries: Floats, rows: Floats, triplets: Triplets, chosen: Rows) -> float:
    """Share of the right value among the ten nearest other items."""
    similar = queries @ rows.T
    similar[np.arange(len(chosen)), triplets.reference[chosen]] = -2
    near = np.argsort(-similar, axis=1)[:, :10]
    return float(np.mean([triplets.answers(chosen[i : i + 1], near[i])[0].mean() for i in range(len(chosen))]))


def test_it_learns_what_neither_half_tells(tmp_path: Path) -> None:
    rows, texts, triplets = world(np.random.default_rng(0))
    made = train_combiner(rows, texts, triplets, tmp_path, SMALL, Silent())
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


def test_too_few_triplets_are_refused(tmp_path: Path) -> None:
    rows, texts, triplets = world(np.random.default_rng(0))
    with pytest.raises(InputError, match="expected at least 1000, got 480"):
        train_combiner(rows, texts, triplets, tmp_path, SMALL, Silent(), least=1000)


def photos(count: int = 12) -> Photos:
    split = np.array(["train", "val", "test", "unseen"] * (count // 4))
    source = np.array((["grocery"] * 4 + ["caltech101"] * 4 + ["grocery_iconic"] * 4) * (count // 12))
    words = (
        np.array(["Royal Gala"] * count),
        np.array(["Apple"] * count),
        np.array(["A crisp apple, red-yellow."] * count),
    )
    return Photos([Path(str(i)) for i in range(count)], source, words[0], words[1], split, words[2])


def test_nothing_is_learned_from_test_unseen_or_iconic_photos() -> None:
    known = photos()
    rows = training_rows(known)
    assert set(known.split[rows]) == {"train", "val"} and "grocery_iconic" not in set(known.source[rows])
    assert len(rows) == 4


def test_colour_and_package_of_groceries() -> None:
    assert colour_of("Green Bell Pepper", "red and yellow ones exist") == "green"
    assert colour_of("Royal Gala", "A crisp apple, red-yellow.") == "red"
    assert colour_of("Kiwi", "sweet") == ""
    assert package_of("Oat-Milk") == package_of("Juice") == "carton or bottle" and package_of("Apple") == "loose"
    labels = photo_labels(photos(), np.arange(12))
    colours = labels.codes[:, labels.columns.index("colour")]
    assert (colours[:4] == 0).all() and (colours[4:] == -1).all(), "groceries alone have one"


@pytest.fixture
def shipped() -> Head:
    return read_head_folder(SHIPPED / NAME)


def test_the_shipped_card_says_what_the_committed_result_says(shipped: Head) -> None:
    result = json.loads(RESULT.read_text(encoding="utf-8"))
    numbers = shipped.card["numbers"]
    assert result["weights"] == shipped.fingerprint, "measured on the weights that it belongs to"
    assert numbers["average R@1 on the four scene tasks"] == result["table"]["combiner"]["average"]["R@1"]
    assert numbers["times the best training-free method"] == result["times"]
    text = (SHIPPED / NAME / "card.md").read_text(encoding="utf-8")
    assert text == write_card(shipped.card, result)
    assert f"{result['table']['combiner']['average']['R@1']['value']:.3f}" in text


def test_the_shipped_combiner_is_small_and_beats_what_is_given_the_same_words(shipped: Head) -> None:
    assert (SHIPPED / NAME / "head.safetensors").stat().st_size <= 8_000_000
    table = json.loads(RESULT.read_text(encoding="utf-8"))["table"]
    own = table["combiner"]["average"]["R@1"]
    for name, row in table.items():
        if name not in ("combiner", "chance") and "values" not in METHODS[name].needs:
            assert own["low"] > row["average"]["R@1"]["high"], name
    assert all(value.dtype == np.float32 and np.isfinite(value).all() for value in shipped.weights.values())


def test_the_shipped_combiner_belongs_to_the_present_pocket(shipped: Head) -> None:
    assert shipped.encoder == "pocket" and shipped.fingerprint == PocketFiles().stated()


def test_settings_of_the_paper_are_possible() -> None:
    assert replace(CombinerSettings(), part=2560, joint=5120).joint == 5120
