"""Learning from the answers of a workspace: what is kept, what is said, and what the services remember."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.features.judgments.agreement.service import asking_about, candidates, judged, score
from explorer.features.judgments.learning import tuning
from explorer.features.judgments.learning.from_answers import AnswerSettings
from explorer.features.judgments.learning.placing import fit_places, placed_here
from explorer.features.judgments.learning.service import (
    group_batch,
    group_names,
    models_to_learn_on,
    place_items,
)
from explorer.features.judgments.learning.sirl import simulate_sirl
from explorer.features.judgments.learning.sources import learned_from, source_of
from explorer.features.judgments.learning.tuning import Tuning, heads_learned, tune, tune_groups
from explorer.features.judgments.learning.tuning_card import held_out_words, read_estimate
from explorer.features.judgments.store import judgment_store
from explorer.features.judgments.values import Answer
from explorer.heads.head import Head, heads_root, read_head
from explorer.heads.store import write_head
from explorer.workspace.embedding import embed
from explorer.workspace.opened import Opened, open_shared
from tests.pages.visits import COLOURS, make_discs

COUNT = 48


def answer(number: int, person: int) -> Answer:
    """Of two discs of one colour and one of another the last is odd; one in ten answers is not so."""
    rng = np.random.default_rng(number)
    first, other = rng.permutation(4)[:2]
    rows = [int(first) + 4 * int(k) for k in rng.permutation(COUNT // 4)[:2]] + [int(other) + 4 * int(rng.integers(8))]
    items = tuple(f"disc-{row}" for row in rows)
    odd = items[0] if (number + person) % 10 == 0 else items[2]
    return Answer(
        campaign="odd", task="odd_one_out", annotator=f"p{person}", trial=f"t{number}", items=items, answer=odd
    )


@pytest.fixture
def discs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    files = tmp_path / "pictures"
    files.mkdir()

    def columns(number: int) -> dict[str, object]:
        return {"colour": COLOURS[number % 4], "width": 8 + number // 4}

    ws = make_discs(tmp_path / "workspaces" / "discs", files, COUNT, lambda number: 8 + number // 4, columns)
    judgment_store(ws).add_answers([answer(number, person) for number in range(120) for person in range(4)])
    return open_shared(ws.path)


def test_a_head_is_kept_with_its_numbers_and_found_again(discs: Opened) -> None:
    settings = AnswerSettings(steps=20)
    found = tune(
        discs, Tuning(campaign="odd", model="histogram", name="taught", head="mlp", settings=settings), Silent()
    )
    head = heads_learned(discs, "judgments")["taught"]
    assert (head.kind, head.encoder, head.card["settings"]["kind"]) == ("mlp", "histogram", "mlp")
    assert head.card["campaign"] == "odd" and head.card["answers"] == found.answers > 20
    assert set(head.card["tests"]) == set(found.tests) and len(head.card["curve"]) == 6
    kept = read_estimate(head.card["tests"]["items"]["after"]["single"])
    assert kept.low <= kept.value <= kept.high
    assert "| questions with at least one new item |" in (heads_root() / "taught" / "card.md").read_text("utf-8")
    assert "10 items and 2 people were held out." in held_out_words(head.card)
    alone = held_out_words({**head.card, "people_held_out": 0})
    assert "no people: fewer than 4 are named" in alone
    assert heads_learned(discs, "groups") == {}
    with pytest.raises(InputError, match="head: expected one of projection, mlp"):
        tune(discs, Tuning(campaign="odd", model="histogram", name="taught", head="groups"), Silent())
    write_head(heads_root() / "other", Head(kind="combiner", encoder="e", fingerprint="", weights={}), "")
    with pytest.raises(InputError, match="of another kind already"):
        tune(discs, Tuning(campaign="odd", model="histogram", name="other"), Silent())


def test_groups_become_a_model_of_their_own(discs: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "prepare", lambda ws, spec, progress: f"{embed(ws, spec)}, without a map")
    assert group_names(discs) == ["colour"]
    said = tune_groups(discs, "colour", model="histogram", name="by colour", progress=Silent())
    assert "of 2 groups that it never saw" in said
    assert heads_learned(discs, "groups")["by colour"].card["column"] == "colour"
    again = open_shared(discs.path)
    assert models_to_learn_on(again) == ["histogram", "tuned:by colour"]
    assert models_to_learn_on(again, tuned=False) == ["histogram"]
    batch = group_batch(discs, "histogram", "colour", 0)
    assert len(batch.rows) == 20 and 0 <= batch.kept <= 1 and batch.same.sum() == 20 * 4
    assert sorted(batch.labels.tolist()) == batch.labels.tolist()


def test_places_are_a_model_with_a_map(discs: Opened) -> None:
    said = place_items(discs, "odd", dim=2, loss="logistic", progress=Silent())
    assert "It is in the list of models now, with a map." in said and "Next:" not in said
    again = open_shared(discs.path)
    assert again.map_methods("precomputed:people odd") == ("pca",)
    assert "- other questions, by other people: 0." in said and "guessing gives 0.333" in said
    judgment_store(discs.workspace).add_answers([replace(answer(number, 0), campaign="alone") for number in range(60)])
    alone = fit_places(discs, "alone", dim=1, loss="logistic", progress=Silent())
    assert list(alone.held_out) == ["questions"] and "the answers name 1 person, and 4 are needed" in alone.text
    assert placed_here(open_shared(discs.path))["precomputed:people alone"] == alone
    manifest = discs.workspace.folder("embeddings", "precomputed:people alone") / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace('"dim"', '"mid"'), encoding="utf-8")
    assert list(placed_here(open_shared(discs.path))) == ["precomputed:people odd"]
    manifest.write_text("{", encoding="utf-8")
    assert list(placed_here(open_shared(discs.path))) == ["precomputed:people odd"]
    assert learned_from(open_shared(discs.path), "precomputed:people alone") == frozenset()


def test_an_answer_that_comes_in_makes_everything_new(discs: Opened) -> None:
    asking = asking_about(discs, "odd")
    first = judged(discs, asking)
    assert judged(discs, asking_about(discs, "odd")) is first
    assert score(discs, asking, "column:colour") is score(discs, asking, "column:colour")
    assert "tags:odd" not in [one.key for one in candidates(discs, asking.last)]
    judgment_store(discs.workspace).add_answers([answer(500, 0)])
    later = asking_about(discs, "odd")
    assert later != asking and len(judged(discs, later).asked) == len(first.asked) + 1


def test_simulated_people_stand_beside_the_baselines(discs: Opened) -> None:
    place_items(discs, "odd", dim=3, loss="logistic", progress=Silent())
    again = open_shared(discs.path)
    report = simulate_sirl(again, "precomputed:people odd", ("colour",), queries=(60,))
    assert [(row.name, row.queries) for row in report.rows] == [
        ("model as it is", 0),
        ("random directions", 0),
        ("space and reward learned together", 0),
        ("learned from odd ones out", 60),
    ]
    assert report.test_items == COUNT // 2 and report.best > 0.6
    assert report.rows[0].odd > 0.6  # the places were fitted to answers about the colours
    assert all(0 <= row.accuracy <= 1 for row in report.rows)
    with pytest.raises(InputError, match="at least one column"):
        simulate_sirl(again, "precomputed:people odd", ())


def test_models_say_whose_answers_they_were_fitted_to(discs: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "prepare", lambda ws, spec, progress: f"{embed(ws, spec)}, without a map")
    place_items(discs, "odd", dim=2, loss="logistic", progress=Silent())
    tune(discs, Tuning(campaign="odd", model="histogram", name="taught", settings=AnswerSettings(steps=20)), Silent())
    embed(discs.workspace, "tuned:taught")
    tune_groups(open_shared(discs.path), "colour", model="tuned:taught", name="on top", progress=Silent())
    again = open_shared(discs.path)
    for spec in ("precomputed:people odd", "tuned:taught", "tuned:on top"):
        assert learned_from(again, spec) == {"odd"}
    for spec in ("histogram", "tuned:no such head", "precomputed:no such column"):
        assert learned_from(again, spec) == frozenset()
    card, answers = read_head("taught").card, judged(again, asking_about(again, "odd")).asked
    assert (card["last_event"], again.embeddings("precomputed:people odd").settings["answers"]) == (480, 480)
    fitted = again.embeddings("precomputed:people odd").settings["answers_hash"]
    assert fitted == source_of(again, "odd", answers)["answers_hash"] != card["answers_hash"]
    copied = replace(read_head("taught"), card={**card, "workspace": "another", "ids_hash": "other items"})
    write_head(heads_root() / "copied", copied, "")
    assert learned_from(again, "tuned:copied") == frozenset()
