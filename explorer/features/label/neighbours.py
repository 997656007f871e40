"""k nearest neighbours among the items with a label: the simplest baseline."""

import numpy as np

from explorer.base.arrays import Floats
from explorer.base.progress import Progress
from explorer.features.label.method import FewLabels, Guesses, LabelMethod

K = 5
BLOCK = 4096


def guess(few: FewLabels, rng: np.random.Generator, progress: Progress) -> Guesses:
    """Shares of the labels among the K nearest items with a label, a closer one counting more.

    A vote weighs exp((cosine − the highest) / 0.1), so of two near ones the nearer decides. Among equally near ones the
    earlier counts.
    """
    known = few.vectors[few.rows]
    k = min(K, len(known))
    progress.start("Nearest labelled items", len(few.vectors))
    found = np.zeros((len(few.vectors), len(few.names)), dtype=np.float32)
    for start in range(0, len(few.vectors), BLOCK):
        similar = few.vectors[start : start + BLOCK] @ known.T
        found[start : start + BLOCK] = _votes(similar, few, k)
        progress.advance(min(start + BLOCK, len(few.vectors)))
    progress.finish()
    return Guesses(probabilities=found, details={"k": k})


def _votes(similar: Floats, few: FewLabels, k: int) -> Floats:
    near = np.argsort(-similar, axis=1, kind="stable")[:, :k]
    closeness = np.take_along_axis(similar, near, axis=1)
    weights = np.exp((closeness - closeness[:, :1]) / 0.1)
    votes = np.zeros((len(similar), len(few.names)), dtype=np.float32)
    np.add.at(votes, (np.arange(len(similar))[:, None], few.codes[near]), weights)
    shares: Floats = votes / votes.sum(axis=1, keepdims=True)
    return shares


NEIGHBOURS = LabelMethod(
    name="neighbours",
    label="k nearest neighbours",
    formula=f"Σ exp(cos / 0.1) over the {K} nearest with a label, by label; shares",
    source="Cover and Hart 1967",
    guess=guess,
)
