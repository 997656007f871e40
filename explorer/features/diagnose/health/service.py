"""Index health of a workspace: the intrinsic dimension around every item, and graphs built in several orders."""

from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.random import default_rng

from explorer.base.arrays import Doubles, Floats, Rows
from explorer.base.errors import InputError, ModelError, WorkspaceError
from explorer.base.half import widen
from explorer.base.progress import Progress, Silent
from explorer.base.sampling import at_most
from explorer.features.diagnose.health.dimension import NEIGHBOURS, distances_to, intrinsic_dimension
from explorer.features.diagnose.health.orders import ORDERS, Asked, order_of, recalls_in_order
from explorer.features.diagnose.health.report import Bin, Built, Health, as_json, bins_of, read_health
from explorer.index import ExactIndex, QueryKind
from explorer.index.graph import item_neighbours
from explorer.search.cleaning import content_stamp
from explorer.search.label_columns import column_codes
from explorer.workspace.answers import answer_path, keep_answer, models_stamp, read_answer
from explorer.workspace.derived import keep_arrays, kept_arrays
from explorer.workspace.index_queries import text_queries
from explorer.workspace.opened import Opened

COMPARED = 20_000
"""Items up to which the neighbours are those of exact search."""
LEAST_ITEMS, MOST_ITEMS, QUERIES, SEED, SEEDS, K, BINS = 50, 10_000, 400, 0, 5, 10, 5
EFS = (10, 16, 32, 64, 128)
_FORMAT = 2


def known_dimensions(opened: Opened, spec: str) -> Doubles | None:
    """(n,) intrinsic dimension around each item, NaN where there is none, when it was worked out before; else None."""
    kept = kept_arrays(opened.workspace.folder("cache", f"dimensions {spec}"), content_stamp(opened, spec))
    return None if kept is None else np.array(kept["dimensions"])


def dimensions(opened: Opened, spec: str, progress: Progress | None = None) -> Doubles:
    """As `known_dimensions`, worked out and kept where it is not there.

    By the 100 nearest others of every item: exactly up to 20,000 items, above by the index of the model. InputError
    for fewer than 50 items with a vector.
    """
    found = known_dimensions(opened, spec)
    return _worked_out(opened, spec, progress or Silent()) if found is None else found


def known_health(opened: Opened, spec: str, column: str) -> Health | None:
    """As `health`, when it was measured before; else None."""
    kept = read_answer(_path(opened, spec, column))
    try:
        return read_health(kept) if kept else None
    except (KeyError, TypeError):
        return None


def health(opened: Opened, spec: str, column: str = "", progress: Progress | None = None) -> Health:
    """Recall of graphs built in each order with five seeds, and by dimension of the query; kept in the workspace.

    At most 10,000 items; the queries are items that are in none of the graphs, and texts where the model reads them.
    column: of categories, "" for none.
    """
    found = known_health(opened, spec, column)
    if found is None:
        found = _measured(opened, spec, column, progress or Silent())
        path = _path(opened, spec, column)
        keep_answer(path, as_json(found))
    return found


def _worked_out(opened: Opened, spec: str, progress: Progress) -> Doubles:
    vectors = opened.embeddings(spec)
    rows = _enough(vectors.rows, spec)
    index = ExactIndex(vectors.vectors, vectors.present) if len(rows) <= COMPARED else opened.index(spec)
    progress.start("Finding the 100 nearest of every item", len(rows))
    near = item_neighbours(index, vectors.vectors, rows, min(NEIGHBOURS, len(rows) - 1), progress.advance).rows
    progress.finish()
    progress.start("Measuring the dimension around every item", len(rows))
    found = np.full(len(vectors), np.nan)
    apart = distances_to(vectors.vectors, vectors.vectors[rows], near, progress.advance)
    found[rows] = intrinsic_dimension(apart)
    progress.finish()
    with suppress(WorkspaceError):  # on a full disk the answer is shown and not kept
        folder = opened.workspace.folder("cache", f"dimensions {spec}")
        keep_arrays(folder, content_stamp(opened, spec), {"dimensions": found})
    return found


def _enough(rows: Rows, spec: str) -> Rows:
    if len(rows) < LEAST_ITEMS:
        raise InputError(f"Expected at least {LEAST_ITEMS} items with a vector under {spec}, got {len(rows)}.")
    return rows


def _measured(opened: Opened, spec: str, column: str, progress: Progress) -> Health:
    around = dimensions(opened, spec, progress)
    vectors, generator = opened.embeddings(spec), default_rng(SEED)
    rows = at_most(_enough(vectors.rows, spec), MOST_ITEMS + QUERIES, generator)
    held = at_most(rows, min(QUERIES, len(rows) // 5), generator)
    inside = np.setdiff1d(rows, held)
    items = widen(vectors.vectors[inside])
    queries: dict[QueryKind, Floats] = {"item": widen(vectors.vectors[held]), **_texts(opened, spec)}
    exact = ExactIndex(items)
    asked = {kind: (some, exact.query(some, K)) for kind, some in queries.items()}
    of_queries = {kind: _dimension_of(exact, items, some) for kind, some in queries.items()}
    categories = column_codes(opened, column).codes[inside] if column else None
    built, bins = _built(items, around[inside], categories, asked, of_queries, progress)
    return Health(
        model=spec,
        column=column,
        items=len(items),
        k=K,
        efs=EFS,
        seeds=SEEDS,
        kinds=tuple(asked),
        built=tuple(built),
        bins=tuple(bins),
        left_out=sum(int(np.isnan(found).sum()) for found in of_queries.values()),
    )


def _texts(opened: Opened, spec: str) -> dict[QueryKind, Floats]:
    with suppress(ModelError, WorkspaceError):
        found = text_queries(opened.dataset, opened.encoder(spec), default_rng(SEED))
        if found is not None and len(found):
            return {"text": found[:QUERIES]}
    return {}


def _dimension_of(exact: ExactIndex, items: Floats, queries: Floats) -> Doubles:
    near = exact.query(queries, min(NEIGHBOURS, len(items))).rows
    return intrinsic_dimension(distances_to(items, queries, near))


def _built(
    items: Floats,
    around: Doubles,
    categories: Rows | None,
    asked: Asked,
    of_queries: dict[QueryKind, Doubles],
    progress: Progress,
) -> tuple[list[Built], list[Bin]]:
    """Every graph, and the bins of the first one in random order."""
    orders = [name for name in ORDERS if name != "category" or categories is not None]
    built: list[Built] = []
    bins: list[Bin] = []
    progress.start(f"Building graphs of {len(items):,} items", len(orders) * SEEDS)
    for number, (name, seed) in enumerate([(name, seed) for name in orders for seed in range(SEEDS)]):
        order = order_of(name, around, categories, seed)
        for kind, ef, recalls in recalls_in_order(items, order, asked, EFS, seed):
            built.append(Built(name, seed, kind, ef, float(recalls.mean())))
            if not number:
                bins += bins_of(kind, ef, of_queries[kind], recalls, BINS)
        progress.advance(number + 1)
    progress.finish()
    return built, bins


def _path(opened: Opened, spec: str, column: str) -> Path:
    question = (spec, column, MOST_ITEMS, QUERIES, SEEDS, *EFS, _FORMAT)
    return answer_path(opened, "diagnose/health", question, models_stamp(opened.workspace, spec))
