"""Which methods can answer a condition, and why the others cannot."""

from pathlib import Path

import numpy as np
import pytest

from explorer.encoders.base import Abilities
from explorer.features.conditional.chosen import first_method
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.contract import METHODS, heads_for, why_not
from explorer.heads.head import Head, heads_root
from explorer.heads.store import write_head

JOINT = Abilities(images=True, texts=True, joint=True)


def test_what_a_method_lacks_is_said_with_a_way_on() -> None:
    words, column, aspect = Condition("text", "hat"), Condition("column", "kind"), Condition("aspect", "colour")
    assert "named aspect or a column" in why_not(METHODS["profile"], words, JOINT, "pocket")
    assert "attribute column" in why_not(METHODS["column-means"], aspect, JOINT, "pocket")
    assert "such as pocket" in why_not(METHODS["text"], aspect, Abilities(images=True), "histogram")
    assert why_not(METHODS["profile"], aspect, JOINT, "pocket") == ""
    assert why_not(METHODS["column-means"], column, Abilities(), "precomputed:v") == ""
    assert "such as pocket" in why_not(METHODS["image+text"], column, Abilities(), "precomputed:v")
    trained = [method for method in METHODS.values() if "combiner" in method.needs]
    assert all("explorer train combiner" in why_not(method, aspect, JOINT, "open_clip:none") for method in trained)


def test_the_first_method_is_one_that_can_answer() -> None:
    assert first_method(Condition("column", "kind"), Abilities(), "precomputed:v") == "column-means"
    assert first_method(Condition("aspect", "colour"), JOINT, "open_clip:none") == "profile"
    assert first_method(Condition("aspect", "colour"), Abilities(images=True), "histogram") == "image"


def test_words_beside_pictures_need_one_space_for_both() -> None:
    assert JOINT.words_find_items and Abilities(texts=True).words_find_items
    assert not Abilities(images=True, texts=True).words_find_items and not Abilities(images=True).words_find_items


def test_an_aspect_serves_its_own_column_and_a_combiner_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    for name, kind, column in (("kinds", "projection", "kind"), ("sizes", "projection", "size"), ("c", "combiner", "")):
        weights = {"weight": np.eye(3, dtype=np.float32)}
        head = Head(kind=kind, encoder="m", fingerprint="x", weights=weights, card={"column": column})
        write_head(heads_root() / name, head, "")
    for column, names in (("kind", ["kinds"]), ("size", ["sizes"]), ("colour", [])):
        assert heads_for("aspect", "m", Condition("column", column)) == names
        assert heads_for("combiner", "m", Condition("column", column)) == ["c"]
    assert heads_for("aspect", "another", Condition("column", "kind")) == []
