"""Ways to tell whether two questions ask the same, on pairs whose first question none of them has learned from."""

import copy
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.metrics import Score, bootstrap_interval, mean_score
from explorer.base.progress import Progress, Silent
from explorer.features.tune.lexical import pair_cosines, token_jaccard
from explorer.features.tune.questions.head import PairLesson, PairSettings, fit_pairs, pair_logits, pair_network
from explorer.features.tune.questions.material import (
    QuestionPairs,
    anchor_triples,
    check_folds,
    fewer,
    folds,
)
from explorer.features.tune.questions.stage_one import Answered, stage_one_lesson, stage_one_pairs
from explorer.heads.platt import calibrated

if TYPE_CHECKING:
    import torch

FOLDS = 5
COUNTS = (50, 100, 200, 400, 800, 1_600)
STAGES = ("one_stage", "two_stages")
LEXICAL = ("words", "letters", "jaccard")
LABELS = {
    "words": "TF-IDF of words",
    "letters": "TF-IDF of letters",
    "jaccard": "Shared words (Jaccard)",
    "cosine": "MiniLM as it is",
    "one_stage": "Head on MiniLM, pairs alone",
    "two_stages": "Head on MiniLM, stage one first",
}
Encode = Callable[[Sequence[str]], Floats]


@dataclass(frozen=True)
class WayScore:
    """How a way does. accuracy: of pairs, the threshold learned on the other folds; the interval is over first
    questions. triples: share of (first, similar, different) in the right order, None
    where no first question has both. auc: over all pairs.
    """

    way: str
    accuracy: Score
    triples: Score | None
    auc: float


@dataclass(frozen=True)
class CurvePoint:
    """Accuracy of a head that learned from about so many pairs, over all folds."""

    way: str
    pairs: int
    accuracy: Score


@dataclass(frozen=True)
class QuestionReport:
    """What was measured. pairs, anchors: how many. gain: accuracy of two stages less that of one, pair by pair."""

    ways: tuple[WayScore, ...]
    curve: tuple[CurvePoint, ...]
    gain: Score
    pairs: int
    anchors: int
    stand_in: bool


@dataclass
class _Sheet:
    """Of every way, (n,) scores and (n,) whether the pair was told rightly."""

    scores: dict[str, Floats] = field(default_factory=dict)
    right: dict[str, Floats] = field(default_factory=dict)


def measure_questions(
    pairs: QuestionPairs,
    encode: Encode,
    settings: PairSettings,
    *,
    name: str,
    counts: Sequence[int] = COUNTS,
    progress: Progress | None = None,
) -> QuestionReport:
    """All ways beside each other in five folds by first question, and heads by the number of pairs they learned from.

    encode: texts to unit rows. name: of the folder with the curve of the last training.
    """
    progress = progress or Silent()
    check_folds(pairs, (0, settings.seed), FOLDS)
    vectors = Vectors(pairs, encode)
    sheet = _lexical_sheet(pairs)
    sheet.scores["cosine"] = (vectors.first * vectors.second).sum(axis=1)
    sheet.right["cosine"] = _told(pairs, sheet.scores["cosine"])
    possible = len(pairs.similar) * (FOLDS - 1) // FOLDS
    wanted = [*(count for count in counts if count < possible), possible]
    points = []
    found = _on_folds(pairs, vectors, settings, counts=wanted, name=name, progress=progress)
    for (way, count), (scores, right) in found.items():
        points.append(CurvePoint(way, count, by_anchor(right, pairs.anchors)))
        sheet.scores[way], sheet.right[way] = scores, right  # the last one learned from all
    return QuestionReport(
        ways=tuple(_way(way, pairs, sheet) for way in LABELS),
        curve=tuple(points),
        gain=by_anchor(sheet.right["two_stages"] - sheet.right["one_stage"], pairs.anchors),
        pairs=len(pairs.similar),
        anchors=int(pairs.anchors.max()) + 1,
        stand_in=not pairs.answers,
    )


class Vectors:
    """Vectors of all texts, each text once."""

    def __init__(self, pairs: QuestionPairs, encode: Encode) -> None:
        told = [text for two in pairs.answers for text in two]
        texts = list(dict.fromkeys([*pairs.first, *pairs.second, *told]))
        self.rows = {text: row for row, text in enumerate(texts)}
        self.all = encode(texts)
        self.first, self.second = self.of(pairs.first), self.of(pairs.second)

    def of(self, texts: Sequence[str]) -> Floats:
        """(n, d) unit rows of some of the texts."""
        found: Floats = self.all[np.array([self.rows[text] for text in texts], dtype=np.int64)]
        return found

    def labelled(self, pairs: QuestionPairs, rows: Rows) -> PairLesson:
        """Stage two of some pairs: with their labels."""
        return PairLesson(self.first[rows], self.second[rows], pairs.similar[rows], pairs.anchors[rows])

    def lesson(self, told: Answered, seed: int) -> PairLesson:
        """Stage one."""
        return stage_one_lesson(self.of(told.questions), self.of(told.answers), told.anchors, seed)


