"""Scored pairs of two lists of names, by one measure or the mean of several."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Floats, Rows
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.features.match.blocking import vector_pairs
from explorer.features.match.method import Candidates, Task, candidates
from explorer.features.match.strings.candidates import SHORT, compared_pairs
from explorer.features.match.strings.measures import MEASURES, Pairs
from explorer.features.match.strings.normalise import Distinct, Normal, distinct
from explorer.features.match.strings.settings import KEEP, Settings, settings_of
from explorer.features.match.strings.spread import row_pairs, rows_of_pairs
from explorer.index.contract import score_pairs

STRING, EMBEDDING = "string", "embedding"
MIXED = ("jaccard", "jaro_winkler", "osa", "token_set", "tfidf")
"""Measures of a mix, besides the embedding."""
FEW = 10_000  # pairs up to which all are compared by their vectors
AS_WRITTEN = Normal(lower=False, spaces=True, punctuation=False)
"""A model reads names as they are written."""


@dataclass(frozen=True)
class Scored:
    """(p,) pairs of different names with their measures by name. of: pairs from which these are."""

    first: Rows
    second: Rows
    parts: Mapping[str, Doubles]
    of: int

    @property
    def mean(self) -> Doubles:
        """(p,) mean of the measures."""
        return np.asarray(np.mean(list(self.parts.values()), axis=0), np.float64)


def names_of(task: Task, normal: Normal) -> tuple[Distinct, Distinct]:
    """The different names of both sides; InputError where a side has no texts."""
    for side in (task.left, task.right):
        if not any(text.strip() for text in side.texts):
            raise InputError(f"{side.name}: expected a column of texts to compare, got none. Choose another column.")
    found: tuple[Distinct, Distinct] = task.memory.of("names", (normal,), 2, lambda: _distinct(task, normal))
    for side, names in zip((task.left, task.right), found, strict=True):
        if not names.names:
            raise InputError(
                f"{side.name}: expected names with letters or numbers, got punctuation alone. Keep the punctuation."
            )
    return found


def _distinct(task: Task, normal: Normal) -> tuple[Distinct, Distinct]:
    left = distinct(task.left.texts, normal)
    return left, left if task.same else distinct(task.right.texts, normal)


def propose_by(measure: str, task: Task, progress: Progress) -> Candidates:
    """Pairs of rows that share letters, scored by one of `MEASURES`."""
    settings = settings_of(task.options)
    left, right = names_of(task, settings.normal)
    scored = scored_names(left, right, (measure,), settings, same=task.same, progress=progress)
    return spread(scored, (left, right), settings.keep, same=task.same, parts=False)


def propose_mix(task: Task, progress: Progress) -> Candidates:
    """Pairs of rows that share letters, scored by the mean of all measures; these are their parts."""
    settings = settings_of(task.options)
    left, right = names_of(task, settings.normal)
    scored = scored_names(left, right, MIXED, settings, same=task.same, progress=progress)
    found = spread(scored, (left, right), settings.keep, same=task.same, parts=True)
    return _with_embedding(found, task) if task.options.get(EMBEDDING) else found


def propose_by_embedding(task: Task, progress: Progress) -> Candidates:
    """Pairs of rows whose names mean alike: the nearest vectors of each left name by the task's model."""
    left, right = names_of(task, AS_WRITTEN)
    embed = model_of(task)
    mine = embed(left.names)
    theirs = mine if task.same else embed(right.names)
    every = len(left.names) * len(right.names)
    keep = len(right.names) if every <= FEW else int(float(task.options.get(KEEP.name, KEEP.default)))
    first, second, cosines = vector_pairs(mine, theirs, keep, same=task.same, progress=progress)
    scored = _with_doubles(first, second, {EMBEDDING: cosines.astype(float)}, left, task.same)
    whole = Scored(scored.first, scored.second, scored.parts, every // 2 if task.same else every)
    return spread(whole, (left, right), 0 if every <= SHORT else keep, same=task.same, parts=False)


def scored_names(
    left: Distinct, right: Distinct, measures: tuple[str, ...], settings: Settings, *, same: bool, progress: Progress
) -> Scored:
    """The different names that are compared, by some of `MEASURES`. same: a name that stands twice is like itself."""
    compared = compared_pairs(left.names, right.names, settings, same=same, progress=progress)
    pairs = Pairs(
        left=left.names,
        right=right.names,
        first=compared.first,
        second=compared.second,
        q=settings.q,
        prefix=settings.prefix,
    )
    parts = {}
    progress.start("Comparing names", len(measures))
    for done, name in enumerate(measures, 1):
        parts[name] = MEASURES[name](pairs)
        progress.advance(done)
    progress.finish()
    found = _with_doubles(compared.first, compared.second, parts, left, same)
    return Scored(found.first, found.second, found.parts, compared.of)


def spread(
    scored: Scored, names: tuple[Distinct, Distinct], keep: int, *, same: bool = False, parts: bool = False
) -> Candidates:
    """Pairs of rows from pairs of different names; see `rows_of_pairs`. parts: the measures go with them.

    keep: so many for a row, where the lists are long or the same names stand very often.
    """
    scores = scored.mean
    order = np.lexsort((scored.second, -scores, scored.first))
    first, second = scored.first[order], scored.second[order]
    places = names[0].place, names[1].place
    many = row_pairs(first, second, places) > SHORT
    rows, others, which = rows_of_pairs(first, second, places, same=same, keep=keep if many else 0)
    chosen = order[which]
    return candidates(
        rows,
        others,
        scores[chosen],
        routes=(next(iter(scored.parts)) if len(scored.parts) == 1 and EMBEDDING in scored.parts else STRING,),
        parts={name: values[chosen] for name, values in scored.parts.items()} if parts else {},
        proposed=max(scored.of, len(rows)),
    )


def _with_doubles(first: Rows, second: Rows, parts: Mapping[str, Doubles], left: Distinct, same: bool) -> Scored:
    """With `same`, names that several rows have are put beside themselves with all measures at 1."""
    if not same:
        return Scored(first, second, parts, len(first))
    twice = np.flatnonzero(np.bincount(left.place[left.place >= 0], minlength=len(left.names)) > 1)
    more = {name: np.concatenate([values, np.ones(len(twice))]) for name, values in parts.items()}
    return Scored(np.concatenate([first, twice]), np.concatenate([second, twice]), more, len(first))


def _with_embedding(found: Candidates, task: Task) -> Candidates:
    """The mean of the parts and the cosine of the vectors of both names."""
    left, right = names_of(task, AS_WRITTEN)
    embed = model_of(task)
    mine = embed(left.names)
    theirs = mine if task.same else embed(right.names)
    cosines = score_pairs(mine, theirs, left.place[found.left], right.place[found.right])
    parts = {**found.parts, EMBEDDING: cosines}
    scores = np.mean(list(parts.values()), axis=0)
    return candidates(found.left, found.right, scores, routes=found.routes, parts=parts, proposed=found.proposed)


def model_of(task: Task) -> Callable[[Sequence[str]], Floats]:
    """The task's model; InputError where there is none."""
    if task.embed is None:
        raise InputError("Meaning of names: expected a model that reads texts, got none. Choose a model.")
    return task.embed
