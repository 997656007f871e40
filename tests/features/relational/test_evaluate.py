"""The measurement of relational heads: the task and its traps, the methods on it, the shipped head's card."""

import json
from pathlib import Path

import numpy as np
import pytest

from explorer.base.arrays import Floats, unit_rows
from explorer.features.relational import retrieval_task as task
from explorer.features.relational.contract import METHODS, Ask
from explorer.features.relational.evaluate import (
    HEAD,
    LURES,
    SEEN,
    SHIPPED_HEAD,
    folds,
    format_relations,
    reach,
)
from explorer.features.relational.scenes import task_scenes, training_scenes
from explorer.heads.head import SHIPPED
from explorer.scenes import RELATIONS, is_held_out

ROOT = Path(__file__).resolve().parents[3]


def by_vectors(vectors: Floats) -> task.Scorer:
    ask = Ask(item=0, looks=unit_rows(vectors))
    return task.by_method(METHODS["looks"], lambda query: ask)


def test_training_scenes_are_not_held_out_and_those_of_the_task_are() -> None:
    assert not any(is_held_out(scene) for scene in training_scenes(200))
    for look in task_scenes(4):
        assert [scene.relation for scene in look] == list(RELATIONS)
        assert len({(scene.shape, scene.colour, scene.background) for scene in look}) == 1
        assert all(is_held_out(scene) for scene in look)


@pytest.mark.parametrize("lures", [False, True])
def test_distractors_are_matched_and_the_query_is_none_of_them(lures: bool) -> None:
    scenes = [scene for look in task_scenes(5) for scene in look]

    def look(row: int) -> tuple[str, str, str]:
        return scenes[row].shape, scenes[row].colour, scenes[row].background

    for question in task.questions(5, lures):
        target, *others = question.candidates.tolist()
        assert question.query not in question.candidates
        assert len(set(question.candidates.tolist())) == task.CANDIDATES
        assert scenes[target].relation == scenes[question.query].relation
        assert all(scenes[row].relation != scenes[question.query].relation for row in others)
        assert look(target) != look(question.query)
        wanted = look(question.query) if lures else look(target)
        assert {look(row) for row in others} == {wanted}


def test_scores_of_known_answers() -> None:
    asked = task.questions(6, False)
    count, looks = len(RELATIONS), np.array([one.look for one in asked])
    perfect = by_vectors(np.tile(np.eye(count, dtype=np.float32), (6, 1)))
    assert task.measured(task.ranks(asked, perfect), looks)["r1"]["value"] == 1.0
    blind = by_vectors(np.ones((6 * count, 3), np.float32))  # all tie: never a hit
    assert task.measured(task.ranks(asked, blind), looks)["r1"]["value"] == 0.0
    rng = np.random.default_rng(0)
    chance = task.measured(task.ranks(asked, by_vectors(rng.normal(size=(6 * count, 50)).astype(np.float32))), looks)
    assert chance["r1"]["value"] < 0.25


def test_a_method_of_looks_alone_fails_where_looks_mislead() -> None:
    asked = task.questions(6, True)
    by_look = by_vectors(np.repeat(np.eye(6, dtype=np.float32), len(RELATIONS), axis=0))
    place = task.ranks(asked, by_look)
    assert (place > 1).all()
    quarter = task.least_alike(asked, by_look)
    assert quarter.sum() == len(asked) // 4


def test_every_relation_is_unseen_by_one_variant() -> None:
    assert sorted(name for group in folds() for name in group) == sorted(RELATIONS)


def test_shipped_card_and_results_agree() -> None:
    stated = json.loads((SHIPPED / SHIPPED_HEAD / "head.json").read_text("utf-8"))
    results = json.loads((ROOT / "benchmarks" / "results" / "relations.json").read_text("utf-8"))
    card = (SHIPPED / SHIPPED_HEAD / "card.md").read_text("utf-8")
    assert results["head"] == stated["sha256"]
    assert results["weights"] == stated["fingerprint"]
    assert stated["card"]["numbers"] == results["parts"]
    assert format_relations(results) in card
    assert results["reached"] == reach(results)
    assert (SHIPPED / SHIPPED_HEAD / "head.safetensors").stat().st_size < 6_500_000


def test_shipped_head_reaches_its_aims() -> None:
    results = json.loads((ROOT / "benchmarks" / "results" / "relations.json").read_text("utf-8"))
    for part in (SEEN, SEEN + LURES):
        assert results["parts"][part][HEAD]["all"]["r1"]["value"] >= 0.70
        assert results["parts"][part][HEAD]["least alike"]["r1"]["value"] >= 0.60
    assert all(results["reached"].values())
