"""How often the right term is found: Hit@1 and Hit@5 of every matcher on columns of which the term is known.

As the official scorer of SemTab 2024 Metadata2KG counts: a column counts whether it was answered or not, and is hit
when the right term is among the first k answers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from explorer.base.arrays import Rows
from explorer.base.errors import InputError
from explorer.base.metrics import Score, mean_score
from explorer.base.progress import Progress, Silent
from explorer.features.match.embedded import remembering
from explorer.features.match.glossary.matchers import COLUMNS
from explorer.features.match.method import Candidates, Task

KS = (1, 5)


@dataclass(frozen=True, kw_only=True)
class GlossaryScore:
    """One matcher. hits: of `KS` in turn, with 95 % intervals over columns. gain: Hit@5 less that of the baseline,
    column by column. answered: share of the columns that got an answer. told_apart: how well its best score tells a
    column whose term is in the glossary from the same column when that term is taken out (ROC AUC, 0.5 by chance);
    NaN where it was not measured. about: what the matcher told.
    """

    name: str
    label: str
    hits: tuple[Score, ...]
    gain: Score
    answered: float
    told_apart: float
    about: Mapping[str, object]


def ranks_of(pairs: Candidates, truth: Rows) -> Rows:
    """(n,) place of the right term among the answers of each column, from 0; a large number where it is missing.

    truth: (n,) row of the right term.
    """
    place = np.arange(len(pairs)) - np.searchsorted(pairs.left, pairs.left)
    found = np.full(len(truth), np.iinfo(np.int64).max)
    hit = pairs.right == truth[pairs.left]
    found[pairs.left[hit]] = place[hit]
    return found


def best_scores(pairs: Candidates, count: int) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """(n,) best score of each column, 0 where it has no answer."""
    found = np.zeros(count)
    np.maximum.at(found, pairs.left, pairs.scores)
    return found


def measure_glossary(
    task: Task,
    truth: Rows,
    names: Sequence[str] = ("columns-letters", "columns"),
    *,
    abstention: bool = True,
    progress: Progress | None = None,
) -> list[GlossaryScore]:
    """All named matchers on the columns of a task, the first as the baseline.

    truth: (n,) row of the right term of each column, -1 for one that is not known and does not count. abstention: also
    measure `told_apart`, which matches every column once more.
    """
    progress = progress or Silent()
    known = np.flatnonzero(truth >= 0)
    if not len(known):
        raise InputError("Expected the right term of at least one column, got none that is in the glossary.")
    embed = remembering(task.embed) if task.embed else None
    task, truth = replace(task, left=task.left.take(known.tolist()), embed=embed), truth[known]
    methods = {one.name: one for one in COLUMNS}
    found: list[GlossaryScore] = []
    baseline = np.zeros(len(truth))
    for name in names:
        method = methods[name]
        settled = replace(task, options={**{one.name: one.default for one in method.options}, **task.options})
        pairs = method.propose(settled, progress)
        ranks = ranks_of(pairs, truth)
        baseline = baseline if found else (ranks < KS[-1]).astype(float)
        found.append(
            GlossaryScore(
                name=name,
                label=method.label,
                hits=tuple(mean_score(ranks < k) for k in KS),
                gain=mean_score((ranks < KS[-1]) - baseline),
                answered=len(np.unique(pairs.left)) / len(truth),
                told_apart=_told_apart(pairs, truth) if abstention else float("nan"),
                about=pairs.about,
            )
        )
    return found


def _told_apart(pairs: Candidates, truth: Rows) -> float:
    """See `GlossaryScore`. Taking a term out leaves the scores of the others as they are."""
    from sklearn.metrics import roc_auc_score

    wrong = pairs.right != truth[pairs.left]
    there = best_scores(pairs, len(truth))
    without = best_scores(pairs.take(np.flatnonzero(wrong)), len(truth))
    return float(roc_auc_score([1] * len(truth) + [0] * len(truth), np.concatenate([there, without])))
