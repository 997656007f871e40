"""Finding items of an opened workspace: by texts, pictures and items, with filters. One engine for pages and library.

What is returned is shared and must not be changed.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.errors import InputError
from explorer.base.half import widen
from explorer.base.memory import remembered
from explorer.base.sampling import at_most
from explorer.encoders.pool import POOL
from explorer.index import Way
from explorer.maps.placing import NEIGHBOURS, place_among
from explorer.search.compose import Part, Query, compose, explain, rounded_split
from explorer.search.filters import mask, parse_filters
from explorer.search.hubs import correction, nearness, ranked
from explorer.search.query import QueryPart, kind_of
from explorer.search.relevance import DEPTHS, standing_out
from explorer.search.wording import described, unquoted
from explorer.workspace.backdrop import Backdrop, text_backdrop
from explorer.workspace.item_hubs import item_nearness
from explorer.workspace.opened import Opened
from explorer.workspace.pictures import read_picture

BACKGROUND = 2_000
CACHED_NUMBERS = 500_000  # half precision numbers widened at a time, so that they stay in the processor's cache
STARTERS = 500

Parts = tuple[QueryPart, ...]


@dataclass(frozen=True, kw_only=True)
class Found:
    """Answer to a query: (k,) rows and similarities, best first; (k, p) how each part adds to the similarity.

    labels: (p,) of the parts. clear: how many of the first stand out (see `relevance.standing_out`), None where that
    cannot be told: a query of items or pictures has near items in any collection. typical: median similarity of the
    items to the query. texts: background texts that the order was corrected with and `clear` was judged by, else 0;
    corrected: whether the order was. evened: whether items that are near many others come later, see
    `workspace.item_hubs`. way: how the index answered.
    """

    rows: Rows
    similarities: Floats
    parts: Floats
    labels: tuple[str, ...]
    clear: int | None = None
    typical: float
    texts: int = 0
    corrected: bool = False
    evened: bool = False
    way: Way = "all"


@remembered(64, also="tags")
def filter_mask(opened: Opened, filters: str) -> Mask:
    """(n,) True for the items that pass the filters; InputError when the data set cannot answer them."""
    found: Mask = mask(opened.tagged, parse_filters(filters))
    found.flags.writeable = False
    return found


@remembered(64)
def compose_query(opened: Opened, spec: str, parts: Parts) -> Query:
    """The vector of a query. InputError when a part cannot be used; waits for the model when one is needed."""
    used = _weighted(parts)
    if not used:
        raise InputError("All parts of the query have weight 0. Give one of them a weight, or clear the query.")
    return compose([Part(part.kind, part.value, part.weight, _vector(opened, spec, part)) for part in used])


def item_vector(opened: Opened, spec: str, row: int) -> Floats:
    """(d,) float32 unit vector of an item; InputError when it has none."""
    vectors = opened.embeddings(spec)
    if not vectors.present[row]:
        item = opened.dataset.ids[row]
        raise InputError(f"The item {item!r} has no vector under {spec}: its file could not be read. Choose another.")
    return widen(vectors.vectors[row])


@remembered(128, also="tags")
def find(opened: Opened, spec: str, parts: Parts, filters: str, count: int) -> Found:
    """The `count` items nearest to the query among those that pass the filters."""
    question = compose_query(opened, spec, parts)
    allowed = filter_mask(opened, filters) if filters else None
    judged = _judged(opened, spec, parts)
    index, kind, most = opened.index(spec), kind_of(parts), max(count, DEPTHS[-1])
    evened = _evened_for(opened, spec, question)
    off = taken_off(opened, spec, parts)
    if off is not None:
        rows, similarities, way = ranked(index, question, most, allowed, kind=kind, taken_off=off)
    else:
        answer = index.query(question.vector[None], most if judged else count, allowed, kind)
        (rows, similarities), way = answer.of(0), answer.ways[0]
    clear = None
    if judged and judged.by_words_alone:
        clear = min(count, standing_out(nearness(question, judged.backdrop, rows, similarities)))
    rows, similarities = rows[:count], similarities[:count]
    split = rounded_split(explain(question, opened.embeddings(spec).vectors[rows]), similarities)
    return Found(
        rows=rows,
        similarities=similarities,
        parts=split.astype(np.float32),
        labels=tuple(part.label for part in _weighted(parts)),
        clear=clear,
        typical=_typical(opened, spec, question.vector),
        texts=judged.backdrop.texts if judged else 0,
        corrected=bool(judged and judged.corrects),
        evened=evened is not None,
        way=way,
    )


def taken_off(opened: Opened, spec: str, parts: Parts) -> Floats | None:
    """(n,) what is taken off the items' similarity to a query before they are put in order; None when nothing is."""
    question, judged = compose_query(opened, spec, parts), _judged(opened, spec, parts)
    texts = judged.backdrop.near if judged and judged.corrects else None
    return correction(question, texts, _evened_for(opened, spec, question))


