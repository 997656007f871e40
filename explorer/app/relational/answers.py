"""The questions that the page asks, each answered once: keys are small strings and numbers, results are shared."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import streamlit as st

from explorer.app.frame import cache
from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.base.half import widen
from explorer.features.relational import analogy as solving
from explorer.features.relational.looks_and_logic import (
    CORNERS,
    cosines,
    in_corner,
    min_max,
    nearest,
    present_rows,
    thinned,
)
from explorer.features.relational.service import PREFIX
from explorer.heads.head import MANIFEST, head_folder
from explorer.io.atomic import read_json
from explorer.workspace.folder import Workspace

GRID, PER_CELL = 14, 3


@dataclass(frozen=True)
class Space:
    """All candidates of a picked item, itself left out by its row.

    rows: (m,). looks, logic: (m,) cosines under the model and under the head. x, y: (m,) the same, min-max normalised.
    shown: (s,) places among the m that are drawn. corners: name -> (places in it, furthest in first).
    """

    rows: Rows
    looks: Floats
    logic: Floats
    x: Floats
    y: Floats
    shown: Rows
    corners: dict[str, Rows]


def vectors(path: str, spec: str) -> tuple[Floats, "np.ndarray[tuple[int], np.dtype[np.bool_]]"]:
    """((n, d) vectors as stored, (n,) which items have one)."""
    found = cache.get_embeddings(Workspace.open(Path(path)), spec)
    return found.vectors, found.present


@st.cache_resource(max_entries=32, show_spinner="Comparing looks and logic …")
def space(path: str, key: str, base: str, head: str, row: int) -> Space:
    """Attribute and relational similarity of every item to the picked one. InputError when it has no vector."""
    present = [vectors(path, spec)[1] for spec in (base, PREFIX + head)]
    if not all(bool(mask[row]) for mask in present):
        raise InputError("This item has no picture that could be read, so it has no look and no logic. Pick another.")
    rows = present_rows(*present, without=[row])
    if len(rows) < 2:
        raise InputError("There are too few pictures to compare with: expected at least three items with a picture.")
    looks, logic = (cosines(vectors(path, spec)[0], row)[rows] for spec in (base, PREFIX + head))
    x, y = min_max(looks), min_max(logic)
    corners = {name: in_corner(x, y, name)[0] for name in CORNERS}
    first = np.unique(np.concatenate([places[:30] for places in corners.values()]))
    rest = np.random.default_rng(0).permutation(np.setdiff1d(np.arange(len(rows)), first))
    order = np.concatenate([first, rest]).astype(np.int64)
    return Space(rows, looks, logic, x, y, thinned(x, y, GRID, PER_CELL, order), corners)


@st.cache_data(max_entries=64, show_spinner=False)
def answer(
    path: str, key: str, base: str, head: str, method: str, pairs: tuple[tuple[int, int], ...], third: int, count: int
) -> tuple[Rows, Floats]:
    """The best answers to an analogy by one method."""
    stored, present = vectors(path, base)
    relational, there = vectors(path, PREFIX + head)
    allowed = present_rows(present, there)
    asked = [third, *(row for pair in pairs for row in pair)]
    if not np.isin(asked, allowed).all():
        raise InputError("One of these items has no picture that could be read. Choose another.")
    return solving.answer(method, widen(stored[:]), pairs, third, count, widen(relational[:]), allowed)


@st.cache_data(max_entries=64, show_spinner=False)
def search(path: str, key: str, spec: str, text: str, count: int) -> tuple[Rows, Floats]:
    """The items nearest to a text under a model."""
    stored, present = vectors(path, spec)
    question = cache.encode_text(spec, text)
    return nearest(widen(stored[:]), question, count, np.flatnonzero(~present).tolist())


@st.cache_data(max_entries=32, show_spinner=False)
def some_items(path: str, key: str, spec: str, seed: int, count: int = 24) -> Rows:
    """Random rows with a vector."""
    rows = np.flatnonzero(vectors(path, spec)[1])
    return np.asarray(np.random.default_rng(seed).permutation(rows)[:count])


@st.cache_data(max_entries=64, show_spinner=False)
def captions(path: str, key: str, column: str, rows: tuple[int, ...]) -> list[str]:
    """The anonymous captions of some rows, "" where there is none."""
    table = cache.get_dataset(Workspace.open(Path(path))).table
    return [value or "" for value in table.column(column).take(pa.array(rows)).cast(pa.string()).to_pylist()]


def stated(head: str) -> dict[str, Any]:
    """What a head's head.json holds: encoder, fingerprint, sha256, card. Not cached: a head can be trained again."""
    found: dict[str, Any] = read_json(head_folder(head) / MANIFEST)
    return found


def outdated(path: str, base: str, head: str) -> str:
    """Why a head's vectors cannot be trusted as they are, as a sentence; "" when all belongs together."""
    workspace = Workspace.open(Path(path))
    stored = stated(head)
    below = cache.get_embeddings(workspace, base).settings.get("weights", "")
    if below and stored["fingerprint"] and below != stored["fingerprint"]:
        return f"The head {head} belongs to other weights of {base} than those that made this data's vectors."
    made = cache.get_embeddings(workspace, PREFIX + head).settings.get("weights", "")
    return "" if made == stored["sha256"] else f"The head {head} has been trained again since its vectors were made."


@st.cache_data(max_entries=16, show_spinner="Looking for an example …")
def example(path: str, key: str, base: str, head: str, seed: int) -> tuple[int, int, int]:
    """Rows of A, B, C: B near the corner "looks alike, different logic" of A, C near "looks different, same logic"."""
    rng = np.random.default_rng(seed)
    first = int(some_items(path, key, base, seed, 1)[0])
    found = space(path, key, base, head, first)
    second, third = (in_corner(found.x, found.y, name, 2.0)[0][:10] for name in ("lookalike", "analogous"))
    b = int(rng.choice(second))
    c = int(rng.choice(third[third != b]))
    return first, int(found.rows[b]), int(found.rows[c])
