"""Fixes of a workspace's model: measured, and applied as a new model, or to its search."""

import re
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.arrays import Floats, Rows, check_choice
from explorer.base.errors import InputError, WorkspaceError
from explorer.base.half import widen
from explorer.base.metrics import Score
from explorer.base.permission import require
from explorer.base.progress import Progress, Silent
from explorer.base.sampling import at_most
from explorer.encoders import load_encoder
from explorer.encoders.tuned import SHIFT
from explorer.features.diagnose.fixes.contract import FIXES, Fix, Means, Shift
from explorer.features.diagnose.fixes.effects import Effect, K, Material, look, moved_rows, nearest_others, shifted
from explorer.features.diagnose.fixes.gathering import BLOCK, are_texts, material_of, means_of
from explorer.heads.head import Head, heads_root, list_heads, read_head
from explorer.heads.store import write_head
from explorer.search.label_columns import label_columns
from explorer.workspace.answers import answer_path, keep_answer, models_stamp, read_answer
from explorer.workspace.item_hubs import correct_hubs, leave_hubs
from explorer.workspace.opened import Opened
from explorer.workspace.preparing import prepare

MOST, SEED = 20_000, 0
MADE_FROM, OWN = "diagnose", "precomputed:"
LEAVE = "no-csls"
APPLIED = (*FIXES, LEAVE)
_FORMAT = 1


@dataclass(frozen=True)
class Report:
    """What the fixes would change under one model.

    effects: the model as it is first, then every fix that can be had. column: of labels, "" for none. items: that were
    measured on, drawn at random where there are more; of: all with a vector. refused: why a fix cannot be had, by name.
    """

    effects: tuple[Effect, ...]
    column: str
    items: int
    of: int
    refused: dict[str, str]


def label_column(opened: Opened, column: str) -> str:
    """The column of labels that is measured on: `column`, else the likeliest, "" when there is none."""
    return column or next(iter(label_columns(opened)), "")


def known_report(opened: Opened, spec: str, column: str) -> Report | None:
    """As `report`, when it was worked out before; else None."""
    told = read_answer(_path(opened, spec, column))
    if told is None:
        return None
    with suppress(KeyError, TypeError):
        return Report(**{**told, "effects": tuple(_effect(one) for one in told["effects"])})
    return None


def report(opened: Opened, spec: str, column: str, progress: Progress | None = None) -> Report:
    """Measure every fix on at most 20,000 items, and keep what was found until items or vectors change.

    column: of labels, "" for none. InputError when fewer than three items have a vector, or there is no such column.
    """
    known = known_report(opened, spec, column)
    if known is not None:
        return known
    found = _measured(opened, spec, column, progress or Silent())
    with suppress(WorkspaceError):  # on a full disk the answer is shown and not kept
        path = _path(opened, spec, column)
        keep_answer(path, asdict(found))
    return found


def model_name(opened: Opened, spec: str, fix: str) -> str:
    """Name of the head that a fix makes, so that the new model is `tuned:<name>`."""
    plain = re.sub(r"[^A-Za-z0-9]+", "-", spec).strip("-")
    ending = f"-{FIXES[fix].suffix}"
    return f"{opened.name}-{plain}"[: 80 - len(ending)] + ending


def apply(opened: Opened, spec: str, fix: str, progress: Progress | None = None) -> str:
    """Make the model that a fix leads to, with vectors, index and map, or change the search; a sentence on it.

    fix: of `FIXES`, or "no-csls", which takes CSLS out of the search again. InputError when the fix does not fit.
    """
    require("run work")
    check_choice(fix, APPLIED, "Fix")
    progress = progress or Silent()
    if fix == LEAVE:
        leave_hubs(opened.workspace, spec)
        return f"Search by items under {spec} is in the order of the cosine again."
    if FIXES[fix].shift is None:
        correct_hubs(opened.workspace, spec, progress)
        return f"Search by items and pictures under {spec} is corrected for hubs from now on."
    name = write_model(opened, spec, fix)
    return prepare(opened.workspace, f"tuned:{name}", progress=progress)


