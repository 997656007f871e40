"""How well each method keeps to a column of an opened workspace: measured once, and kept in the workspace's cache.

What a learned aspect scored stands on its card, since it is measured while it is learned.
"""

from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.arrays import Floats, unit_rows
from explorer.base.errors import WorkspaceError
from explorer.base.half import widen
from explorer.base.memory import remembered
from explorer.base.versions import file_stamp
from explorer.encoders.pool import POOL
from explorer.features.conditional.asking import meaning, trained_head
from explorer.features.conditional.aspect_values import column_values
from explorer.features.conditional.choice import (
    MOST_ITEMS,
    MOST_QUESTIONS,
    PLAIN,
    Exam,
    K,
    Trial,
    best_trial,
    set_exam,
    sit,
    trial,
)
from explorer.features.conditional.combiner import FEATURES, UNIT
from explorer.features.conditional.conditions import Condition
from explorer.features.conditional.contract import METHODS, method_named
from explorer.features.conditional.trials import look_of, plain_look
from explorer.features.conditional.usable import head_card, heads_for, why_not
from explorer.heads.head import WEIGHTS, head_folder
from explorer.io.atomic import read_json
from explorer.workspace.answers import keep_answer
from explorer.workspace.layout import folder_of, slug
from explorer.workspace.opened import Opened

QUICK = ("column-means", "profile", "subspace", "image+text-unit")
"""Measured at once, beside the item alone and what was learned; of equals the first is taken."""
HELD_OUT, MADE_FROM, PLACE = "held out", "made from", "workspace"
"""On the card of a learned aspect: its trial, the stamp of vectors and values that it was learned from, and where."""
SAMPLED = 256
Kept = dict[str, Trial]


@dataclass(frozen=True)
class Candidate:
    """A method with the head that it uses, and the stamp of the head's file; both "" for none."""

    method: str
    head: str = ""
    stamp: str = ""

    @property
    def key(self) -> str:
        """Its name in the kept file."""
        return f"{self.method}/{self.head}/{self.stamp}".rstrip("/")


@dataclass(frozen=True)
class Measurement:
    """What the methods scored on a column, the best first, the item alone among them; `chance` of random neighbours."""

    trials: tuple[Trial, ...]
    chance: float

    @property
    def best(self) -> Trial | None:
        """The one to compare by; None when none is better than the item alone."""
        return best_trial(self.trials)

    @property
    def plain(self) -> Trial:
        """The trial of the item alone."""
        return next(one for one in self.trials if one.method == PLAIN)


def measured(opened: Opened, spec: str, column: str, *, combiners: bool = False) -> Measurement | None:
    """How well each method keeps to a column; None when too few items share a value.

    What was measured before is read. combiners: also measure the Combiners of the encoder, which takes a minute or so;
    without it they are listed where that was done before.
    """
    exam = exam_of(opened, spec, column)
    if exam is None:
        return None
    kept = _read(opened, spec, column)
    found = {one.key: tried(opened, spec, column, one) for one in _missing(opened, spec, column, kept, combiners)}
    if found:
        _write(opened, spec, column, {**kept, **found})
    known = {one.key for one in _candidates(opened, spec, column, True)}
    trials = [one for key, one in {**kept, **found}.items() if key in known] + own_trials(opened, spec, column)
    return Measurement(tuple(sorted(trials, key=lambda one: -one.score.value)), exam.chance)


def trials_table(found: Measurement, method: str = "", head: str = "") -> str:
    """The trials as Markdown, the best first; the one by `method` and `head` is marked as used."""
    lines = ["| | How it is compared | Of the ten nearest, share with the same value |\n|---|---|---|"]
    for one in found.trials:
        used = one.method == method and one.head in ("", head)
        name = METHODS[one.method].label + (" · best" if one is found.best else "")
        score = f"{one.score.value:.3f} ({one.score.low:.3f} to {one.score.high:.3f})"
        lines.append(f"| {'➤' if used else ''} | {f'**{name}**' if used else name} | {score} |")
    return "\n".join([*lines, f"| | *random items* | {found.chance:.3f} |"])


def measured_before(opened: Opened, spec: str, column: str) -> bool:
    """Whether `measured` has nothing left to work out."""
    return not _missing(opened, spec, column, _read(opened, spec, column), False)


@remembered(64)
def tried(opened: Opened, spec: str, column: str, candidate: Candidate) -> Trial:
    """The trial of a method, with the head that it needs, on a column with enough items."""
    plain = plain_scores(opened, spec, column)
    if candidate.method == PLAIN:
        return trial(PLAIN, plain, plain)
    condition, exam = Condition("column", column), checked_exam(opened, spec, column)
    head = trained_head(opened, spec, candidate.head, candidate.stamp) if candidate.head else None
    look = look_of(method_named(candidate.method), exam, meaning(opened, spec, condition), condition, head)
    return trial(candidate.method, sit(exam, look), plain, candidate.head)


