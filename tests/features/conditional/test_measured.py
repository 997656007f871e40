"""What methods scored on a column: kept on disk, made anew with the data, heads of other data measured or left out."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.base.metrics import Score
from explorer.base.progress import Silent
from explorer.encoders import canonical
from explorer.features.conditional import measured as module
from explorer.features.conditional.choice import Trial
from explorer.features.conditional.chosen import choose, question_of
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.learning import enough_to_learn, head_name, learn_command, to_be_learned
from explorer.features.conditional.measured import (
    HELD_OUT,
    MADE_FROM,
    PLACE,
    Candidate,
    Measurement,
    data_stamp,
    measured,
    measured_before,
    own_trials,
    trials_table,
)
from explorer.features.conditional.train_aspect import AspectSettings
from explorer.features.conditional.train_workspace import train_aspect
from explorer.heads.head import Head, heads_root
from explorer.heads.store import write_head
from explorer.workspace.opened import Opened

SPEC = canonical("sentence")
COLOUR = Condition("column", "colour")
BEST_OF_ALL = Trial(method="aspect", score=Score(1.0, 1.0, 1.0, 16), gain=Score(0.9, 0.8, 1.0, 16))


@pytest.fixture
def home(texts: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An EXPLORER_HOME without heads, and nothing measured yet."""
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    for path in (texts.path / "cache" / "conditional").glob("*.json"):
        path.unlink()
    return tmp_path


def write_aspect(opened: Opened, name: str, **card: object) -> None:
    weights = {"weight": np.eye(opened.embeddings(SPEC).dim, dtype=np.float32)}
    fingerprint = opened.encoder(SPEC).fingerprint
    stated = {"column": "colour", **card}
    head = Head(kind="projection", encoder=SPEC, fingerprint=fingerprint, weights=weights, card=stated)
    write_head(heads_root() / name, head, "")


