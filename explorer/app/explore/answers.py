"""The questions that the Explore page asks of a workspace, each answered once: keys are small strings and numbers.

Every function takes the folder of the workspace and its key (`Workspace.key`, which changes with anything in it).
What is returned is shared by all sessions and must not be changed.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from explorer.app.frame import cache
from explorer.app.frame.query_url import METHODS, QueryPart, read_view
from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.base.errors import InputError
from explorer.base.half import widen
from explorer.search import (
    Cut,
    DuplicateGroup,
    Part,
    Query,
    compose,
    duplicate_groups,
    explain,
    explain_selection,
    mask,
    outlier_scores,
    parse_filters,
    points_in_polygon,
    relevance_cut,
    rounded_split,
)
from explorer.workspace.folder import Workspace
from explorer.workspace.pictures import read_upload
from explorer.workspace.saved import View, load_views

BACKGROUND = 2_000
CACHED_NUMBERS = 500_000  # half precision numbers widened at a time, so that they stay in the processor's cache

if TYPE_CHECKING:
    from explorer.index import Index


@dataclass(frozen=True)
class Results:
    """Answer to a query: (k,) rows and similarities, best first; (k, p) how each part adds to the similarity.

    labels: (p,) of the parts. cut: how many of the results are clearly better than background; None when there are too
    few items to tell. sample: random items that the background was measured on.
    """

    rows: Rows
    similarities: Floats
    parts: Floats
    labels: tuple[str, ...]
    cut: Cut | None
    sample: int


def open_data(path: str) -> tuple[Workspace, Dataset]:
    """The workspace at `path` and its items."""
    ws = Workspace.open(Path(path))
    return ws, cache.get_dataset(ws)


def embeddings(path: str, spec: str) -> Embeddings:
    """The vectors of the workspace at `path`."""
    return cache.get_embeddings(Workspace.open(Path(path)), spec)


@st.cache_resource(max_entries=8, show_spinner="Opening the index …")
def search_index(path: str, key: str, spec: str) -> "Index":
    """The search index of an encoder, or exact search where there is none."""
    from explorer.workspace.indexing import index_or_exact

    return index_or_exact(Workspace.open(Path(path)), spec)


@st.cache_data(max_entries=32, show_spinner=False)
def recall_words(path: str, key: str, spec: str) -> str:
    """How complete a search is: what building the index measured, or that every item is compared."""
    from explorer.workspace.indexing import load_report

    report = None if search_index(path, key, spec).name == "exact" else load_report(Workspace.open(Path(path)), spec)
    return report.sentence if report else "Every item was compared with the query (exact search)."


@st.cache_data(max_entries=32, show_spinner=False)
def map_methods(path: str, key: str, spec: str) -> tuple[str, ...]:
    """Methods of the maps of an encoder, the preferred one first."""
    from explorer.workspace.mapping import map_folder

    ws = Workspace.open(Path(path))
    return tuple(method for method in METHODS if (map_folder(ws, spec, method) / "manifest.json").is_file())


def needs_model(query: tuple[str, ...]) -> bool:
    """True when the query holds something that has no vector yet: a text or an uploaded picture."""
    return any(part.kind != "item" for part in _parts(query))


def _parts(query: tuple[str, ...]) -> tuple[QueryPart, ...]:
    return tuple(part for part in read_view({"q": query})[0].parts if part.weight)


@st.cache_resource(max_entries=64, show_spinner=False)
def filter_mask(path: str, key: str, filters: str) -> Mask:
    """(n,) True for the items that pass the filters."""
    found: Mask = mask(open_data(path)[1], parse_filters(filters))
    found.flags.writeable = False
    return found


@st.cache_resource(max_entries=64, show_spinner=False)
def compose_query(path: str, key: str, spec: str, query: tuple[str, ...]) -> Query:
    """The vector of a query. InputError when a part cannot be used; waits for the model when one is needed."""
    parts = _parts(query)
    if not parts:
        raise InputError("All parts of the query have weight 0. Give one of them a weight, or clear the query.")
    return compose([Part(part.kind, part.value, part.weight, _vector(path, spec, part)) for part in parts])


def _vector(path: str, spec: str, part: QueryPart) -> Floats:
    if part.kind != "item":
        check_weights(path, spec)
    if part.kind == "text":
        return cache.encode_text(spec, part.value)
    if part.kind == "image":
        return cache.encode_image(spec, read_upload(path, part.value))
    row = int(open_data(path)[1].rows_of([part.value])[0])
    vectors = embeddings(path, spec)
    if not vectors.present[row]:
        raise InputError(
            f"The item {part.value!r} has no vector under {spec}: its file could not be read. Choose another."
        )
    return widen(vectors.vectors[row])


def check_weights(path: str, spec: str) -> None:
    """WorkspaceError when the items' vectors were made by other weights than those that read the query."""
    embeddings(path, spec).check_weights(cache.get_encoder(spec).fingerprint)


