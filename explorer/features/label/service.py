"""What the page, the command and scripts ask about labels: what there is, what teaches most, what methods guess."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import blake2b

import numpy as np

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.errors import InputError
from explorer.base.memory import remembered
from explorer.features.label.labelled import Labelled, check_enough, labelled
from explorer.features.label.method import FewLabels
from explorer.features.label.suggesting import SCORES, densities, farthest_first, most_telling
from explorer.io.text import counted
from explorer.search.doubtful import Doubtful, doubtful_codes
from explorer.workspace.label_store import KEPT, LabelChange, LabelStore, label_store
from explorer.workspace.opened import Opened

DEFAULT = "labels"
"""Name of the set of labels that is there before anybody names one."""
POOLS = {"novel": 20_000, "margin": 20_000, "disagreement": 8_000}
"""Of more items without a label, so many at random are looked at for suggestions."""
PLAIN_ORDER = "any"


@dataclass(frozen=True)
class Work:
    """Items with a vector and what people say of them. places: (n,) row numbers of the items that `few` is about."""

    few: FewLabels
    places: Rows


def store_of(opened: Opened) -> LabelStore:
    """The labels of a workspace."""
    return label_store(opened.workspace)


def labels_of(opened: Opened, labelling: str) -> Labelled:
    """The labels that count now."""
    store = store_of(opened)
    return labelled(store.names(labelling), store.given(labelling), opened.dataset)


@remembered(4)
def item_vectors(opened: Opened, spec: str) -> tuple[Rows, Floats, Floats]:
    """Row numbers (n,) of the items with a vector, their (n, d) float32 unit vectors, their (n,) densities."""
    embeddings = opened.embeddings(spec)
    if not len(embeddings.rows):
        raise InputError(f"No item has a vector under {spec}. Run `explorer prepare {opened.name}`.")
    vectors = unit_rows(embeddings.vectors[embeddings.rows])
    return embeddings.rows, vectors, densities(vectors)


def work_of(opened: Opened, spec: str, labels: Labelled) -> Work:
    """The question that a method by examples gets; labels that no item has are left out.

    InputError when fewer than two labels have an item with a vector.
    """
    check_enough(labels)
    places, vectors, _ = item_vectors(opened, spec)
    seen = np.isin(labels.rows, places)
    codes = labels.codes[seen]
    used = np.unique(codes)
    if len(used) < 2:
        raise InputError(
            f"Fewer than two labels have an item with a vector under {spec}. Label others, or embed these."
        )
    few = FewLabels(
        vectors=vectors,
        rows=np.searchsorted(places, labels.rows[seen]),
        codes=np.searchsorted(used, codes),
        names=tuple(labels.names[code] for code in used),
    )
    return Work(few, places)


def suggest(opened: Opened, spec: str, labels: Labelled, by: str, count: int, *, apart: Rows) -> Rows:
    """(≤ count,) row numbers of items without a label that are worth one, the best first.

    by: of `suggesting.SCORES`, or "any" for a fixed random order. apart: (k,) further rows that are not wanted. Until
    two labels are there, the items that are least like each other.
    """
    places, vectors, density = item_vectors(opened, spec)
    open_places = np.flatnonzero(~np.isin(places, np.concatenate([labels.rows, apart])))
    shuffled = np.random.default_rng(0).permutation(len(places))
    most = POOLS.get(by, 0)
    if len(open_places) > most:
        open_places = shuffled[np.isin(shuffled, open_places)]
    if by not in SCORES:
        return places[open_places[:count]]
    open_places = open_places[:most]
    if not len(open_places):
        return places[:0]
    seen = np.isin(labels.rows, places)
    if len(np.unique(labels.codes[seen])) < 2:
        known = np.searchsorted(places, labels.rows[seen])
        return places[farthest_first(vectors, density, open_places, known, count)]
    few = work_of(opened, spec, labels).few
    return places[most_telling(few, density, open_places, by, count)]


def give(
    opened: Opened, labelling: str, labeller: str, labels: Mapping[str, str], source: str = "by hand"
) -> LabelChange:
    """Let a labeller label items (id to label, "" to skip).

    InputError names the first id that the data lack; also where there is no item.
    """
    if not labels:
        raise InputError("Expected at least one item to label, got none.")
    opened.dataset.rows_of(list(labels))
    return store_of(opened).give(labelling, labeller, labels, source)


def doubtful_of(opened: Opened, spec: str, labels: Labelled, labelling: str) -> Doubtful:
    """Labelled items whose label the labelled ones among their 20 nearest contradict, without those that were kept.

    InputError when fewer than two labels have two items with a vector.
    """
    codes = np.full(len(opened.dataset), -1, dtype=np.int64)
    codes[labels.rows] = labels.codes
    found = doubtful_codes(opened, spec, codes, len(labels.names), "Labels")
    kept = [one.item for one in store_of(opened).given(labelling) if one.source == KEPT]
    open_still = ~np.isin(found.rows, opened.dataset.places_of(kept))
    return replace(
        found,
        rows=found.rows[open_still],
        given=found.given[open_still],
        proposed=found.proposed[open_still],
        margins=found.margins[open_still],
    )


def labels_stamp(opened: Opened, labelling: str) -> str:
    """Short hash that changes whenever a label that counts does."""
    found = labels_of(opened, labelling)
    told = [*found.names, found.rows.tobytes().hex(), found.codes.tobytes().hex()]
    return blake2b("|".join(told).encode(), digest_size=8).hexdigest()


def overview(opened: Opened) -> list[str]:
    """Lines for people: every set of labels, with how many items have each label."""
    store, lines = store_of(opened), []
    for name in store.labellings():
        found = labels_of(opened, name)
        lines.append(f"{name}: {counted(len(found), 'item')} labelled{trouble_words(found)}")
        lines += [f"{count:>8,}  {one}" for one, count in zip(found.names, found.counts.tolist(), strict=True)]
    return lines or ["No labels yet. Give one on the page Label, or with: explorer label give WORKSPACE cat --item ID"]


def trouble_words(labels: Labelled) -> str:
    """What of the labels does not count now, and why; "" when all do."""
    words = []
    if labels.disputed:
        words.append(f"{counted(labels.disputed, 'item')} labelled differently by different people")
    if labels.ties:
        words.append(f"{labels.ties:,} of them without a majority, so without a label")
    if labels.gone:
        words.append(f"{counted(labels.gone, 'labelled item')} no longer in the data, kept for when they come back")
    return f" ({'; '.join(words)})" if words else ""
