"""The questions of the Conditional page, each answered once; what is returned is shared and must not be changed."""

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any

import numpy as np
import streamlit as st

from explorer.app.explore import answers as explore
from explorer.app.frame import cache
from explorer.app.frame.map import MapColours, MapLabel, MapPoints
from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.base.half import widen
from explorer.features.conditional import layout, service
from explorer.features.conditional.conditions import parse_condition
from explorer.features.conditional.method import Lens
from explorer.features.conditional.seen import Found, find, fitting, measure, see
from explorer.heads.head import Head, read_head

SEEN_IN_MEMORY, LABELS = 12, 30
PAINTS = {
    "red": "#d62728",
    "orange": "#f28e2b",
    "yellow": "#e6c700",
    "green": "#2ca02c",
    "teal": "#17a2a2",
    "blue": "#3070d0",
    "purple": "#8a4fbf",
    "pink": "#f08cc0",
    "brown": "#8c5a3c",
    "beige": "#d8c49a",
    "black": "#26262e",
    "white": "#c9cfe0",
    "gray": "#8a8f98",
    "grey": "#8a8f98",
}
"""Colours for values that are names of colours, so that red items are red; white and black stay visible."""


@dataclass(frozen=True)
class Key:
    """One condition of one encoder under one method, as small strings. head: name of a trained head, "" for none."""

    path: str
    key: str
    spec: str
    condition: str
    method: str
    head: str = ""


@dataclass(frozen=True)
class Picture:
    """A map under a condition. kind: "wheel", "axes", "plane" or "plain"; labels: written on it."""

    points: MapPoints
    kind: str
    labels: tuple[MapLabel, ...] = ()


class _Seen:
    """The last few galleries seen through a lens; a lens serves every item and both directions of a condition."""

    def __init__(self) -> None:
        self._lock, self._kept = Lock(), OrderedDict[tuple[str, ...], Floats]()

    def of(self, key: Key, lens: Lens) -> Floats | None:
        if lens.transform is None:
            return None
        name = (key.path, key.key, key.spec, lens.key)
        with self._lock:
            if name not in self._kept:
                vectors = explore.embeddings(key.path, key.spec)
                self._kept[name] = see(lens.transform, vectors.vectors, vectors.present)
            self._kept.move_to_end(name)
            while len(self._kept) > SEEN_IN_MEMORY:
                self._kept.popitem(last=False)
            return self._kept[name]


@st.cache_resource
def _seen() -> _Seen:
    return _Seen()


@st.cache_resource(max_entries=64, show_spinner=False)
def meaning(path: str, key: str, spec: str, condition: str) -> service.Meaning:
    """A condition in vectors."""
    explore.check_weights(path, spec)
    encoder, dataset = cache.get_encoder(spec), explore.open_data(path)[1]
    return service.meaning(dataset, explore.embeddings(path, spec), encoder, parse_condition(condition))


def reference(path: str, spec: str, row: int) -> Floats:
    """(d,) vector of the picked item; InputError when it has none."""
    vectors = explore.embeddings(path, spec)
    if not vectors.present[row]:
        raise InputError(f"The picked item has no vector under {spec}: its file could not be read. Pick another.")
    return widen(vectors.vectors[row])


@st.cache_data(max_entries=200, show_spinner=False)
def _raw(path: str, key: str, spec: str, row: int) -> Floats:
    ws, dataset = explore.open_data(path)
    return service.raw_item(ws, dataset, cache.get_encoder(spec), row)


@st.cache_resource(max_entries=16, show_spinner=False)
def _head(name: str, spec: str, stamp: str) -> Head:
    head = read_head(name)
    head.check_encoder(cache.get_encoder(spec))
    return head


@st.cache_resource(max_entries=256, show_spinner=False)
def lens(key: Key, row: int) -> Lens:
    """The lens of one condition and method for one picked item."""
    method = service.method_named(key.method)
    raw = _raw(key.path, key.key, key.spec, row) if "raw" in method.needs else None
    head = _head(key.head, key.spec, head_stamp(key.head)) if key.head else None
    condition = parse_condition(key.condition)
    meant = meaning(key.path, key.key, key.spec, key.condition)
    return method.lens(service.make_ask(meant, condition, reference(key.path, key.spec, row), raw, head))


def head_stamp(name: str) -> str:
    """When a head was written: what tells a newly trained one from the one before."""
    from explorer.heads.head import WEIGHTS, head_folder

    return str((head_folder(name) / WEIGHTS).stat().st_mtime_ns)