def write_model(opened: Opened, spec: str, fix: str) -> str:
    """Keep the shift, worked out on all items, as a head; its name."""
    if spec.startswith(OWN):
        raise InputError(
            f"{spec} came with the data, so there is no model that could make vectors of new items. Apply "
            f"{FIXES[fix].title.lower()} where these vectors are made, and import the result."
        )
    name = model_name(opened, spec, fix)
    if name in list_heads() and read_head(name).card.get("made_from") != MADE_FROM:
        raise InputError(f"There is a head called {name!r} of another kind already. Rename or remove it first.")
    encoder, vectors = load_encoder(spec), opened.embeddings(spec)
    vectors.check_weights(encoder.fingerprint)
    shift = _shift_of(FIXES[fix], means_of(opened, spec, encoder))
    texts = are_texts(opened, encoder)
    for start in range(0, len(vectors.rows), BLOCK):  # what comes to nothing is told before anything is kept
        rows = vectors.rows[start : start + BLOCK]
        moved_rows(widen(vectors.vectors[rows]), shift, texts[rows])
    card = {"made_from": MADE_FROM, "workspace": opened.name, "fix": fix, "items": len(vectors.rows)}
    weights = {"pictures": shift.pictures, "texts": shift.texts}
    made = Head(kind=SHIFT, encoder=encoder.spec, fingerprint=encoder.fingerprint, weights=weights, card=card)
    said = f"{FIXES[fix].does} Worked out on {len(vectors.rows):,} items of {opened.name} under {spec}."
    write_head(heads_root() / name, made, f"# tuned:{name}\n\n{said}\n")
    return name


def _measured(opened: Opened, spec: str, column: str, progress: Progress) -> Report:
    vectors = opened.embeddings(spec)
    rows = at_most(vectors.rows, MOST, np.random.default_rng(SEED))
    if len(rows) < 3:
        raise InputError(f"Expected at least 3 items with a vector under {spec}, got {len(rows)}.")
    material = material_of(opened, spec, column, rows)
    effects: list[Effect] = []
    refused: dict[str, str] = {}
    near, cosines = _near(material, "The model as it is", progress)
    before = look(material, near)
    effects.append(before.against(before, ""))
    for name, fix in FIXES.items():
        try:
            state = material if fix.shift is None else shifted(material, _shift_of(fix, material.means()))
        except InputError as error:
            refused[name] = str(error)
            continue
        found = near
        if fix.shift is None or state.vectors is not material.vectors:
            found, _ = _near(state, fix.title, progress, cosines.mean(axis=1) / 2 if fix.shift is None else None)
        effects.append(look(state, found).against(before, name))
    return Report(tuple(effects), column, len(rows), len(vectors.rows), refused)


def _near(material: Material, title: str, progress: Progress, taken_off: Floats | None = None) -> tuple[Rows, Floats]:
    progress.start(f"Measuring: {title}", len(material.vectors))
    found = nearest_others(material.vectors, K, progress.advance, taken_off)
    progress.finish()
    return found


def _shift_of(fix: Fix, means: Means) -> Shift:
    assert fix.shift is not None
    if fix.both and (means.pictures is None or means.texts is None):
        raise InputError(f"{fix.title} needs pictures, and a model that reads texts in the same space.")
    return fix.shift(means)


def _effect(told: dict[str, Any]) -> Effect:
    scores = {one.name: told[one.name] for one in fields(Effect) if one.name.startswith(("items", "words"))}
    return Effect(**{**told, **{name: value and Score(**value) for name, value in scores.items()}})


def _path(opened: Opened, spec: str, column: str) -> Path:
    made = models_stamp(opened.workspace, spec)
    return answer_path(opened, "diagnose/fixes", (spec, column, MOST, _FORMAT), made)
