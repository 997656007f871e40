"""How well a model of a workspace does on LIMIT, and how many documents free vectors of a dimension reach."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.arrays import Doubles
from explorer.base.blas import single_threaded
from explorer.base.errors import InputError, ModelError
from explorer.base.metrics import Score, mean_score
from explorer.base.progress import Progress, Silent
from explorer.features.diagnose.limits.by_words import bm25, recall_at, tfidf
from explorer.features.diagnose.limits.free import FIRST, STARTS, STEPS, Attempt, critical_n
from explorer.features.diagnose.limits.limit_small import Questions, limit_small
from explorer.features.diagnose.limits.moment_curve import curve_documents, curve_queries, least_margin
from explorer.workspace.answers import answer_path, keep_answer, models_stamp, read_answer
from explorer.workspace.opened import Opened

KS = (2, 10, 20)
AT_ONCE = 64  # texts encoded between two reports of progress
SMALLEST, LARGEST = 2, 12
REFERENCE = {2: 3, 3: 4, 4: 9, 5: 14}
"""Critical n of the authors' own code by dimension, one start, 20,000 steps."""
WAYS = {"model": "this model", "bm25": "BM25", "tfidf": "TF-IDF", "chance": "chance"}


@dataclass(frozen=True)
class LimitReport:
    """Recall on LIMIT-small. recalls: by way (of `WAYS`) and by k. dim: of the model's vectors. cut: documents whose
    end the model does not read.
    """

    model: str
    dim: int
    cut: int
    recalls: Mapping[str, Mapping[int, Score]]


@dataclass(frozen=True)
class FreeReport:
    """How many documents free vectors of length `dim` reached. solved: all up to this one, by at most `STARTS` starts
    of `steps` steps each.
    """

    dim: int
    steps: int
    solved: int
    attempts: tuple[Attempt, ...]


def limit_report(opened: Opened, spec: str, progress: Progress | None = None) -> LimitReport:
    """Encode the 46 documents and 1,000 queries and measure; kept in the workspace. ModelError without texts."""
    found = known_limits(opened, spec)
    if found is None:
        found = _measured(opened, spec, progress or Silent())
        _keep(_limits_path(opened, spec), asdict(found))
    return found


def known_limits(opened: Opened, spec: str) -> LimitReport | None:
    """The report when it was made before; None when not, or the model has changed."""
    kept = read_answer(_limits_path(opened, spec))
    try:
        return _report(kept) if kept else None
    except (KeyError, TypeError, ValueError):
        return None


def reads_texts(opened: Opened, spec: str) -> bool:
    """Whether the model can be loaded and reads texts."""
    try:
        return opened.encoder(spec).abilities.texts
    except ModelError:
        return False


def free_report(opened: Opened, dim: int, progress: Progress | None = None, *, steps: int = STEPS) -> FreeReport:
    """Run free embeddings in `dim` dimensions, or read what such a run found; kept in the workspace.

    InputError for a dimension outside 2 to 12: more takes hours.
    """
    found = known_free(opened, dim, steps=steps)
    if found is None:
        told = progress or Silent()
        with single_threaded():
            solved, attempts = critical_n(check_dim(dim), steps=steps, told=_Teller(told, steps))
        told.finish()
        found = FreeReport(dim, steps, solved, attempts)
        _keep(_free_path(opened, dim, steps), asdict(found))
    return found


def known_free(opened: Opened, dim: int, *, steps: int = STEPS) -> FreeReport | None:
    """What a run in `dim` dimensions found, when there was one; else None."""
    kept = read_answer(_free_path(opened, check_dim(dim), steps))
    try:
        return FreeReport(**kept | {"attempts": tuple(Attempt(**one) for one in kept["attempts"])}) if kept else None
    except (KeyError, TypeError):
        return None


def check_dim(dim: int) -> int:
    """Return `dim`; InputError outside 2 to 12."""
    if not SMALLEST <= dim <= LARGEST:
        raise InputError(f"Dimensions of free vectors: expected {SMALLEST} to {LARGEST}, got {dim}.")
    return dim


def curve_margin(n: int) -> float:
    """Least margin by which n documents on the moment curve in four dimensions have every pair first; above 0: all."""
    queries, pairs = curve_queries(n)
    return least_margin(queries @ curve_documents(n).T, pairs)


def recalls_of(scores: Doubles, asked: Questions) -> dict[int, Score]:
    """Recall at each of `KS`, mean over queries."""
    return {k: mean_score(recall_at(scores, asked.relevant, k)) for k in KS}


def _measured(opened: Opened, spec: str, progress: Progress) -> LimitReport:
    encoder, asked = opened.encoder(spec), limit_small()
    if not encoder.abilities.texts:
        raise ModelError(
            f"{spec} reads no texts. Choose a model that does, such as pocket or sentence:all-MiniLM-L6-v2."
        )
    texts = [*asked.documents, *asked.queries]
    progress.start("Encoding documents and queries", len(texts))
    parts = []
    for start in range(0, len(texts), AT_ONCE):
        parts.append(encoder.encode_texts(texts[start : start + AT_ONCE]).astype(np.float64))
        progress.advance(min(start + AT_ONCE, len(texts)))
    progress.finish()
    vectors = np.concatenate(parts)
    documents, queries = vectors[: len(asked.documents)], vectors[len(asked.documents) :]
    recalls = {"model": recalls_of(queries @ documents.T, asked), **by_words_and_chance(asked)}
    return LimitReport(spec, vectors.shape[1], len(encoder.truncated(asked.documents)), recalls)


def by_words_and_chance(asked: Questions) -> dict[str, dict[int, Score]]:
    """Recalls of what stands beside every model: two ways to search by words, and documents in any order."""
    count = len(asked.documents)
    chance = {k: Score(k / count, k / count, k / count, len(asked.queries)) for k in KS}
    ways = {"bm25": bm25, "tfidf": tfidf}
    return {name: recalls_of(way(asked.documents, asked.queries), asked) for name, way in ways.items()} | {
        "chance": chance
    }


class _Teller:
    """Tells of attempts as stretches of work."""

    def __init__(self, progress: Progress, steps: int) -> None:
        self._progress, self._steps, self._now = progress, steps, 0

    def __call__(self, n: int, start: int, step: int) -> None:
        if self._now != n:
            self._now = n
            self._progress.start(f"{n} documents, at most {STARTS} starts", self._steps * STARTS)
        self._progress.advance(start * self._steps + step)


def _limits_path(opened: Opened, spec: str) -> Path:
    return answer_path(opened, "diagnose/limits", (spec,), models_stamp(opened.workspace, spec))


def _free_path(opened: Opened, dim: int, steps: int) -> Path:
    return answer_path(opened, "diagnose/free", (dim, steps, STARTS, FIRST), "")


def _keep(path: Path, found: dict[str, Any]) -> None:
    keep_answer(path, found)


def _report(kept: dict[str, Any]) -> LimitReport:
    recalls = {way: {int(k): Score(**score) for k, score in by_k.items()} for way, by_k in kept["recalls"].items()}
    return LimitReport(**kept | {"recalls": recalls})