def _on_folds(
    pairs: QuestionPairs,
    vectors: Vectors,
    settings: PairSettings,
    *,
    counts: Sequence[int],
    name: str,
    progress: Progress,
) -> dict[tuple[str, int], tuple[Floats, Floats]]:
    """By way and number of pairs, (n,) scores by heads of the other folds, and whether they are right."""
    shape = len(pairs.similar)
    found = {
        (way, count): (np.zeros(shape, np.float32), np.zeros(shape, np.float32)) for count in counts for way in STAGES
    }
    progress.start("training on folds", len(counts) * FOLDS)
    for number, (train, test) in enumerate(folds(pairs.anchors, FOLDS, settings.seed)):
        begun = {way: pair_network(vectors.first.shape[1], settings) for way in STAGES}
        before = vectors.lesson(stage_one_pairs(pairs, train), settings.seed)
        fit_pairs(begun["two_stages"], before, settings, name=f"{name} stage one")
        for place, count in enumerate(counts):
            some = fewer(train, pairs.anchors, count, settings.seed)
            for way in STAGES:
                network = copy.deepcopy(begun[way])
                fit_pairs(network, vectors.labelled(pairs, some), settings, name=name)
                scores, right = found[way, count]
                scores[test] = pair_logits(network, vectors.first[test], vectors.second[test])
                right[test] = (scores[test] > 0) == pairs.similar[test]
            progress.advance(number * len(counts) + place + 1)
    progress.finish()
    return found


def trained(
    pairs: QuestionPairs, vectors: Vectors, rows: Rows, settings: PairSettings, *, two_stages: bool, name: str
) -> "torch.nn.Module":
    """A network that learned from some of the pairs, in one stage or two."""
    network = pair_network(vectors.first.shape[1], settings)
    if two_stages:
        before = vectors.lesson(stage_one_pairs(pairs, rows), settings.seed)
        fit_pairs(network, before, settings, name=name)
    fit_pairs(network, vectors.labelled(pairs, rows), settings, name=name)
    return network


def held_logits(
    pairs: QuestionPairs,
    vectors: Vectors,
    settings: PairSettings,
    *,
    two_stages: bool,
    name: str,
    progress: Progress | None = None,
) -> Floats:
    """(n,) logit of each pair by a network that learned from the folds of other first questions."""
    held = np.zeros(len(pairs.similar), dtype=np.float32)
    progress = progress or Silent()
    progress.start("training on folds", FOLDS)
    for number, (train, test) in enumerate(folds(pairs.anchors, FOLDS, settings.seed), start=1):
        network = trained(pairs, vectors, train, settings, two_stages=two_stages, name=name)
        held[test] = pair_logits(network, vectors.first[test], vectors.second[test])
        progress.advance(number)
    progress.finish()
    return held


def _lexical_sheet(pairs: QuestionPairs) -> _Sheet:
    sheet = _Sheet()
    for way in LEXICAL:
        two = pairs.first, pairs.second
        sheet.scores[way] = token_jaccard(*two) if way == "jaccard" else pair_cosines(*two, way)
        sheet.right[way] = _told(pairs, sheet.scores[way])
    return sheet


def _told(pairs: QuestionPairs, scores: Floats) -> Floats:
    """(n,) whether a threshold that was learned on the other folds tells each pair rightly."""
    right = np.zeros(len(scores), dtype=np.float32)
    for train, test in folds(pairs.anchors, FOLDS):
        sure = calibrated(scores[train], pairs.similar[train]).probabilities(scores[test])
        right[test] = (sure > 0.5) == pairs.similar[test]
    return right


def _way(way: str, pairs: QuestionPairs, sheet: _Sheet) -> WayScore:
    from sklearn.metrics import roc_auc_score

    scores = sheet.scores[way]
    triples = anchor_triples(scores, pairs.similar, pairs.anchors)
    return WayScore(
        way=way,
        accuracy=by_anchor(sheet.right[way], pairs.anchors),
        triples=mean_score(triples) if len(triples) else None,
        auc=float(roc_auc_score(pairs.similar, scores)),
    )


def by_anchor(values: Floats, anchors: Rows, draws: int = 1_000, seed: int = 0) -> Score:
    """The mean of (n,) values of pairs with its 95 % interval: the bootstrap over first questions with all their
    pairs.
    """
    totals = np.bincount(anchors, weights=values)
    counts = np.bincount(anchors)
    ends = bootstrap_interval(
        lambda rows: float(totals[rows].sum() / counts[rows].sum()), len(counts), draws=draws, seed=seed
    )
    return Score(float(values.mean()), *ends, len(values))
