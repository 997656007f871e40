"""A person labels one item after another."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.label.service import labels_of, overview, store_of, work_of
from explorer.features.label.sitting import ORDERS, Next, Sitting, Step, read_ask, take_step
from explorer.workspace.opened import Opened, open_shared
from tests.features.label.conftest import IDS, SPEC, items_of, workspace_of

ANN = Sitting(labelling="heap", labeller="Ann", encoder=SPEC, order="margin", wanted=4)


def give(opened: Opened, item: str, label: str, sitting: Sitting = ANN) -> Next:
    return take_step(opened, sitting, Step(kind="give", items=(item,), label=label))


@pytest.mark.parametrize("order", [one for one in ORDERS if one != "second"])
def test_what_is_labelled_skipped_or_shown_does_not_come_again(heaps: Opened, order: str) -> None:
    sitting = replace(ANN, order=order, wanted=60, shown=("a5",))
    give(heaps, "a0", "left", sitting)
    take_step(heaps, sitting, Step(kind="skip", items=("a1",)))
    found = give(heaps, "b0", "right", sitting)
    left = set(heaps.dataset.ids[found.rows])
    assert left == set(IDS) - {"a0", "a1", "b0", "a5"} and len(found.rows) == len(left)
    assert found.names == ("left", "right") and found.counts == (1, 1) and found.changed == {"b0": "right"}


def test_others_are_asked_what_one_skipped_and_for_second_opinions(heaps: Opened) -> None:
    bob = replace(ANN, labeller="Bob", wanted=60)
    give(heaps, "a0", "left")
    take_step(heaps, ANN, Step(kind="skip", items=("a1",)))
    shown = set(heaps.dataset.ids[take_step(heaps, bob, Step()).rows])
    assert "a1" in shown and "a0" not in shown
    second = take_step(heaps, replace(bob, order="second"), Step())
    assert heaps.dataset.ids[second.rows].tolist() == ["a0"]
    give(heaps, "a0", "right", bob)
    assert not len(take_step(heaps, replace(bob, order="second"), Step()).rows)
    assert "a0" in set(heaps.dataset.ids[take_step(heaps, replace(bob, labeller="Cid"), Step()).rows])  # a tie
    assert "1 item labelled differently by different people; 1 of them without a majority" in overview(heaps)[0]


def test_undo_takes_back_the_latest_of_this_person(heaps: Opened) -> None:
    give(heaps, "a0", "left")
    give(heaps, "a1", "left", replace(ANN, labeller="Bob"))
    assert take_step(heaps, ANN, Step(kind="undo")).changed == {"a0": None}
    with pytest.raises(InputError, match="no such change"):
        take_step(heaps, ANN, Step(kind="undo"))


def test_bad_steps_change_nothing(heaps: Opened) -> None:
    for item, label, words in (("zz", "left", "no item with the id 'zz'"), ("a0", "", "Expected an item and a label")):
        with pytest.raises(InputError, match=words):
            give(heaps, item, label)
    with pytest.raises(InputError, match="model: expected one of"):
        take_step(heaps, replace(ANN, encoder="none"), Step(kind="give", items=("a0",), label="x"))
    assert store_of(heaps).version() == 0


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"order": "best"}, "order: expected one of"),
        ({"kind": "drop"}, "kind: expected one of"),
        ({"items": "a0"}, "items: expected a list"),
        ({"items": [1]}, "items: expected a list"),
        ({"label": 5}, "label: expected a text"),
        ({"labeller": "x" * 2_001}, "labeller: expected a text"),
        ({"wanted": -1}, "wanted: expected a whole number"),
        ({"wanted": True}, "wanted: expected a whole number"),
    ],
)
def test_what_a_page_sends_is_checked(change: dict[str, Any], words: str) -> None:
    body = {"labelling": "heap", "labeller": "Ann", "model": SPEC, "order": "any", "kind": "look", "wanted": 1}
    assert read_ask(body)[0].order == "any"
    with pytest.raises(InputError, match=words):
        read_ask(body | change)
    with pytest.raises(InputError, match="Expected an object, got list"):
        read_ask([])


def test_labels_of_gone_items_are_kept_and_count_when_they_are_back(tmp_path: Path) -> None:
    opened = workspace_of(tmp_path / "heaps", IDS[1:], np.ones(len(IDS) - 1, dtype=bool))
    store_of(opened).give("heap", "Ann", {"a0": "left", "b0": "right"})
    assert labels_of(opened, "heap").gone == 1 and "1 labelled item no longer in the data" in overview(opened)[0]
    with pytest.raises(InputError, match="All labels are 'right'"):
        work_of(opened, SPEC, labels_of(opened, "heap"))
    with pytest.raises(InputError, match="no item with the id 'a0'"):
        give(opened, "a0", "right")
    opened.workspace.replace_dataset(items_of(IDS))
    back = labels_of(open_shared(opened.path), "heap")
    assert back.gone == 0 and back.rows.tolist() == [0, 20]


def test_labels_on_items_without_a_vector_do_not_teach(tmp_path: Path) -> None:
    present = np.ones(len(IDS), dtype=bool)
    present[0] = False
    opened = workspace_of(tmp_path / "heaps", IDS, present)
    give(opened, "a0", "left")
    give(opened, "b0", "right")
    with pytest.raises(InputError, match="Fewer than two labels have an item with a vector"):
        work_of(opened, SPEC, labels_of(opened, "heap"))
    give(opened, "a1", "left")
    few = work_of(opened, SPEC, labels_of(opened, "heap")).few
    assert len(few.vectors) == len(IDS) - 1 and few.rows.tolist() == [0, 19] and few.names == ("left", "right")
    assert len(take_step(opened, ANN, Step()).rows) == 4
