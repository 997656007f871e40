"""How well matchers of names find the pairs that are known to be right."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from explorer.base.arrays import Doubles, Mask, Rows
from explorer.base.metrics import Score, bootstrap_interval, score_text, wilson
from explorer.base.progress import Progress
from explorer.features.match.assessment import Assessment, assess
from explorer.features.match.assigning import Rule
from explorer.features.match.contract import METHODS
from explorer.features.match.service import Matched, make_task, match
from explorer.features.match.side import Side
from explorer.features.match.truth import Truth


@dataclass(frozen=True, kw_only=True)
class NamesReport:
    """One matcher. found: share of the right pairs that it looked at. first: share of the left names with a right pair
    whose best pair is right. f1: of the best pair of each left name, at the threshold where it is greatest. about: how
    links at "about n matches each" compare, over pairs of names. seconds: of one processor.
    """

    method: str
    found: Score
    first: Score
    f1: Score
    threshold: float
    about: Assessment
    seconds: float

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        scores = {name: getattr(self, name).as_dict() for name in ("found", "first", "f1")}
        rest = {"threshold": round(self.threshold, 4), "about": asdict(self.about), "seconds": round(self.seconds, 1)}
        return {"method": self.method, **scores, **rest}

    def line(self) -> str:
        """For people."""
        about = self.about
        scores = "  ".join(f"{name} {score_text(self.as_dict()[name])}" for name in ("found", "first", "f1"))
        counts = f"TP {about.true_positives:,} FP {about.false_positives:,} FN {about.false_negatives:,}"
        return f"{self.method:<12} {scores} from {self.threshold:.3f}  about n: {counts}  {self.seconds:.1f} s"


def measure_names(
    left: Side,
    right: Side | None,
    truth: Truth,
    methods: Sequence[str],
    options: Mapping[str, str],
    *,
    about: float,
    model: str,
    progress: Progress,
    seed: int = 0,
) -> list[NamesReport]:
    """Each matcher on the same lists. options: given to the matchers that have them; about: links a name."""
    reports = []
    for name in methods:
        known = {option.name for option in METHODS[name].options}
        task = make_task(left, right, name, options={k: v for k, v in options.items() if k in known}, model=model)
        start = time.process_time()
        matched = match(task, name, progress)
        seconds = time.process_time() - start
        reports.append(_report(matched, truth, about, seconds, seed))
    return reports


def best_f1(scores: Doubles, right: Mask, wanted: int) -> tuple[float, float]:
    """The greatest F1 of links at any threshold, and the threshold. scores, right: (l,) links; wanted: right pairs."""
    if not len(scores):
        return 0.0, float("inf")
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(right[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + wanted)
    ends = np.append(scores[order][1:] != scores[order][:-1], True)
    best = int(np.argmax(np.where(ends, f1, -1.0)))
    return float(f1[best]), float(scores[order][best])


def _report(matched: Matched, truth: Truth, about: float, seconds: float, seed: int) -> NamesReport:
    pairs = matched.pairs
    links = pairs.take(matched.links(Rule(way="best")).places)
    right = truth.right_pairs(links.left, links.right)
    known = np.unique(truth.left)
    hits = np.zeros(matched.sizes[0], bool)
    hits[links.left[right]] = True
    f1, threshold = best_f1(links.scores.astype(float), right, len(truth))
    share = float(truth.right_pairs(pairs.left, pairs.right).sum()) / len(truth)
    return NamesReport(
        method=matched.method.name,
        found=Score(share, *wilson(share, len(truth)), len(truth)),
        first=_share(hits[known]),
        f1=_with_interval(f1, links.left[links.scores >= threshold], hits, truth, seed),
        threshold=threshold,
        about=_assessed(matched, truth, about),
        seconds=seconds,
    )


def _share(hits: Mask) -> Score:
    share = float(hits.mean())
    return Score(share, *wilson(share, len(hits)), len(hits))


def _with_interval(f1: float, linked: Rows, hits: Mask, truth: Truth, seed: int) -> Score:
    """F1 with the interval of 1,000 draws of left names, each with its links and its right pairs."""
    count = len(hits)
    made = np.bincount(linked, minlength=count)
    good = hits & (made > 0)
    wanted = np.bincount(truth.left, minlength=count)

    def of(rows: Rows) -> float:
        return float(2 * good[rows].sum() / max(1, made[rows].sum() + wanted[rows].sum()))

    return Score(f1, *bootstrap_interval(of, count, seed=seed), count)


def _assessed(matched: Matched, truth: Truth, about: float) -> Assessment:
    texts = matched.task.left.texts, matched.task.right.texts
    links = matched.pairs.take(matched.links(Rule(way="about", about=about)).places)
    linked = ((texts[0][a], texts[1][b]) for a, b in zip(links.left.tolist(), links.right.tolist(), strict=True))
    right = ((texts[0][a], texts[1][b]) for a, b in zip(truth.left.tolist(), truth.right.tolist(), strict=True))
    return assess(*texts, linked, right)
