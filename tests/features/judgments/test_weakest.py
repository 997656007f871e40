"""Lift the weakest: which arrangement comes next, and when it ends."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.base.arrays import Doubles
from explorer.base.errors import InputError
from explorer.features.judgments.asking.people import Arrival, person_for
from explorer.features.judgments.asking.way import respond
from explorer.features.judgments.asking.weakest import MOST_ITEMS, WEAKEST, evidence, next_arrangement
from explorer.features.judgments.campaigns import campaign, create_campaign
from explorer.features.judgments.method import Ask, Placed
from explorer.features.judgments.settings import PoolQuestion, Settings
from explorer.features.judgments.store import Store
from explorer.features.judgments.study import Study

IDS = [f"i{number}" for number in range(12)]


def planted() -> Doubles:
    """(12, 2) places: three groups of four that lie close together, far from each other."""
    rng = np.random.default_rng(2)
    return np.repeat(np.array([[0.0, 0.0], [4.0, 0.5], [1.5, 3.5]]), 4, axis=0) + rng.normal(size=(12, 2)) * 0.4


def arranged(items: tuple[str, ...], truth: Doubles) -> Placed:
    """What a person without error does: the true places, spread over the arena."""
    at = truth[[IDS.index(item) for item in items]]
    at = at - at.min(axis=0)
    return items, (0.05 + 0.9 * at / at.max()).tolist()


def run(size: int, threshold: float = 0.5, most: int = 60) -> list[Placed]:
    truth, placed, rng = planted(), [], np.random.default_rng(7)  # type: ignore[var-annotated]
    while len(placed) < most and (found := next_arrangement(placed, IDS, size, rng, threshold)) is not None:
        placed.append(arranged(found, truth))
    return placed


def test_evidence_is_the_sum_of_squared_distances_on_the_screen() -> None:
    placed: list[Placed] = [
        (("i0", "i1", "i2"), [[0, 0], [0.3, 0.4], [1, 0]]),
        (("i1", "i0", "i3"), [[0, 0], [1, 0], [0, 1]]),
    ]
    found = evidence(placed, IDS)
    assert found[0, 1] == pytest.approx(0.25 + 1) and found[0, 2] == pytest.approx(1) and found[4, 5] == 0
    assert np.array_equal(found, found.T)
    assert evidence([(("i0", "gone", "i2"), [[0, 0], [1, 1], [1, 0]])], IDS).sum() == 0


def test_the_first_arrangement_is_of_all_items_or_of_as_many_as_fit() -> None:
    rng = np.random.default_rng(0)
    assert sorted(next_arrangement([], IDS, 20, rng) or ()) == sorted(IDS)
    few = next_arrangement([], IDS, 5, rng)
    assert few is not None and len(set(few)) == 5 and set(few) <= set(IDS)


def test_what_lay_close_together_comes_again_among_itself() -> None:
    placed = [arranged(tuple(IDS), planted())]
    known = evidence(placed, IDS)
    found = next_arrangement(placed, IDS, 12, np.random.default_rng(1))
    assert found is not None and 3 <= len(found) < 12
    i, j = np.unravel_index(np.where(np.eye(12) > 0, np.inf, known).argmin(), known.shape)
    assert {IDS[i], IDS[j]} <= set(found)
    rows = [IDS.index(one) for one in found]
    inside = known[np.ix_(rows, rows)][np.triu_indices(len(rows), 1)]
    assert inside.mean() < known[np.triu_indices(12, 1)].mean() / 2


@pytest.mark.parametrize("size", [4, 12])
def test_it_ends_when_every_pair_has_enough_evidence_and_not_before(size: int) -> None:
    placed = run(size)
    pairs = np.triu_indices(12, 1)
    assert 1 < len(placed) < 60
    assert evidence(placed, IDS)[pairs].min() >= 0.5 > evidence(placed[:-1], IDS)[pairs].min()
    assert all(3 <= len(items) <= size for items, _ in placed)
    assert len(run(size, threshold=0.1)) < len(placed)


def test_it_needs_fewer_arrangements_than_chance() -> None:
    truth, rng, placed = planted(), np.random.default_rng(3), [arranged(tuple(IDS), planted())]
    while evidence(placed, IDS)[np.triu_indices(12, 1)].min() < 0.5 and len(placed) < 200:
        placed.append(arranged(tuple(IDS[row] for row in rng.permutation(12)[:5]), truth))
    chosen = run(12)
    assert sum(len(items) for items, _ in chosen) < sum(len(items) for items, _ in placed) / 2


def test_too_many_items_are_refused() -> None:
    ids = [str(number) for number in range(MOST_ITEMS + 1)]
    ask = Ask(
        settings=Settings(task="arrangement", sampler="weakest"),
        ids=ids,
        listed=(),
        vectors=lambda model: pytest.fail("no vectors are needed"),
        rng=np.random.default_rng(0),
    )
    with pytest.raises(InputError, match="expected at most 100 items, got 101"):
        WEAKEST.begin(ask)


def test_a_person_is_asked_until_the_evidence_or_the_most_is_reached(tmp_path: Path) -> None:
    truth, counts = planted(), []
    for most, enough in ((40, 0.1), (2, 0.1), (40, 50.0)):
        store = Store.of_file(tmp_path / f"{most} {enough}.sqlite")
        plain = Settings(task="arrangement", sampler="weakest", items_per_question=12, study=Study(ask_name=False))
        settings = replace(plain, questions=most, evidence=enough)
        first = [PoolQuestion(tuple(IDS), "weakest")]
        create_campaign(store, "c", settings, IDS, pool=first)
        person = person_for(store, campaign(store, "c"), Arrival(parameters={})).key
        questions = respond(store, "c", person, wanted=1).questions
        while questions:
            (one,) = questions
            given = {"trial": one.trial, "answer": list(arranged(one.items, truth)[1])}
            questions = respond(store, "c", person, [given], wanted=1).questions
        counts.append(len(store.answers("c")))
    assert 1 < counts[0] < 40 and counts[1:] == [2, 40]
