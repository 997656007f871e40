"""Methods by examples where a column tells what is right and another the parts: labels from one, measured on the other.

The page's curve (`curve`) draws its own halves. Here the parts are the data set's, as papers report them.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows, check_choice
from explorer.base.columns import codes_of
from explorer.base.errors import InputError
from explorer.base.metrics import Score, mean_score
from explorer.base.progress import Progress, Silent
from explorer.features.label.contract import METHODS
from explorer.features.label.method import FewLabels
from explorer.features.label.service import item_vectors
from explorer.features.label.views.kept import kept_views
from explorer.workspace.answers import models_stamp
from explorer.workspace.derived import keep_arrays, kept_arrays
from explorer.workspace.layout import slug
from explorer.workspace.opened import Opened

EACH, SEEDS, FORMAT = (1, 2, 5, 10), 3, 2


@dataclass(frozen=True, kw_only=True)
class ExamplesPlan:
    """What is measured. column: of the right labels; split: column of the parts; learned, tested: its values.

    each: numbers of labelled items a class; seeds: draws of them.
    """

    column: str
    split: str
    learned: str = "train"
    tested: str = "test"
    methods: tuple[str, ...] = ()
    each: tuple[int, ...] = EACH
    seeds: int = SEEDS


@dataclass(frozen=True, kw_only=True)
class ExamplesScore:
    """Accuracy of a method with `each` labels a class on the tested items: mean over the draws.

    score: with its 95 % bootstrap interval over tested items. draws: the accuracy of each draw. change: score minus
    that of each baseline on the same labels and items, with intervals of the same kind.
    """

    method: str
    each: int
    score: Score
    draws: tuple[float, ...]
    change: dict[str, Score]


@dataclass(frozen=True)
class _Parts:
    """Items with a vector that take part. rows: (k,) places; codes: (k,) classes of `names`; learned, tested: (k,)."""

    rows: Rows
    codes: Rows
    names: tuple[str, ...]
    learned: Mask
    tested: Mask


def measure_examples(
    opened: Opened, spec: str, plan: ExamplesPlan, progress: Progress | None = None
) -> list[ExamplesScore]:
    """Scores by number of labels, then by method. What was measured is kept, so that a stopped run goes on.

    Methods see the vectors of all items of both parts, and the labels of `each` items a class of the learned part.
    InputError for a column, value or method that is not there, when no class is in both parts, or for one part alone.
    """
    if plan.learned == plan.tested:
        raise InputError(
            f"Expected two parts, got {plan.learned!r} for both: guesses are measured on items whose label is not seen."
        )
    names = [check_choice(one, METHODS, "method") for one in plan.methods] or list(METHODS)
    parts = _parts(opened, spec, plan)
    work, found = progress or Silent(), []
    for each in plan.each:
        hits = {
            name: np.stack([_hits(opened, spec, plan, parts, (name, each, seed), work) for seed in range(plan.seeds)])
            for name in names
        }
        found += [_score(name, each, hits) for name in names]
    return found


def _score(name: str, each: int, hits: dict[str, Mask]) -> ExamplesScore:
    means = {other: some.mean(axis=0) for other, some in hits.items()}
    return ExamplesScore(
        method=name,
        each=each,
        score=mean_score(means[name]),
        draws=tuple(float(one) for one in hits[name].mean(axis=1)),
        change={other: mean_score(means[name] - means[other]) for other in hits if other != name},
    )


def _hits(
    opened: Opened, spec: str, plan: ExamplesPlan, parts: _Parts, run: tuple[str, int, int], progress: Progress
) -> Mask:
    """(t,) whether each tested item gets its label in one run: method, labels a class, seed."""
    name, each, seed = run
    folder = _folder(opened, spec, plan, run)
    views = _views(opened, spec, parts) if METHODS[name].trained else None
    seen = "noise" if views is None else f"{len(views)} views"
    stamp = f"{FORMAT} {models_stamp(opened.workspace, spec)} {opened.dataset.content_hash} {seen}"
    kept = kept_arrays(folder, stamp)
    if kept is not None:
        return np.asarray(kept["hits"], dtype=bool)
    vectors = item_vectors(opened, spec)[1]
    rows = _drawn(parts, each, np.random.default_rng([seed, each]))
    few = FewLabels(
        vectors=vectors[parts.rows],
        rows=rows,
        codes=parts.codes[rows],
        names=parts.names,
        views=views,
    )
    found = METHODS[name].guess(few, np.random.default_rng(seed), progress)
    hits: Mask = found.probabilities.argmax(axis=1)[parts.tested] == parts.codes[parts.tested]
    folder.parent.mkdir(parents=True, exist_ok=True)
    keep_arrays(folder, stamp, {"hits": hits})
    return hits


def _views(opened: Opened, spec: str, parts: _Parts) -> Floats | None:
    views = kept_views(opened, spec)
    return None if views is None else views[:, item_vectors(opened, spec)[0][parts.rows]]


def _folder(opened: Opened, spec: str, plan: ExamplesPlan, run: tuple[str, int, int]) -> Path:
    told = (spec, plan.column, plan.split, plan.learned, plan.tested, *run)
    return opened.workspace.folder("cache") / "label" / "measured" / slug(" ".join(map(str, told)))


def _drawn(parts: _Parts, each: int, rng: np.random.Generator) -> Rows:
    """(m,) `each` items of every class from the learned part, or all where there are fewer, ascending."""
    own = (np.flatnonzero(parts.learned & (parts.codes == code)) for code in range(len(parts.names)))
    return np.sort(np.concatenate([rng.permutation(some)[:each] for some in own]))


def _parts(opened: Opened, spec: str, plan: ExamplesPlan) -> _Parts:
    places = item_vectors(opened, spec)[0]
    truth, split = (_values(opened, column)[places] for column in (plan.column, plan.split))
    learned, tested = ((split == value) & (truth != "") for value in (plan.learned, plan.tested))
    both = np.intersect1d(truth[learned], truth[tested])
    if len(both) < 2:
        raise InputError(
            f"Expected at least two values of {plan.column} that items with {plan.split} {plan.learned!r} and with "
            f"{plan.tested!r} have, got {len(both)}. Choose other columns, or other parts with --learned and --tested."
        )
    rows = np.flatnonzero((learned | tested) & np.isin(truth, both))
    return _Parts(rows, np.searchsorted(both, truth[rows]), tuple(map(str, both)), learned[rows], tested[rows])


def _values(opened: Opened, column: str) -> Rows:
    """(n,) values of a column as texts, "" where there is none."""
    if column not in opened.dataset.attributes:
        there = ", ".join(opened.dataset.attributes) or "none"
        raise InputError(f"Expected one of the columns {there}; got {column!r}.")
    coded = codes_of(opened.dataset.table.column(column)).filled()
    return np.array([*coded.names, ""])[coded.codes]
