"""Measures that come from sums over items, with the work handed to an executor, such as a cluster.

Sums over pieces of the items are added in their order, and each replicate is a piece of work of its own. Workers read
the vectors where the workspace lies, and send back sums and scores: a few numbers for many items.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from numpy.random import Generator, default_rng

from explorer.base.arrays import Rows, Vectors, check_choice
from explorer.base.blas import single_threaded
from explorer.base.errors import InputError, NotThere, WorkspaceError
from explorer.base.executor import Executor
from explorer.base.progress import Progress
from explorer.features.compare.centred import Centred
from explorer.features.compare.contract import METHODS
from explorer.features.compare.moments import Elsewhere, Moments, checked_moments
from explorer.features.compare.resampling import Measured, Replicate, columns_of, judged, replicate
from explorer.workspace.folder import Workspace

SUMS = tuple(name for name, measure in METHODS.items() if measure.family is Centred)
"""Measures that come from sums over items."""


@dataclass(frozen=True)
class StoredPair:
    """Vectors of the same items under two encoders, by where they lie. rows: (m,) those compared, None for all.

    stamps: what `Workspace.embeddings_stamp` said of each where the work was begun.
    """

    workspace: Path
    specs: tuple[str, str]
    stamps: tuple[list[Any], ...]
    rows: Rows | None

    @staticmethod
    def of(workspace: Workspace, specs: tuple[str, str], rows: Rows) -> "StoredPair":
        """The rows of a workspace."""
        stamps = tuple(workspace.embeddings_stamp(spec) for spec in specs)
        return StoredPair(workspace.path, specs, stamps, None if len(rows) == len(workspace.dataset()) else rows)

    def vectors(self) -> tuple[Vectors, Vectors]:
        """(m, d) and (m, e), memory-mapped where all are compared.

        WorkspaceError when the workspace is not there, or its vectors are others than where the work was begun.
        """
        try:
            workspace = Workspace.open(self.workspace)
        except NotThere as error:
            raise WorkspaceError(
                f"A worker finds no workspace at {self.workspace}: it has to lie under the same path on all machines."
            ) from error
        x, y = (self._vectors(workspace, *side) for side in zip(self.specs, self.stamps, strict=True))
        return x, y

    def _vectors(self, workspace: Workspace, spec: str, stamp: list[Any]) -> Vectors:
        if workspace.embeddings_stamp(spec) != stamp:
            raise WorkspaceError(
                f"The vectors of {spec} in {self.workspace} are others for a worker than where the work was begun: "
                "let all machines see the same folder, and start again when nothing is embedded any more."
            )
        vectors = workspace.embeddings(spec).vectors
        return vectors if self.rows is None else vectors[self.rows]


@dataclass(frozen=True)
class Replicator:
    """Makes replicates of a pair wherever it runs, with the moments that are known."""

    pair: StoredPair
    moments: Moments
    measures: tuple[str, ...]

    def loaded(self) -> Callable[[Generator], Replicate]:
        """The function that does one, given its own random numbers; both sides are then in memory."""
        prepared = Centred.known(*self.pair.vectors(), self.moments)
        return partial(replicate, prepared, [METHODS[name] for name in self.measures])


@dataclass(frozen=True)
class _Summed:
    """All that the score of a measure of sums looks at."""

    moments: Moments


def score_spread(
    pair: StoredPair, measures: Sequence[str], *, executor: Executor, replicates: int, seed: int, progress: Progress
) -> list[Measured]:
    """As `score_pair`, for the measures in `SUMS`, by whoever the executor is: equal to the byte whoever that is.

    InputError for another measure, for sides with as many dimensions as items, and as in `check_pair`.
    """
    names = tuple(check_choice(name, SUMS, "measure that is a sum over items") for name in measures)
    x, y = pair.vectors()
    if max(x.shape[1], y.shape[1]) >= len(x):
        raise InputError(
            f"Expected more items than dimensions, got {len(x):,} for {x.shape[1]:,} and {y.shape[1]:,}: so few are "
            "compared on this machine, without --executor."
        )
    moments = checked_moments(x, y, elsewhere=Elsewhere(executor, pair.vectors, progress))
    found = _replicates(Replicator(pair, moments, names), executor, default_rng(seed).spawn(replicates), progress)
    halves, shuffles = columns_of(found)
    widths, scores = (x.shape[1], y.shape[1]), []
    for column, name in enumerate(names):
        value = float(METHODS[name].score(_Summed(moments)))
        scores.append(judged(METHODS[name], value, (halves[:, column], shuffles[:, column]), len(x), widths))
    return scores


def _replicates(
    replicator: Replicator, executor: Executor, generators: Sequence[Generator], progress: Progress
) -> list[Replicate]:
    """One for each generator, in their order."""
    progress.start("Scores, intervals and shuffled items", len(generators))
    found: dict[int, Replicate] = {}
    with single_threaded(), closing(executor.each(replicator.loaded, enumerate(generators))) as results:
        for number, scores in results:
            found[number] = scores
            progress.advance(len(found))
    progress.finish()
    return [found[number] for number in range(len(generators))]