def test_what_was_measured_is_read_the_next_time(texts: Opened, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not measured_before(texts, SPEC, "colour")
    found = measured(texts, SPEC, "colour")
    assert found is not None and found.chance == pytest.approx(1 / 7)
    assert {one.method for one in found.trials} == {"image", "column-means", "profile", "subspace", "image+text-unit"}
    assert [one.score.value for one in found.trials] == sorted((o.score.value for o in found.trials), reverse=True)
    assert found.plain.gain.value == 0 and measured_before(texts, SPEC, "colour")
    monkeypatch.setattr(module, "tried", lambda *_: pytest.fail("measured again"))
    assert measured(texts, SPEC, "colour") == found


def test_other_values_or_vectors_are_measured_anew(texts: Opened, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    measured(texts, SPEC, "colour")
    stamp = data_stamp(texts, SPEC, "colour")
    assert stamp != data_stamp(texts, SPEC, "thing")
    vectors = texts.embeddings(SPEC)
    other = Opened(texts.workspace, "other")
    monkeypatch.setattr(other, "embeddings", lambda spec: replace(vectors, vectors=vectors.vectors[::-1]))
    assert data_stamp(other, SPEC, "colour") != stamp and not measured_before(other, SPEC, "colour")


def test_a_damaged_file_is_measured_anew(texts: Opened, home: Path) -> None:
    found = measured(texts, SPEC, "colour")
    (path,) = (texts.path / "cache" / "conditional").glob("*.json")
    path.write_text("{", encoding="utf-8")
    assert measured(texts, SPEC, "colour") == found and json.loads(path.read_text(encoding="utf-8"))["trials"]


def test_a_head_of_other_data_is_measured_here_and_one_of_older_data_is_not(texts: Opened, home: Path) -> None:
    write_aspect(texts, "elsewhere", **{MADE_FROM: "other", PLACE: "/another/place"})
    write_aspect(texts, "older", **{MADE_FROM: "other", PLACE: str(texts.path), HELD_OUT: BEST_OF_ALL.as_dict()})
    write_aspect(texts, "unknown")
    found = measured(texts, SPEC, "colour")
    assert found is not None
    heads = {one.head: one for one in found.trials if one.method == "aspect"}
    assert set(heads) == {"elsewhere"}, "the others may have seen these items"
    assert heads["elsewhere"].score.value == pytest.approx(found.plain.score.value, abs=0.05), "it changes nothing"
    assert question_of(texts, SPEC, COLOUR).method != "aspect"


def test_a_head_of_this_data_counts_with_what_its_card_states(texts: Opened, home: Path) -> None:
    stamp = data_stamp(texts, SPEC, "colour")
    write_aspect(texts, "mine", **{MADE_FROM: stamp, PLACE: "/copied", HELD_OUT: BEST_OF_ALL.as_dict()})
    assert own_trials(texts, SPEC, "colour") == [replace(BEST_OF_ALL, head="mine")]
    found = measured(texts, SPEC, "colour")
    assert found is not None and found.best is not None
    question = question_of(texts, SPEC, COLOUR)
    assert (question.method, question.head) == (found.best.method, found.best.head)
    assert own_trials(texts, SPEC, "thing") == []


def test_nothing_better_than_the_item_alone_is_said_and_used(
    texts: Opened, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worse = Trial(method="column-means", score=Score(0.6, 0.5, 0.7, 9), gain=Score(0.02, -0.1, 0.1, 9))
    plain = Trial(method="image", score=Score(0.58, 0.5, 0.7, 9), gain=Score(0.0, 0.0, 0.0, 9))
    found = Measurement((worse, plain), 0.1)
    monkeypatch.setattr("explorer.features.conditional.chosen.measured", lambda *_: found)
    chosen = choose(texts, SPEC, COLOUR)
    assert chosen.method == "image" and chosen.why.startswith("No method was measured better than the item alone: 58%")
    monkeypatch.setattr("explorer.features.conditional.chosen.measured", lambda *_: None)
    few = choose(texts, SPEC, COLOUR)
    assert few.method == "column-means" and few.why.startswith("Too few items")
    table = trials_table(found, "image")
    assert table.index("Column profile") < table.index("➤ | **Item alone") and "0.100 |" in table.splitlines()[-1]


def test_the_measured_best_answers_and_an_explicit_method_stays(texts: Opened, home: Path) -> None:
    found = measured(texts, SPEC, "colour")
    assert found is not None and found.best is not None and found.best.method != "image"
    assert question_of(texts, SPEC, COLOUR).method == found.best.method
    assert question_of(texts, SPEC, COLOUR, "image").method == "image"
    assert f"{found.best.score.value:.0%} of the nearest" in choose(texts, SPEC, COLOUR).why


def test_training_states_a_trial_on_items_not_seen_and_is_then_not_wanted_again(
    texts: Opened, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.features.conditional.train_workspace.check_enough", lambda data, _: data)
    monkeypatch.setattr("explorer.features.conditional.learning.LEAST_ITEMS", 4)
    monkeypatch.setattr("explorer.features.conditional.learning.LEAST_IN_ALL", 16)
    fresh = Opened(texts.workspace, "fresh")
    monkeypatch.setattr("explorer.features.conditional.train_workspace.open_shared", lambda _: fresh)
    assert enough_to_learn(fresh, SPEC, "colour") and to_be_learned(fresh, SPEC, COLOUR)
    assert not to_be_learned(fresh, SPEC, Condition("aspect", "colour"))
    weights = {"weight": np.eye(fresh.embeddings(SPEC).dim, dtype=np.float32)}
    monkeypatch.setattr("explorer.features.conditional.train_workspace.train_projection", lambda *_: weights)
    settings = AspectSettings(least=2)
    name = head_name(fresh, SPEC, "aspect", "colour")
    made = train_aspect(fresh.workspace, SPEC, "colour", name, Silent(), settings=settings)
    (stated,) = own_trials(fresh, SPEC, "colour")
    assert (stated.head, stated.score.items, stated.gain.value) == (made.name, 16, 0)
    assert not to_be_learned(fresh, SPEC, COLOUR)
    found = measured(fresh, SPEC, "colour")
    assert found is not None and stated in found.trials
    assert learn_command(fresh, SPEC, "colour")[-3:] == ["--name", name, "--background"]


def test_heads_are_told_apart_by_the_stamp_of_their_file() -> None:
    keys = {Candidate("aspect", "a", "1").key, Candidate("aspect", "a", "2").key, Candidate("aspect").key}
    assert len(keys) == 3 and Candidate("image").key == "image"