@remembered(2)
def exam_of(opened: Opened, spec: str, column: str) -> Exam | None:
    """The exam of a column; None with too few items to ask about."""
    vectors, codes = opened.embeddings(spec), column_values(opened.dataset, column).codes
    rows = vectors.rows[codes[vectors.rows] >= 0]
    return set_exam(unit_rows(widen(vectors.vectors[rows])), codes[rows]) if len(rows) else None


def checked_exam(opened: Opened, spec: str, column: str) -> Exam:
    """`exam_of` a column that has one; WorkspaceError otherwise."""
    exam = exam_of(opened, spec, column)
    if exam is None:
        raise WorkspaceError(f"Too few items of {opened.name} share a value of {column!r} to measure anything.")
    return exam


@remembered(8)
def plain_scores(opened: Opened, spec: str, column: str) -> Floats:
    """(q,) scores of the item alone."""
    exam = checked_exam(opened, spec, column)
    return sit(exam, plain_look(exam))


@remembered(64)
def data_stamp(opened: Opened, spec: str, column: str) -> str:
    """Changes with the values of a column, the vectors, of which 256 are looked at, and the way of measuring."""
    vectors, codes = opened.embeddings(spec), column_values(opened.dataset, column).codes
    some = vectors.rows[:: max(1, len(vectors.rows) // SAMPLED)]
    parts = (codes, vectors.present, vectors.vectors[some])
    digest = blake2b(repr((K, MOST_ITEMS, MOST_QUESTIONS)).encode(), digest_size=12)
    for part in parts:
        digest.update(np.ascontiguousarray(part).tobytes())
    return digest.hexdigest()


def own_trials(opened: Opened, spec: str, column: str) -> list[Trial]:
    """The trials of the aspects that were learned from exactly these vectors and values, as their cards state them."""
    stamp = data_stamp(opened, spec, column)
    cards = {name: head_card(name) for name in heads_for("aspect", spec, Condition("column", column))}
    stated = {name: card for name, card in cards.items() if card.get(MADE_FROM) == stamp and card.get(HELD_OUT)}
    return [Trial.from_dict({**card[HELD_OUT], "head": name}) for name, card in stated.items()]


def _missing(opened: Opened, spec: str, column: str, kept: Kept, combiners: bool) -> list[Candidate]:
    return [one for one in _candidates(opened, spec, column, combiners) if one.key not in kept]


def _candidates(opened: Opened, spec: str, column: str, combiners: bool) -> list[Candidate]:
    """What can be measured here: all but the aspects that may have seen these items."""
    condition, can = Condition("column", column), POOL.get(spec).abilities
    names = [name for name in QUICK if not why_not(method_named(name), condition, can, spec)]
    heads = [("aspect", head) for head in foreign_heads(opened, spec, column)]
    if combiners and not why_not(method_named("combiner"), condition, can, spec):
        heads += [("combiner", head) for head in heads_for("combiner", spec, condition) if reads_unit_vectors(head)]
    made = [Candidate(method, head, file_stamp(head_folder(head) / WEIGHTS)) for method, head in heads]
    return [Candidate(PLAIN), *map(Candidate, names), *made]


def reads_unit_vectors(head: str) -> bool:
    """Whether a Combiner takes the vectors that are stored; others need each picture looked at again."""
    return bool(head_card(head).get(FEATURES, UNIT) == UNIT)


def foreign_heads(opened: Opened, spec: str, column: str) -> list[str]:
    """Learned aspects of a column of this name in another collection, which have not seen these items."""
    cards = {name: head_card(name) for name in heads_for("aspect", spec, Condition("column", column))}
    stamp, here = data_stamp(opened, spec, column), str(opened.path)
    return [name for name, card in cards.items() if card.get(MADE_FROM, stamp) != stamp and card.get(PLACE) != here]


def _file(opened: Opened, spec: str, column: str) -> Path:
    return folder_of(opened.path, "cache") / "conditional" / f"{slug(f'{spec} {column}')}.json"


def _read(opened: Opened, spec: str, column: str) -> Kept:
    """What was measured in this state of vectors and values."""
    path, stated = _file(opened, spec, column), dict[str, Any]()
    if path.is_file():
        with suppress(WorkspaceError, ValueError, OSError):
            stated = read_json(path)
    if stated.get("made from") != data_stamp(opened, spec, column):
        return {}
    return {key: Trial.from_dict(one) for key, one in stated["trials"].items()}


def _write(opened: Opened, spec: str, column: str, trials: Kept) -> None:
    """Keep what was measured; a workspace that cannot be written to keeps it in memory alone."""
    stated = {key: one.as_dict() for key, one in trials.items()}
    path = _file(opened, spec, column)
    with suppress(OSError):
        keep_answer(path, {"made from": data_stamp(opened, spec, column), "trials": stated})
