"""How often the right entry of a closed list is found, and how far stated probabilities are off."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.metrics import Score, mean_score
from explorer.base.progress import Progress, Silent
from explorer.features.match.method import Task
from explorer.features.match.probability import WAYS, calibration_score, held_out_probabilities
from explorer.features.match.ranked.matchers import TITLES, title_scores
from explorer.features.match.side import Side
from explorer.features.tune.contract import (
    KS,
    PairSettings,
    QuestionPairs,
    Titles,
    TitleSplit,
    Vectors,
    best_of_entries,
    held_logits,
    pair_cosines,
    recalls,
    split_titles,
    token_jaccard,
)

LABELS = {
    "letters": "TF-IDF of letters",
    "words": "TF-IDF of words",
    "jaccard": "Shared words (Jaccard)",
    "meaning": "The model as it is",
    "both": "Letters and meaning",
    "head": "Head on the model, pairs alone",
    "two stages": "Head on the model, stage one first",
}


@dataclass(frozen=True)
class PairScore:
    """A way to tell whether two questions ask the same. auc: over all pairs. errors: expected calibration error of its
    probabilities by each of `probability.WAYS`, fitted on other first questions, with 95 % intervals over these.
    right: share of pairs on the right side of one half.
    """

    way: str
    auc: float
    errors: Mapping[str, Score]
    right: Score


def measure_pairs(
    pairs: QuestionPairs,
    vectors: Vectors,
    settings: PairSettings | None = None,
    *,
    name: str = "eval-match-questions",
    progress: Progress | None = None,
) -> list[PairScore]:
    """Lexical baselines, the model as it is, and heads, on pairs whose first question none of them learned from."""
    progress, settings = progress or Silent(), settings or PairSettings()
    scores: dict[str, Floats] = {way: pair_cosines(pairs.first, pairs.second, way) for way in ("words", "letters")}
    scores["jaccard"] = token_jaccard(pairs.first, pairs.second)
    scores["meaning"] = (vectors.first * vectors.second).sum(axis=1)
    for way, two in (("head", False), ("two stages", True)):
        scores[way] = held_logits(pairs, vectors, settings, two_stages=two, name=name, progress=progress)
    return [_pair_score(way, found, pairs.similar, pairs.anchors) for way, found in scores.items()]


def _pair_score(way: str, scores: Floats, same: Mask, anchors: Rows) -> PairScore:
    from sklearn.metrics import roc_auc_score

    told = {curve: held_out_probabilities(scores, same, anchors, way=curve) for curve in WAYS}
    errors = {curve: calibration_score(found, same, anchors) for curve, found in told.items()}
    right = (told["platt"] > 0.5) == same
    return PairScore(way, float(roc_auc_score(same, scores)), errors, mean_score(right))


@dataclass(frozen=True, kw_only=True)
class ListScore:
    """A way to find the entry of a title. attributes: whether they were read. recalls: of `KS` in turn, on titles that
    are no copies of what the list says already. copies: the same on those, None where there are none. error: expected
    calibration error of the first answer's probability, None where the titles were too few. answered: shares of these
    titles whose first answer has a probability of one half at least, and of those that are right then.
    """

    way: str
    attributes: bool
    recalls: tuple[Score, ...]
    copies: tuple[Score, ...] | None
    error: Score | None
    answered: tuple[float, float]


@dataclass(frozen=True)
class ListReport:
    """scores: of every way. tested, copies, listed, entries: titles asked, copies among them, texts of the list and
    the entries that these mean.
    """

    scores: tuple[ListScore, ...]
    tested: int
    copies: int
    listed: int
    entries: int


def measure_list(material: Titles, task: Task, seed: int = 0) -> ListReport:
    """Ask held-out titles among known titles and the names of entries; with attributes and without where there are any.

    task: what of it counts is its model; its sides are made here.
    """
    split = split_titles(material, seed)
    listed, codes = _listed(material, split)
    ways = (False, True) if material.has_attributes else (False,)
    found = []
    for attributes in ways:
        block = title_scores(_asked(material, split, listed, attributes, task))(np.arange(len(split.test)))
        for way, similar in {**block.parts, "both": block.total}.items():
            if attributes and way == "letters":
                continue  # they do not read them
            scores = best_of_entries(similar, codes, len(material.entries))
            found.append(_list_score(way, attributes, scores, material.codes[split.test], split.copies))
    return ListReport(tuple(found), len(split.test), int(split.copies.sum()), len(listed), len(material.entries))


def _listed(material: Titles, split: TitleSplit) -> tuple[list[str], Rows]:
    """The texts of the list and the entry of each: titles that are learned from, and names of entries."""
    names = material.entries if material.named else ()
    codes = np.concatenate([material.codes[split.train], np.arange(len(names), dtype=np.int64)])
    return [*(material.titles[row] for row in split.train), *names], codes


def _asked(material: Titles, split: TitleSplit, listed: list[str], attributes: bool, task: Task) -> Task:
    rows = split.test.tolist()
    table = {"title": [material.titles[row] for row in rows], "more": [material.attributes[row] for row in rows]}
    left = Side(name="titles", ids=tuple(str(row) for row in rows), table=pa.table(table), text="title")
    numbers = tuple(str(row) for row in range(len(listed)))
    right = Side(name="list", ids=numbers, table=pa.table({"title": listed}), text="title")
    options = {one.name: one.default for one in TITLES.options} | {"attributes": "more" if attributes else ""}
    return replace(task, left=left, right=right, same=False, options=options)


def _list_score(way: str, attributes: bool, scores: Floats, meant: Rows, copies: Mask) -> ListScore:
    found = recalls(scores, meant)
    error, answered = _sureness(scores[~copies], meant[~copies])
    return ListScore(
        way=way,
        attributes=attributes,
        recalls=_means(found, ~copies),
        copies=_means(found, copies) if copies.any() else None,
        error=error,
        answered=answered,
    )


def _sureness(scores: Floats, meant: Rows) -> tuple[Score | None, tuple[float, float]]:
    """The first answer of each title as a probability that was learned from other entries."""
    if not len(scores):
        return None, (0.0, 0.0)
    right = scores.argmax(axis=1) == meant
    if min(right.sum(), (~right).sum()) < 20:
        return None, (1.0, float(right.mean()))
    sure = held_out_probabilities(scores.max(axis=1), right, meant)
    said = sure >= 0.5
    return calibration_score(sure, right, meant), (float(said.mean()), float(right[said].mean()) if said.any() else 0.0)


def _means(found: "dict[int, np.ndarray[tuple[int], np.dtype[np.float64]]]", there: Mask) -> tuple[Score, ...]:
    if not there.any():
        return tuple(Score(0.0, 0.0, 0.0, 0) for _ in KS)
    return tuple(mean_score(found[k][there]) for k in KS)