def _evened_for(opened: Opened, spec: str, question: Query) -> Floats | None:
    """(n,) r of each item to its nearest others, where that is to be corrected for this query."""
    return _evened(opened, spec) if any(part.kind != "text" for part in question.parts) else None


@dataclass(frozen=True)
class _Judged:
    """What an answer to words is judged against. corrects: the order is corrected; by_words_alone: nothing but texts
    was asked for, so that it can be said which results stand out.
    """

    backdrop: Backdrop
    corrects: bool
    by_words_alone: bool


def _judged(opened: Opened, spec: str, parts: Parts) -> _Judged | None:
    """None when no part is a text."""
    used = _weighted(parts)
    if not any(part.kind == "text" for part in used):
        return None
    wanted = [part.kind for part in used if part.weight > 0]
    joint = opened.encoder(spec).abilities.joint
    return _Judged(_backdrop(opened, spec), joint, bool(wanted) and set(wanted) == {"text"})


@remembered(4)
def _evened(opened: Opened, spec: str) -> Floats | None:
    return item_nearness(opened.workspace, spec)


@remembered(4)
def _backdrop(opened: Opened, spec: str) -> Backdrop:
    return text_backdrop(opened.workspace, spec)


@remembered(16)
def similarities(opened: Opened, spec: str, parts: Parts) -> Floats:
    """(n,) similarity of every item to the query, NaN where there is no vector."""
    vectors = opened.embeddings(spec)
    question = compose_query(opened, spec, parts).vector
    found = np.full(len(vectors), np.nan, dtype=np.float32)
    step = max(1, CACHED_NUMBERS // vectors.dim)
    for start in range(0, len(vectors), step):
        part = slice(start, start + step)
        found[part] = _products(vectors.vectors[part], question)
    found[~vectors.present] = np.nan
    return found


@remembered(32)
def starters(opened: Opened, spec: str) -> Rows:
    """(m,) at most 500 random rows that have a vector, always the same: items to begin with."""
    return np.asarray(np.random.default_rng(7).permutation(opened.embeddings(spec).rows)[:STARTERS])


def _weighted(parts: Parts) -> Parts:
    return tuple(part for part in parts if part.weight)


def _vector(opened: Opened, spec: str, part: QueryPart) -> Floats:
    if part.kind == "item":
        return item_vector(opened, spec, int(opened.dataset.rows_of([part.value])[0]))
    encoder = opened.encoder(spec)
    if part.kind == "text":
        text = described(part.value, encoder.template) if encoder.abilities.joint else unquoted(part.value)
        return POOL.text_vector(spec, text or part.value)
    return POOL.picture_vector(spec, read_picture(opened.path, part.value))


def _typical(opened: Opened, spec: str, question: Floats) -> float:
    """Median similarity of the query to at most 2,000 random items; NaN when there are none."""
    sample = _background(opened, spec)
    return float(np.median(_products(sample, question))) if len(sample) else np.nan


@remembered(4)
def _background(opened: Opened, spec: str) -> Floats:
    """(m, d) the vectors of at most 2,000 random items that have one, always the same ones."""
    vectors = opened.embeddings(spec)
    return widen(vectors.vectors[at_most(vectors.rows, BACKGROUND, np.random.default_rng(0))])


def _products(vectors: NDArray[Any], question: Floats) -> Floats:
    """(m,) products; without BLAS, whose threads cost more than so small a product when the machine is busy."""
    found: Floats = np.einsum("md,d->m", widen(vectors), question)
    return found


@remembered(64)
def placed(opened: Opened, spec: str, method: str, parts: Parts) -> tuple[float, float] | None:
    """Where the query lies on a map, among its nearest items as the index finds them; None when none of them is on it.

    Comparing the query with all items of the map would take half a second.
    """
    coords = opened.map(spec, method).coords
    vector = compose_query(opened, spec, parts).vector
    rows, nearness = opened.index(spec).query(vector[None], NEIGHBOURS, kind=kind_of(parts)).of(0)
    known = np.isfinite(coords[rows]).all(axis=1)
    if not known.any():
        return None
    x, y = place_among(coords, rows[known][None], nearness[known][None])[0]
    return float(x), float(y)
