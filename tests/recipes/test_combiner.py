"""The Combiner that ships: what it may learn from, and its card beside the committed result."""

import json
from pathlib import Path

import numpy as np
import pytest

from explorer.encoders.pocket import PocketFiles
from explorer.features.conditional.contract import METHODS
from explorer.heads.head import SHIPPED, Head, read_head_folder
from recipes.combiner.photos import colour_of, package_of, photo_labels, training_rows
from recipes.combiner.pocket import NAME, RESULT, write_card
from recipes.photos import Photos


def photos(count: int = 12) -> Photos:
    split = np.array(["train", "val", "test", "unseen"] * (count // 4))
    source = np.array((["grocery"] * 4 + ["caltech101"] * 4 + ["grocery_iconic"] * 4) * (count // 12))
    words = (
        np.array(["Royal Gala"] * count),
        np.array(["Apple"] * count),
        np.array(["A crisp apple, red-yellow."] * count),
    )
    return Photos(
        files=[Path(str(i)) for i in range(count)],
        source=source,
        label=words[0],
        coarse=words[1],
        split=split,
        caption=words[2],
    )


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
