"""Guesses are kept until labels change; sure ones become a column, which can be taken away."""

import numpy as np
import pytest

from explorer.base.errors import InputError, Refused
from explorer.base.permission import Actor, Role, acting
from explorer.features.label.accepting import accept, accepted, column_words, right_ones, sure_ones, take_away
from explorer.features.label.guessing import guesses, known_guesses
from explorer.features.label.service import give
from explorer.workspace.opened import Opened, open_shared
from tests.features.label.conftest import IDS, SPEC, items_of

GIVEN = {"a0": "left", "a1": "left", "b0": "right", "b1": "right"}


@pytest.fixture
def labelled(heaps: Opened) -> Opened:
    give(heaps, "heap", "Ann", GIVEN)
    return heaps


@pytest.mark.parametrize("method", ["neighbours", "logistic", "spreading"])
def test_guesses_are_kept_until_a_label_changes(labelled: Opened, method: str) -> None:
    assert known_guesses(labelled, SPEC, "heap", method) is None
    found = guesses(labelled, SPEC, "heap", method)
    kept = known_guesses(labelled, SPEC, "heap", method)
    assert kept is not None and (kept.probabilities == found.probabilities).all() and kept.names == ("left", "right")
    truth = np.array([one[0] == "b" for one in IDS])
    assert (found.codes == truth).mean() > 0.9
    give(labelled, "heap", "Ann", {"a2": "left"})
    assert known_guesses(labelled, SPEC, "heap", method) is None


def test_what_people_said_stands_before_what_is_guessed(labelled: Opened) -> None:
    give(labelled, "heap", "Ann", {"a3": "right"})
    found = guesses(labelled, SPEC, "heap", "neighbours")
    assert found.codes[3] == 1 and found.sureness[3] == 1.0


def test_one_label_alone_and_an_unknown_method_are_messages(heaps: Opened) -> None:
    give(heaps, "heap", "Ann", {"a0": "left"})
    with pytest.raises(InputError, match="All labels are 'left'"):
        guesses(heaps, SPEC, "heap", "logistic")
    with pytest.raises(InputError, match="method: expected one of"):
        guesses(heaps, SPEC, "heap", "magic")


def test_accepted_guesses_are_a_column_and_leave_no_trace_when_taken_away(labelled: Opened) -> None:
    found = guesses(labelled, SPEC, "heap", "logistic")
    least = float(np.sort(found.sureness)[10])
    before = labelled.dataset.table
    column = accept(labelled, found, least, "heap guessed")
    opened = open_shared(labelled.path)
    assert opened.key != labelled.key
    values = opened.dataset.table["heap guessed"].to_pylist()
    sure = sure_ones(found, least)
    assert [value is not None for value in values] == sure.tolist() and 4 < sure.sum() < len(IDS)
    assert values[0] == "left" and values[20] == "right"
    assert column.told["threshold"] == least and column.told["by people"] == 4 and column.told["model"] == SPEC
    assert "4 labelled by people" in column_words(accepted(opened)[0])
    with pytest.raises(InputError, match="There is a column 'heap guessed' already"):
        accept(opened, found, least, "heap guessed")
    take_away(opened, "heap guessed")
    after = open_shared(labelled.path)
    assert after.dataset.table.equals(before) and after.key != opened.key and accepted(after) == []


def test_a_column_lives_through_an_import(labelled: Opened) -> None:
    accept(labelled, guesses(labelled, SPEC, "heap", "neighbours"), 0.5, "guessed")
    labelled.workspace.replace_dataset(items_of([*IDS[1:], "new"]))
    values = open_shared(labelled.path).dataset.table["guessed"].to_pylist()
    assert values[0] == "left" and values[-1] is None


@pytest.mark.parametrize(
    ("least", "name", "words"),
    [
        (0.0, "x", "Expected a probability above 0"),
        (0.9, "kind", "There is a column 'kind' already"),
        (0.9, " ", "Expected a name of 1 to 80 letters"),
    ],
)
def test_what_cannot_be_accepted_is_said(labelled: Opened, least: float, name: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        accept(labelled, guesses(labelled, SPEC, "heap", "neighbours"), least, name)
    assert accepted(labelled) == []


def test_how_many_sure_guesses_are_right_is_told_where_a_column_tells_it(heaps: Opened) -> None:
    give(heaps, "heap", "Ann", {"a0": "a", "a1": "a", "b0": "b", "b1": "b"})
    found = guesses(heaps, SPEC, "heap", "neighbours")
    score = right_ones(heaps, found, 0.5, "kind")
    truth = np.array([one[0] == "b" for one in IDS])
    others = ~np.isin(found.rows, found.labelled)
    assert score is not None and score.items == 36 and score.value == (found.codes == truth)[others].mean()
    assert score.low < score.value <= score.high and score.low < 0.95
    assert right_ones(heaps, found, 0.5, "own") is None


def test_nothing_sure_and_viewers(labelled: Opened) -> None:
    found = guesses(labelled, SPEC, "heap", "spreading")
    with pytest.raises(InputError, match="No guess reaches 1: the surest of Label spreading is 0"):
        accept(labelled, found, 1.0, "sure")
    with acting(Actor(Role.VIEWER, "")), pytest.raises(Refused):
        accept(labelled, found, 0.5, "x")
