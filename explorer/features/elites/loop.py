"""The loop: select and vary (an emitter), evaluate (in batches), keep what is better (the archive); all of it logged.

A run is a function of its settings, its seed and the answers of the evaluation. So a run is taken up again by playing
the logged answers to a fresh emitter: nothing but the log is kept, and nothing has to be unpickled.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from explorer.base.arrays import Doubles, Rows
from explorer.base.errors import WorkspaceError
from explorer.features.elites.archive import FAILED, Archive, Became


@dataclass(frozen=True)
class Proposals:
    """Candidates to evaluate.

    genotypes: n row numbers or scenes. solutions: (n, s) what the archive keeps of them. asked: (n, s) the same as the
    emitter made them. parents: (n,) numbers of the candidates that they come from, -1 for none. asker: which of several
    pyribs emitters asked, from 1 on; 0 for none of them.
    """

    genotypes: Sequence[Any]
    solutions: Doubles
    asked: Doubles
    parents: Rows
    asker: int = 0

    def __len__(self) -> int:
        return len(self.genotypes)


@dataclass(frozen=True)
class Answers:
    """quality: (n,) higher is better; measures: (n, d). NaN where the evaluation failed."""

    quality: Doubles
    measures: Doubles


@dataclass(kw_only=True)
class Log:
    """Everything that was evaluated, in order; a candidate's number is its place here."""

    genotypes: list[Any] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    quality: list[float] = field(default_factory=list)
    measures: list[list[float]] = field(default_factory=list)
    status: list[int] = field(default_factory=list)
    cells: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.status)

    def answers(self, start: int, stop: int) -> Answers:
        """The logged answers of these candidates."""
        return Answers(np.array(self.quality[start:stop]), np.array(self.measures[start:stop]))

    def extend(self, proposals: Proposals, answers: Answers, status: Became, cells: Rows) -> None:
        """Add a batch."""
        self.genotypes.extend(proposals.genotypes)
        self.parents.extend(proposals.parents.tolist())
        self.quality.extend(answers.quality.tolist())
        self.measures.extend(answers.measures.tolist())
        self.status.extend(status.tolist())
        self.cells.extend(cells.tolist())

    def trim(self) -> None:
        """Forget a batch of which only some columns were noted, when the work was interrupted in between."""
        columns = [getattr(self, name) for name in self.__dataclass_fields__]
        shortest = min(map(len, columns))
        for column in columns:
            del column[shortest:]

    def lineage(self, candidate: int) -> list[int]:
        """The candidate and its ancestors, the candidate first."""
        found = [candidate]
        while (parent := self.parents[found[-1]]) >= 0:
            found.append(parent)
        return found


class Emitter(Protocol):
    """Where candidates come from."""

    def ask(self, most: int) -> Proposals:
        """The next candidates, at most `most`; an empty batch when there is nothing left to try."""

    def tell(self, proposals: Proposals, answers: Answers, status: Became, gains: Doubles) -> None:
        """What became of them; quality is as the archive keeps it."""


Evaluate = Callable[[Sequence[Any]], Answers]
Convert = Callable[[Answers], Answers]


def same(answers: Answers) -> Answers:
    """The answers as they are."""
    return answers


def run(
    archive: Archive,
    emitter: Emitter,
    evaluate: Evaluate,
    evaluations: int,
    log: Log,
    *,
    convert: Convert = same,
    known: Log | None = None,
) -> Iterator[int]:
    """Evaluate until `evaluations` candidates are in the `log`; yields their number after every batch.

    convert: raw answers -> places on the axes and scaled quality; the log keeps the raw ones.
    known: a log to play back first: its answers are used instead of evaluating. WorkspaceError when the emitter asks
    for other candidates than it holds: it was made by another version of the program.
    """
    while len(log) < evaluations:
        start = len(log)
        proposals = emitter.ask(evaluations - start)
        if not len(proposals):
            return
        answers = _logged(known, start, proposals) or evaluate(proposals.genotypes)
        step(archive, emitter, proposals, answers, log, convert=convert)
        yield len(log)


def step(
    archive: Archive, emitter: Emitter, proposals: Proposals, answers: Answers, log: Log, *, convert: Convert = same
) -> None:
    """Insert evaluated proposals, tell the emitter and note them in the log."""
    converted = convert(answers)
    candidates = np.arange(len(log), len(log) + len(proposals))
    status, gains, cells = archive.add(candidates, proposals.solutions, converted.quality, converted.measures)
    log.extend(proposals, answers, status, cells)
    emitter.tell(proposals, converted, status, gains)


def failures(log: Log) -> int:
    """Number of candidates that could not be evaluated."""
    return sum(1 for status in log.status if status == FAILED)


def _logged(known: Log | None, start: int, proposals: Proposals) -> Answers | None:
    """The answers that a log holds for a batch; None where it does not hold all of them."""
    if known is None or start >= len(known):
        return None
    genotypes = known.genotypes[start : start + len(proposals)]
    if list(proposals.genotypes)[: len(genotypes)] != genotypes:
        raise WorkspaceError(
            f"The run cannot be taken up: from evaluation {start + 1} on its log holds other candidates than the same "
            "settings give now. It was made by another version of the program, or from other data. Start a new run."
        )
    return known.answers(start, start + len(proposals)) if len(genotypes) == len(proposals) else None