@st.cache_resource(max_entries=128, show_spinner=False)
def find(path: str, key: str, spec: str, query: tuple[str, ...], filters: str, count: int) -> Results:
    """The `count` items nearest to the query among those that pass the filters."""
    question = compose_query(path, key, spec, query)
    index = search_index(path, key, spec)
    allowed = filter_mask(path, key, filters) if filters else None
    rows, similarities = index.query(question.vector[None], count, allowed).of(0)
    vectors = embeddings(path, spec)
    split = rounded_split(explain(question, vectors.vectors[rows]), similarities)
    sample = _background_rows(path, key, spec)
    cut = None
    if len(sample) >= 20:
        ground = _scores(vectors.vectors[sample], question.vector)
        cut = relevance_cut(similarities, ground, len(vectors.rows))
    labels = tuple("your picture" if part.kind == "image" else part.value for part in _parts(query))
    return Results(rows, similarities, split.astype(np.float32), labels, cut, len(sample))


@st.cache_resource(max_entries=16, show_spinner=False)
def _background_rows(path: str, key: str, spec: str) -> Rows:
    """At most 2,000 random rows that have a vector, always the same ones, in order."""
    rows = embeddings(path, spec).rows
    return (
        rows if len(rows) <= BACKGROUND else np.sort(np.random.default_rng(0).choice(rows, BACKGROUND, replace=False))
    )


def _scores(vectors: NDArray[Any], question: Floats) -> Floats:
    """(m,) products; without BLAS, whose threads cost more than so small a product when the machine is busy."""
    found: Floats = np.einsum("md,d->m", widen(vectors), question)
    return found


@st.cache_resource(max_entries=16, show_spinner=False)
def similarities(path: str, key: str, spec: str, query: tuple[str, ...]) -> Floats:
    """(n,) similarity of every item to the query, NaN where there is no vector."""
    vectors = embeddings(path, spec)
    question = compose_query(path, key, spec, query).vector
    found = np.full(len(vectors), np.nan, dtype=np.float32)
    step = max(1, CACHED_NUMBERS // vectors.dim)
    for start in range(0, len(vectors), step):
        part = slice(start, start + step)
        found[part] = _scores(vectors.vectors[part], question)
    found[~vectors.present] = np.nan
    return found


@st.cache_resource(max_entries=64, show_spinner=False)
def selection(path: str, key: str, regions: tuple[str, ...], saved: str, filters: str) -> Mask | None:
    """(n,) True for the selected items that pass the filters; None when nothing is selected.

    regions: the drawn selection. saved: name and date of a saved view, which goes before what is drawn.
    WorkspaceError when a region was drawn on a map that is not there.
    """
    inside = _of_view(path, saved) if saved else _of_regions(path, regions) if regions else None
    if inside is not None and filters:
        inside = inside & filter_mask(path, key, filters)
    if inside is not None:
        inside.flags.writeable = False
    return inside


def _of_regions(path: str, regions: tuple[str, ...]) -> Mask:
    ws, dataset = open_data(path)
    inside = np.zeros(len(dataset), dtype=bool)
    for region in read_view({"sel": regions})[0].regions:
        drawn = points_in_polygon(cache.get_map(ws, region.model, region.method).coords, np.array(region.polygon))
        inside = inside & ~drawn if region.mode == "subtract" else drawn | (inside & (region.mode == "add"))
    return inside


def view_stamp(view: View) -> str:
    """Name and date of a saved view: what tells it from a later one of the same name."""
    return f"{view.created} {view.name}"


def _of_view(path: str, stamp: str) -> Mask | None:
    ws, dataset = open_data(path)
    view = next((view for view in load_views(ws) if view_stamp(view) == stamp), None)
    if view is None:
        return None
    inside = np.zeros(len(dataset), dtype=bool)
    rows = dataset.ids.get_indexer(pd.Index(view.ids, dtype=dataset.ids.dtype))
    inside[rows[rows >= 0]] = True
    return inside


@st.cache_resource(max_entries=8, show_spinner="Comparing the selection with the rest …")
def explanation(path: str, key: str, regions: tuple[str, ...], saved: str, filters: str) -> pd.DataFrame:
    """What sets the selected items apart from the rest."""
    dataset = open_data(path)[1]
    inside = selection(path, key, regions, saved, filters)
    return explain_selection(dataset, np.zeros(len(dataset), dtype=bool) if inside is None else inside)


@st.cache_resource(max_entries=8, show_spinner="Comparing items …")
def duplicates(path: str, key: str, spec: str, threshold: float) -> list[DuplicateGroup]:
    """Groups of items that are more similar than `threshold`, the largest first."""
    vectors = embeddings(path, spec)
    index = search_index(path, key, spec)
    return duplicate_groups(vectors.vectors, vectors.present, threshold, index)


@st.cache_resource(max_entries=8, show_spinner="Measuring distances …")
def outliers(path: str, key: str, spec: str) -> tuple[Rows, Floats]:
    """Rows with a vector, the loneliest first, and their similarity to the tenth nearest neighbour."""
    vectors = embeddings(path, spec)
    index = search_index(path, key, spec)
    scores = np.asarray(outlier_scores(index, vectors.vectors, 10, vectors.present))
    rows = vectors.rows[np.argsort(-scores[vectors.rows], kind="stable")]
    return rows, scores[rows]
