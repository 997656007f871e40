"""Conditional questions on a workspace: neighbours, guesses, scores of all items, maps, and which question is meant."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import InputError, ModelError
from explorer.encoders import canonical
from explorer.features.conditional import service
from explorer.features.conditional.asking import asked, lens, raw_item
from explorer.features.conditional.chosen import question_of
from explorer.features.conditional.combiner import LAYERS
from explorer.features.conditional.conditions import LONGEST, Condition
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.wish import usable_columns
from explorer.heads.head import Head, heads_root
from explorer.heads.store import write_head
from explorer.workspace.opened import Opened

SPEC = canonical("sentence")
COLOUR, THING, WATER = Condition("column", "colour"), Condition("column", "thing"), Condition("text", "on the water")


def column(texts: Opened, name: str) -> list[str]:
    return [str(value) for value in texts.dataset.column(name)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("colour", Condition("column", "colour")),  # also an aspect: what the data says goes before
        (" thing ", Condition("column", "thing")),
        ("background", Condition("aspect", "background")),
        ("at night", Condition("text", "at night")),
        ("Colour", Condition("text", "Colour")),
    ],
)
def test_a_name_means_a_column_before_an_aspect_before_words(texts: Opened, words: str, expected: Condition) -> None:
    assert service.condition_named(texts, words) == expected


@pytest.mark.parametrize(("words", "problem"), [("  ", "is empty"), ("x" * (LONGEST + 1), "at most 500")])
def test_a_name_that_is_no_condition_is_refused(texts: Opened, words: str, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        service.condition_named(texts, words)


@pytest.mark.parametrize("condition", [COLOUR, THING])
def test_neighbours_under_a_column_share_its_value(texts: Opened, condition: Condition) -> None:
    values = column(texts, condition.name)
    found = service.neighbours(texts, SPEC, row=5, condition=condition, count=3)
    assert {values[row] for row in found.rows} == {values[5]}
    assert 5 not in found.rows and len(found.rows) == 3
    assert (np.diff(found.scores) <= 0).all()


def test_the_parts_of_a_score_add_up_by_the_strength(texts: Opened) -> None:
    found = service.neighbours(texts, SPEC, row=2, condition=WATER, method="image+text-unit", strength=0.25, count=9)
    np.testing.assert_allclose(found.scores, 0.75 * found.item + 0.25 * found.condition, atol=1e-6)
    item, condition = service.all_scores(texts, question_of(texts, SPEC, WATER, "image+text-unit"), 2)
    np.testing.assert_allclose(found.item, item[found.rows], atol=1e-6)
    np.testing.assert_allclose(found.condition, condition[found.rows], atol=1e-6)
    best = np.argsort(-(0.75 * item + 0.25 * condition), kind="stable")
    assert found.rows.tolist() == best[best != 2][:9].tolist()


def test_without_a_method_the_best_one_answers(texts: Opened) -> None:
    given = service.neighbours(texts, SPEC, row=0, condition=COLOUR, method="profile")
    assert service.neighbours(texts, SPEC, row=0, condition=COLOUR) is given, "the same question is answered once"
    assert question_of(texts, SPEC, WATER).method == "image+text-unit"


def test_methods_that_can_answer_come_first_and_the_others_say_why(texts: Opened) -> None:
    reasons = service.methods_for(texts, SPEC, WATER)
    can = [name for name, reason in reasons.items() if not reason]
    assert set(reasons) == set(METHODS) and list(reasons)[: len(can)] == can
    assert can == ["image", "text", "image+text", "image+text-unit"]
    for name in set(METHODS) - set(can):
        with pytest.raises(InputError) as refused:
            service.neighbours(texts, SPEC, row=0, condition=WATER, method=name)
        assert str(refused.value) == reasons[name]


def test_what_is_not_there_is_refused(texts: Opened) -> None:
    with pytest.raises(InputError, match="Method: expected one of image"):
        service.neighbours(texts, SPEC, row=0, condition=COLOUR, method="magic")
    with pytest.raises(ModelError, match="no head named 'nobody'"):
        service.neighbours(texts, SPEC, row=0, condition=COLOUR, method="combiner", head="nobody")
    with pytest.raises(InputError, match="from 0 to 1"):
        service.neighbours(texts, SPEC, row=0, condition=COLOUR, strength=1.5)


def test_guesses_and_best_values_agree_with_the_column(texts: Opened) -> None:
    question = question_of(texts, SPEC, COLOUR, "column-means")
    rows, own = tuple(range(16)), column(texts, "colour")
    said = service.guesses(texts, question, 0, rows)
    assert [words.split()[0] for words in said] == own
    profile = service.profile_of(texts, question, 0)
    assert profile is not None
    np.testing.assert_allclose(np.square(profile).sum(axis=0), 1, atol=1e-5)
    assert [words.split()[1] for words in said] == [f"{chance:.2f}" for chance in np.square(profile).max(axis=0)]
    best = service.best_values(texts, question, 0)
    assert best is not None and [best[1][value] for value in best[0]] == own
    plain = question_of(texts, SPEC, COLOUR, "subspace")
    assert service.guesses(texts, plain, 0, rows) == [] and service.best_values(texts, plain, 0) is None


def test_items_without_a_vector_have_no_best_value(texts: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    there = replace(texts.embeddings(SPEC), present=np.arange(16) != 3)
    monkeypatch.setattr(texts, "embeddings", lambda spec: there)
    best = service.best_values(texts, question_of(texts, SPEC, COLOUR, "column-means"), 0)
    assert best is not None and np.flatnonzero(best[0] < 0).tolist() == [3]


@pytest.mark.parametrize(
    ("method", "kind"), [("profile", "wheel"), ("subspace", "axes"), ("text", "plane"), ("image", "plain")]
)
def test_each_kind_of_lens_has_its_map(texts: Opened, method: str, kind: str) -> None:
    drawn = service.picture(texts, question_of(texts, SPEC, COLOUR, method), 0, 1.0)
    assert drawn.kind == kind and drawn.coords.shape == (16, 2) and np.isfinite(drawn.coords).all()
    assert len(drawn.words) == len(drawn.anchors) == (4 if kind == "wheel" else 0)
    if kind == "plain":
        np.testing.assert_array_equal(drawn.coords, texts.map(SPEC, "pca").coords)
    if kind == "plane":
        np.testing.assert_allclose(drawn.coords.std(axis=0), 1, atol=1e-4)


def test_the_map_at_no_strength_is_the_map_without_a_condition(texts: Opened) -> None:
    drawn = service.picture(texts, question_of(texts, SPEC, COLOUR, "profile"), 0, 0.0).coords
    plain = texts.map(SPEC, "pca").coords
    ratio = np.linalg.norm(drawn[1:] - drawn[0], axis=1) / np.linalg.norm(plain[1:] - plain[0], axis=1)
    np.testing.assert_allclose(ratio, ratio[0], rtol=1e-3)


def test_columns_and_values_that_can_be_asked_for(texts: Opened) -> None:
    assert usable_columns(texts) == ("colour", "thing")
    assert set(service.values_of(texts, "column", "colour")) == {"red", "blue", "green", "white"}
    assert "red" in service.values_of(texts, "aspect", "colour")
    assert service.values_of(texts, "aspect", "smell") == ()


def test_raw_item_points_where_the_stored_vector_does(texts: Opened) -> None:
    raw = raw_item(texts, SPEC, 3)
    stored = texts.embeddings(SPEC).vectors[3].astype(np.float32)
    assert float(raw @ stored / np.linalg.norm(raw)) == pytest.approx(1, abs=1e-3)


def test_a_head_that_is_trained_anew_makes_another_question(
    texts: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    rng, dim = np.random.default_rng(0), texts.embeddings(SPEC).dim
    sizes = {"text": (4, dim), "image": (4, dim), "joint": (4, 8), "out": (dim, 4), "share0": (4, 8), "share1": (1, 4)}
    queries = []
    for _ in range(2):
        weights = {f"{name}.weight": rng.normal(size=sizes[name]).astype(np.float32) for name in LAYERS}
        weights |= {f"{name}.bias": np.zeros(sizes[name][0], dtype=np.float32) for name in LAYERS}
        fingerprint = texts.encoder(SPEC).fingerprint
        head = Head(kind="combiner", encoder=SPEC, fingerprint=fingerprint, weights=weights)
        write_head(heads_root() / "mine", head, "# mine\n")
        question = question_of(texts, SPEC, WATER, "combiner")
        assert question == asked(SPEC, WATER, "combiner", "mine"), "the only head there is"
        queries.append(lens(texts, question, 0).query)
    assert not np.allclose(queries[0], queries[1])
    write_head(heads_root() / "mine", replace(head, fingerprint="other"), "# mine\n")
    with pytest.raises(ModelError, match="other weights"):
        lens(texts, question_of(texts, SPEC, WATER, "combiner"), 0)
