"""One suite over all ways to ask people."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.base.arrays import Floats, Mask, unit_rows
from explorer.base.errors import InputError
from explorer.base.shipped import TREE
from explorer.features.judgments.asking.at_random import as_they_come
from explorer.features.judgments.campaigns import check_settings
from explorer.features.judgments.contract import ASKING, LEARNERS, METHODS, NEEDS, TASKS, Ask, Known, Method
from explorer.features.judgments.method import Picker
from explorer.features.judgments.settings import Settings

IDS = tuple(f"item {number}" for number in range(30))
COUNT = 12
ASKABLE = [(name, task) for name, method in ASKING.items() for task in method.tasks]
PICKERS = {"as they come": as_they_come} | {name: one.pick for name, one in ASKING.items() if one.pick}


def vectors(model: str) -> tuple[Floats, Mask]:
    """Two models that see other things; the first lacks the last item."""
    rows = np.random.default_rng(len(model)).normal(size=(len(IDS), 4))
    return unit_rows(rows), np.arange(len(IDS)) < len(IDS) - (model == "first")


def asking(name: str, task: str, **values: object) -> Ask:
    settings = Settings(task=task, sampler=name, questions=COUNT, models=("first", "second one"))
    settings = replace(settings, **values)  # type: ignore[arg-type]
    size = settings.size
    listed = [IDS[at : at + size] for at in range(COUNT)] if "list" in ASKING[name].needs else ()
    return Ask(settings=settings, ids=IDS, listed=listed, vectors=vectors, rng=np.random.default_rng(3))


def known(odd: bool = False) -> Known:
    """Places of the items on a line, and answers that agree with them."""
    rng = np.random.default_rng(0)
    places = np.sort(rng.normal(size=(len(IDS), 1)), axis=0)
    rows = np.array([rng.permutation(len(IDS))[:3] for _ in range(200)])
    near, far = (np.abs(places[rows[:, 0]] - places[rows[:, side]])[:, 0] for side in (1, 2))
    return Known(places, np.where((near <= far)[:, None], rows, rows[:, [0, 2, 1]]), odd)


def candidates(count: int = 50) -> np.ndarray:
    rng = np.random.default_rng(1)
    return np.array([rng.permutation(len(IDS))[:3] for _ in range(count)])


@pytest.mark.parametrize("name", ASKING)
def test_the_card_says_all_that_a_reader_needs(name: str) -> None:
    method = ASKING[name]
    assert isinstance(method, Method) and method.name == name and method.label and method.formula
    assert set(method.needs) <= set(NEEDS) and method.tasks and set(method.tasks) <= set(TASKS)
    assert method.baseline == "" or (method.baseline in ASKING and ASKING[method.baseline].baseline == "")
    assert bool(method.trained) == (method.pick is not None)
    assert not method.pick or method.source


def test_labels_are_told_apart() -> None:
    assert len({method.label for method in METHODS.values()}) == len(METHODS) == len(ASKING) + len(LEARNERS)


@pytest.mark.parametrize(("name", "task"), ASKABLE)
def test_a_campaign_begins_with_questions_about_its_items(name: str, task: str) -> None:
    ask = asking(name, task)
    before = (ask.settings, tuple(ask.ids), [tuple(one) for one in ask.listed])
    found = ASKING[name].begin(ask)
    assert 0 < len(found) <= COUNT
    for one in found:
        assert len(one.items) == len(set(one.items)) == ask.settings.size and set(one.items) <= set(IDS)
        assert one.sampler in (name, "random")
    assert len({frozenset(one.items) for one in found}) == len(found)
    assert ASKING[name].begin(asking(name, task)) == found
    assert (ask.settings, tuple(ask.ids), [tuple(one) for one in ask.listed]) == before


@pytest.mark.parametrize(("name", "task"), ASKABLE)
def test_what_it_can_ask_is_allowed_and_nothing_else_is(name: str, task: str) -> None:
    settings = asking(name, task).settings
    assert check_settings(settings) == settings
    for other in set(TASKS) - set(ASKING[name].tasks):
        with pytest.raises(InputError):
            check_settings(replace(settings, task=other))


@pytest.mark.parametrize("name", [name for name in ASKING if name != "list"])
def test_where_there_is_one_question_it_is_that_one(name: str) -> None:
    ask = replace(asking(name, "odd_one_out", questions=1), ids=IDS[:3], vectors=lambda model: _first(model, 3))
    assert [frozenset(one.items) for one in ASKING[name].begin(ask)] == [frozenset(IDS[:3])]


def _first(model: str, count: int) -> tuple[Floats, Mask]:
    rows, present = vectors(model)
    return rows[:count], present[:count]


@pytest.mark.parametrize("odd", [False, True])
@pytest.mark.parametrize("name", PICKERS)
def test_a_picker_chooses_among_the_candidates(name: str, odd: bool) -> None:
    pick: Picker = PICKERS[name]
    state, rows = known(odd), candidates()
    places, answered, asked = state.places.copy(), state.answered.copy(), rows.copy()
    found = pick(state, rows, 10, np.random.default_rng(5))
    assert found.shape == (10,) and len(set(found.tolist())) == 10 and set(found.tolist()) <= set(range(len(rows)))
    assert np.array_equal(found, pick(state, rows, 10, np.random.default_rng(5)))
    assert np.array_equal(places, state.places) and np.array_equal(answered, state.answered)
    assert np.array_equal(asked, rows)
    assert sorted(pick(state, rows, 99, np.random.default_rng(5))) == list(range(len(rows)))
    assert pick(state, rows[:1], 3, np.random.default_rng(5)).tolist() == [0]


@pytest.mark.parametrize("name", ASKING)
def test_the_guide_lists_the_way_to_ask(name: str) -> None:
    method = ASKING[name]
    row = f"| `{name}` | {method.label} | {method.formula} | {method.source} |"
    assert row in (TREE / "docs" / "annotate.md").read_text(encoding="utf-8").splitlines(), f"docs lack:\n{row}"
