"""A person labels items one after another: what they did last goes in, what is next comes out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Rows, check_choice
from explorer.base.errors import InputError
from explorer.features.label.labelled import Labelled
from explorer.features.label.service import PLAIN_ORDER, give, labels_of, store_of, suggest
from explorer.features.label.suggesting import SCORES
from explorer.workspace.label_store import KEPT, SKIPPED, LabelChange
from explorer.workspace.opened import Opened

STEPS = ("give", "keep", "skip", "undo", "name", "look")
SECOND = "second"
"""Items that other people labelled and this person did not."""
ORDERS = (*SCORES, SECOND, PLAIN_ORDER)
MOST_WANTED, MOST_SHOWN, LONGEST = 60, 500, 2_000


@dataclass(frozen=True, kw_only=True)
class Step:
    """What a person did. kind: of STEPS. items: ids. label: given, kept, or to be added. source: where it comes from.

    number: of the change to undo, 0 for the latest.
    """

    kind: str = "look"
    items: tuple[str, ...] = ()
    label: str = ""
    source: str = "by hand"
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """Who labels what, and how the next items are chosen. order: of ORDERS. shown: ids that are on screen already.

    wanted: how many further ones.
    """

    labelling: str
    labeller: str
    encoder: str
    order: str
    shown: tuple[str, ...] = ()
    wanted: int = 1


@dataclass(frozen=True, kw_only=True)
class Next:
    """What comes next. names, counts: (c,) labels and how many items have each. rows: (≤ wanted,) items to label.

    last: what an undo would take back, "" for nothing. changed: by id what the step changed, see `LabelChange`.
    """

    names: tuple[str, ...]
    counts: tuple[int, ...]
    rows: Rows
    last: str
    changed: Mapping[str, str | None]


def take_step(opened: Opened, sitting: Sitting, step: Step) -> Next:
    """Do what a person did, then say what is next.

    InputError for an unknown item, label or model, and when there is nothing to undo; nothing is changed then.
    """
    check_choice(sitting.encoder, opened.encoders, "model")
    changed = _done(opened, sitting, step)
    labels = labels_of(opened, sitting.labelling)
    last = store_of(opened).last(sitting.labelling, sitting.labeller)
    return Next(
        names=labels.names,
        counts=tuple(labels.counts.tolist()),
        rows=_rows(opened, sitting, labels),
        last=last.words if last else "",
        changed=changed.changed if changed else {},
    )


def _rows(opened: Opened, sitting: Sitting, labels: Labelled) -> Rows:
    if not sitting.wanted:
        return np.zeros(0, dtype=np.int64)
    given = store_of(opened).given(sitting.labelling)
    own = {one.item for one in given if one.labeller == sitting.labeller}
    apart = _known_rows(opened, [*sitting.shown, *own])
    if sitting.order == SECOND:
        others = dict.fromkeys(one.item for one in given if one.labeller != sitting.labeller and one.label)
        rows = _known_rows(opened, list(others))
        return rows[~np.isin(rows, apart)][: sitting.wanted]
    return suggest(opened, sitting.encoder, labels, sitting.order, sitting.wanted, apart=apart)


def _known_rows(opened: Opened, ids: Sequence[str]) -> Rows:
    """Rows of those ids that the data have."""
    rows = opened.dataset.places_of(ids)
    return rows[rows >= 0]


def _done(opened: Opened, sitting: Sitting, step: Step) -> LabelChange | None:
    if step.kind == "name":
        store_of(opened).add_names(sitting.labelling, [step.label])
    elif step.kind == "undo":
        return store_of(opened).undo(sitting.labelling, sitting.labeller, step.number)
    elif step.kind != "look":
        if not step.items or (step.kind != "skip" and not step.label):
            raise InputError("Expected an item and a label for it.")
        labels = dict.fromkeys(step.items, SKIPPED if step.kind == "skip" else step.label)
        source = KEPT if step.kind == "keep" else step.source
        return give(opened, sitting.labelling, sitting.labeller, labels, source)
    return None


def read_ask(body: object) -> tuple[Sitting, Step]:
    """The two from what a page sent; InputError for anything else."""
    if not isinstance(body, dict):
        raise InputError(f"Expected an object, got {type(body).__name__}.")
    sitting = Sitting(
        labelling=_text(body, "labelling"),
        labeller=_text(body, "labeller"),
        encoder=_text(body, "model"),
        order=check_choice(_text(body, "order"), ORDERS, "order"),
        shown=_texts(body, "shown"),
        wanted=min(_number(body, "wanted"), MOST_WANTED),
    )
    step = Step(
        kind=check_choice(_text(body, "kind"), STEPS, "kind"),
        items=_texts(body, "items"),
        label=_text(body, "label"),
    )
    return sitting, step


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > LONGEST:
        raise InputError(f"{name}: expected a text of at most {LONGEST:,} letters.")
    return value


def _texts(body: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = body.get(name, [])
    if not isinstance(value, list) or len(value) > MOST_SHOWN or not all(isinstance(one, str) for one in value):
        raise InputError(f"{name}: expected a list of at most {MOST_SHOWN} ids.")
    return tuple(value)


def _number(body: Mapping[str, object], name: str) -> int:
    value = body.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise InputError(f"{name}: expected a whole number from 0.")
    return value
