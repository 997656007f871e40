"""Labels that the items' neighbours contradict: confident learning.

Source: Northcutt, Jiang & Chuang 2021, Confident learning: estimating uncertainty in dataset labels, JAIR 70,
sections 3.1 and 3.2: the thresholds t_j (equation 2), the confident joint (equation 1), issues off its diagonal, ranked
by normalised margin. The probabilities are out of sample because an item is never its own neighbour. As in cleanlab, an
item whose likeliest label is its own is not in doubt. Stricter than both, only the likeliest label is counted: a label
whose few items are no neighbours of each other has a threshold that everything reaches.
"""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows
from explorer.base.errors import InputError
from explorer.search.label_columns import MOST_LABELS
from explorer.search.nearest_items import neighbours
from explorer.workspace.opened import Opened

LEAST_VOTES, TIE = 3, 1e-6
"""Probabilities that differ by less than TIE are the same, and of the same ones an item's own label comes first."""


@dataclass(frozen=True)
class Doubtful:
    """Items whose label is in doubt, the most doubtful first.

    rows: (m,). given, proposed: (m,) codes of the label that stands and of the one that the neighbours have. margins:
    (m,) probability of the given label less that of the likeliest other one, -1 to 1. counted: items that were looked
    at: those with a vector and a label that at least two items have. joint: (v, v) confident joint: items by given
    label (rows) and by the one they confidently belong to (columns).
    """

    rows: Rows
    given: Rows
    proposed: Rows
    margins: Floats
    counted: int
    joint: Rows


def neighbour_probabilities(neighbours: Rows, codes: Rows, given: Rows, labels: int) -> Floats:
    """(m, v) share of each label among each item's nearest neighbours that have one.

    neighbours: (m, k) rows, the nearest first, -1 for none. codes: (n,) labels, -1 for none; given: (m,) of the items.
    As many neighbours count as a label has items on average, at least 3: of more, most have another label whatever they
    are like. An item is no neighbour of itself, so of the i items of its label i - 1 can be: they count i / (i - 1)
    times. The labels' shares in the collection count together as one more neighbour, so that nothing has probability 0
    and few neighbours prove little.
    """
    counts = np.bincount(codes[codes >= 0], minlength=labels)
    most = max(LEAST_VOTES, int(counts.sum() / max(1, (counts > 0).sum())))
    seen = np.where(neighbours >= 0, codes[np.maximum(neighbours, 0)], -1)
    seen = np.where((seen >= 0).cumsum(axis=1) <= most, seen, -1)
    votes = np.zeros((len(neighbours), labels))
    np.add.at(votes, (np.nonzero(seen >= 0)[0], seen[seen >= 0]), 1.0)
    votes[np.arange(len(given)), given] *= counts[given] / np.maximum(counts[given] - 1, 1)
    votes += counts / max(1, counts.sum())
    found: Floats = (votes / votes.sum(axis=1, keepdims=True)).astype(np.float32)
    return found


def doubtful(probabilities: Floats, rows: Rows, given: Rows) -> Doubtful:
    """From (m, v) out-of-sample probabilities of the items `rows` (m,) whose labels are `given` (m,) codes."""
    labels = probabilities.shape[1]
    places = np.arange(len(given))
    own_first = probabilities.copy()
    own_first[places, given] += TIE
    likeliest = own_first.argmax(axis=1)
    confident = probabilities[places, likeliest] >= thresholds(probabilities, given)[likeliest]
    joint = np.zeros((labels, labels), dtype=np.int64)
    np.add.at(joint, (given[confident], likeliest[confident]), 1)
    wrong = np.flatnonzero(confident & (likeliest != given))
    margins = _margins(probabilities[wrong], given[wrong])
    order = np.lexsort((rows[wrong], margins))
    wrong, margins = wrong[order], margins[order]
    return Doubtful(rows[wrong], given[wrong], likeliest[wrong], margins, len(rows), joint)


def thresholds(probabilities: Floats, given: Rows) -> Floats:
    """(v,) mean probability of each label over the items that have it; 1 and more for a label without items."""
    labels = probabilities.shape[1]
    own = probabilities[np.arange(len(given)), given]
    counts = np.bincount(given, minlength=labels)
    sums = np.bincount(given, weights=own, minlength=labels)
    found: Floats = np.where(counts > 0, sums / np.maximum(counts, 1) - TIE, 2.0).astype(np.float32)
    return found


def _margins(probabilities: Floats, given: Rows) -> Floats:
    places = np.arange(len(given))
    own = probabilities[places, given]
    others = probabilities.copy()
    others[places, given] = -1.0
    found: Floats = own - others.max(axis=1, initial=-1.0)
    return found


def usable(codes: Rows, present: Mask) -> Rows:
    """Rows of the items that can be judged: with a vector, and a label that another such item has too."""
    known = (codes >= 0) & present
    counts = np.bincount(codes[known], minlength=int(codes.max(initial=-1)) + 1)
    return np.flatnonzero(known & (counts[np.maximum(codes, 0)] >= 2))


def doubtful_codes(opened: Opened, spec: str, codes: Rows, labels: int, what: str) -> Doubtful:
    """Items of a workspace whose label their nearest others, at most 20, contradict.

    codes: (n,) label of each item, -1 for none. labels: how many there are. what: names them in a message.
    InputError when fewer than two labels, or too many, have two items with a vector.
    """
    vectors = opened.embeddings(spec)
    rows = usable(codes, vectors.present)
    different = len(np.unique(codes[rows]))
    if not 2 <= different <= MOST_LABELS:
        raise InputError(
            f"{what}: expected 2 to {MOST_LABELS} values that two items or more have, got {different}. "
            "Choose a column of labels, or label more items."
        )
    near = neighbours(opened, spec)[np.searchsorted(vectors.rows, rows)]
    return doubtful(neighbour_probabilities(near, codes, codes[rows], labels), rows, codes[rows])