@st.cache_resource(max_entries=256, show_spinner=False)
def neighbours(key: Key, row: int, strength: float, count: int) -> Found:
    """The neighbours of an item under a condition."""
    vectors, through = explore.embeddings(key.path, key.spec), lens(key, row)
    index = explore.search_index(key.path, key.key, key.spec)
    own = reference(key.path, key.spec, row)
    seen = _seen().of(key, through)
    return find(index, vectors.vectors, through, seen, vectors.present, own, strength, count, row)


def guesses(key: Key, row: int, rows: list[int]) -> list[str]:
    """For each row, the value whose words (or mean item) fit it best, with its probability; [] without a profile."""
    through = lens(key, row)
    seen = _seen().of(key, through)
    if seen is None or not through.profile:
        return []
    words = meaning(key.path, key.key, key.spec, key.condition).words
    chances = np.square(seen[:, rows])
    best = chances.argmax(axis=0)
    return [f"{words[value]} {chances[value, place]:.2f}" for place, value in enumerate(best)]


@st.cache_resource(max_entries=32, show_spinner=False)
def picture(key: Key, row: int, strength: float, plain_map: str) -> Picture:
    """The map under a condition; plain_map: method of the unconditional map that strength 0 shows, "" for none."""
    ws, _ = explore.open_data(key.path)
    vectors, through = explore.embeddings(key.path, key.spec), lens(key, row)
    before = cache.get_map(ws, key.spec, plain_map).coords if plain_map else None
    seen = _seen().of(key, through)
    if seen is None:
        if key.method == "image" and before is not None:
            return Picture(MapPoints(before), "plain")
        item, condition = all_scores(key, row)
        coords = np.column_stack([item, condition])
        return Picture(MapPoints(_scaled(coords)), "plane")
    meant = meaning(key.path, key.key, key.spec, key.condition)
    values = meant.prototypes if key.method == "column-means" else meant.values
    if through.profile:
        anchors = layout.wheel(values)
        after, kind = layout.on_wheel(seen, anchors), "wheel"
        labels = [MapLabel(w, float(x), float(y), 1) for w, (x, y) in zip(meant.words, 1.08 * anchors, strict=True)]
    else:
        after, kind, labels = layout.main_axes(seen, vectors.present), "axes", []
    blended = layout.between(
        before if before is not None else after, after, strength if plain_map else 1, vectors.present
    )
    return Picture(MapPoints(blended), kind, tuple(labels[:LABELS] if strength > 0.7 else ()))


def _scaled(coords: Floats) -> Floats:
    """(n, 2) each axis to standard deviation 1, NaN kept."""
    return np.asarray((coords - np.nanmean(coords, axis=0)) / np.maximum(np.nanstd(coords, axis=0), 1e-6), np.float32)


@st.cache_resource(max_entries=16, show_spinner=False)
def all_scores(key: Key, row: int) -> tuple[Floats, Floats]:
    """(n,) cosine with the item and (n,) score under the condition of every item, NaN without a vector."""
    vectors, through = explore.embeddings(key.path, key.spec), lens(key, row)
    seen = _seen().of(key, through)
    fit = np.zeros(0, np.float32) if seen is None else fitting(through, seen)
    own, step = reference(key.path, key.spec, row), 8_192
    found = [np.full(len(vectors), np.nan, np.float32), np.full(len(vectors), np.nan, np.float32)]
    for start in range(0, len(vectors.rows), step):
        rows = vectors.rows[start : start + step]
        for kept, part in zip(found, measure(vectors.vectors, through, fit, own, rows), strict=True):
            kept[rows] = part
    return found[0], found[1]


@st.cache_resource(max_entries=16, show_spinner=False)
def colours(key: Key, row: int) -> MapColours:
    """The column's own values; else the value that fits best; else the score under the condition."""
    condition = parse_condition(key.condition)
    dataset = explore.open_data(key.path)[1]
    if condition.kind == "column":
        return MapColours.column(dataset.table.column(condition.name), label=condition.name)
    seen: Any = _seen().of(key, lens(key, row))
    if seen is not None and lens(key, row).profile:
        words = meaning(key.path, key.key, key.spec, key.condition).words
        present = explore.embeddings(key.path, key.spec).present
        best = np.where(present, seen.argmax(axis=0), -1)
        paints = [PAINTS[word] for word in words if word in PAINTS]
        shades = paints if len(paints) == len(words) else ()
        return MapColours.categories(best, words, label=f"{condition.name} that fits best", colours=shades)
    return MapColours.numbers(all_scores(key, row)[1], label="score under the condition")
