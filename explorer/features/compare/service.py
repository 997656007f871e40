"""What the page, the commands and the library ask: how alike two models are, and which items cause the difference.

Answers without a `progress` are remembered with the opened workspace.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from explorer.base.arrays import Floats, Rows, check_choice
from explorer.base.errors import InputError
from explorer.base.executor import Executor
from explorer.base.memory import remembered
from explorer.base.progress import Progress, Silent
from explorer.features.compare import layers, many
from explorer.features.compare.activations import Activations, layer_pair
from explorer.features.compare.comparison import Comparison
from explorer.features.compare.contract import METHODS, METRICS, get_measure
from explorer.features.compare.layer_table import layer_scores
from explorer.features.compare.many import Arrangement, Matrix
from explorer.features.compare.movers import Movers, find_movers
from explorer.features.compare.resampling import REPLICATES, Measured, score_pair
from explorer.features.compare.same_items import SameItems, same_items
from explorer.features.compare.spread import SUMS, StoredPair, score_spread
from explorer.workspace.opened import Opened

QUICK = ("cka_debiased", "mutual_knn", "cknna")
"""Measures that take seconds."""
ITEMS = 1_000
Cell = tuple[str, str]


@dataclass(frozen=True)
class MovedItems:
    """rows: (m,) row numbers of the compared items; movers: what happened to each of them."""

    rows: Rows
    movers: Movers


def compare(
    opened: Opened,
    a: str,
    b: str,
    *,
    measures: Iterable[str] = QUICK,
    items: int = ITEMS,
    replicates: int = REPLICATES,
    seed: int = 0,
    other: Opened | None = None,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Comparison:
    """How alike the vectors of the same items are under the encoders a and b.

    Each score comes with a 95 % interval, the score of shuffled items, and a warning where items are few.

    measures: names from `contract.METHODS`. items: drawn at random by `seed`, 0 for all. replicates: halves for the
    interval, and shuffles for chance. other: the workspace of b's vectors when it is another one; items are matched by
    id. executor: who computes, for measures that come from sums over items, two models of one workspace and more items
    than dimensions; its workers read the vectors in the folder of the workspace. Raises InputError for an unknown
    measure, for fewer than 10 items in common and for what an executor does not take, WorkspaceError where vectors are
    missing, or others for a worker.
    """
    if executor is not None:
        if other is not None:
            raise InputError("A cluster compares two models of one workspace: leave out the other one, or the cluster.")
        found, names = same_items(opened, a, b, items=items, seed=seed), tuple(measures)
        pair, progress = StoredPair.of(opened.workspace, (a, b), found.rows), progress or Silent()
        scores = score_spread(pair, names, executor=executor, replicates=replicates, seed=seed, progress=progress)
        return _comparison((a, b), found, scores)
    names = tuple(get_measure(name).name for name in measures)
    if other is None and progress is None:
        return _compared(opened, a, b, names, items=items, replicates=replicates, seed=seed)
    found = same_items(opened, a, b, items=items, seed=seed, other=other)
    scores = score_pair(found.x, found.y, names, replicates=replicates, seed=seed, progress=progress)
    return _comparison((a, b), found, scores)


def measures_for(executor: Executor | None) -> tuple[str, ...]:
    """The names of all measures that this machine takes, or those that an executor does."""
    return tuple(METHODS) if executor is None else SUMS


def matrix(
    opened: Opened,
    measure: str,
    *,
    encoders: tuple[str, ...] = (),
    items: int = ITEMS,
    progress: Progress | None = None,
    executor: Executor | None = None,
) -> Matrix:
    """Every encoder against every other by one measure, on the same items.

    encoders: all of the workspace when left out. executor: who scores the pairs, this process if left out. InputError
    when fewer than 10 items have a vector under all of them.
    """
    names = encoders or opened.encoders
    if progress is None and executor is None:
        return _matrix(opened, names, measure, items)
    return many.score_matrix(opened, names, measure, items=items, progress=progress, executor=executor)


def arrangement(opened: Opened, metric: str, *, encoders: tuple[str, ...] = (), items: int = ITEMS) -> Arrangement:
    """The encoders on a plane, by their distances under a metric; InputError for a measure that is none."""
    check_choice(metric, METRICS, "metric")
    return many.arrange(matrix(opened, metric, encoders=encoders, items=items).values)


def activations(opened: Opened, spec: str, items: int = layers.ITEMS) -> Activations | None:
    """The kept activations of an encoder's blocks; None when there are none yet for these vectors."""
    return layers.load_layers(opened.workspace, spec, items)


@remembered(64)
def layer_matrix(opened: Opened, a: str, b: str, measure: str, items: int) -> Floats:
    """(layers of a, layers of b) scores; NaN where a layer answers the same to all items.

    InputError when the activations of one of them were not collected yet.
    """
    return layer_scores(*_both_layers(opened, a, b, items), measure, most=items)


@remembered(16)
def moved_items(opened: Opened, a: str, b: str, items: int, cell: Cell | None = None) -> MovedItems:
    """What happened to each item between two encoders, or between the two layers of `cell`."""
    if cell is None:
        found = _pair(opened, a, b, items, 0)
        return MovedItems(found.rows, find_movers(found.x, found.y))
    rows, x, y = layer_pair(*_both_layers(opened, a, b, items), *cell, most=items)
    return MovedItems(rows, find_movers(x, y))


def _both_layers(opened: Opened, a: str, b: str, items: int) -> tuple[Activations, Activations]:
    left, right = (activations(opened, spec, items) for spec in (a, b))
    if left is None or right is None:
        missing = a if left is None else b
        raise InputError(
            f"The activations of {missing} on {items:,} items are not there yet: run `explorer compare layers "
            f"{opened.name} {a} {b} --items {items}`."
        )
    return left, right


@remembered(8)
def _pair(opened: Opened, a: str, b: str, items: int, seed: int) -> SameItems:
    return same_items(opened, a, b, items=items, seed=seed)


@remembered(32)
def _compared(
    opened: Opened, a: str, b: str, measures: tuple[str, ...], *, items: int, replicates: int, seed: int
) -> Comparison:
    found = _pair(opened, a, b, items, seed)
    return _comparison((a, b), found, score_pair(found.x, found.y, measures, replicates=replicates, seed=seed))


@remembered(32)
def _matrix(opened: Opened, encoders: tuple[str, ...], measure: str, items: int) -> Matrix:
    return many.score_matrix(opened, encoders, measure, items=items)


def _comparison(names: tuple[str, str], found: SameItems, scores: list[Measured]) -> Comparison:
    return Comparison(
        a=names[0],
        b=names[1],
        items=len(found.rows),
        common=found.common,
        dropped=found.dropped,
        scores=tuple(scores),
    )
