"""Vectors in four dimensions of which every pair is what some query finds first, whatever their number. Pure.

Points on the trigonometric moment curve (cos t, sin t, cos 2t, sin 2t) are the corners of a cyclic polytope, which is
neighbourly (Carathéodory 1911; Gale 1963): of any two corners there is a plane that touches the polytope in these two
alone. That plane is the query. So a run of free embeddings that stops at nine documents in four dimensions says how far
the optimisation came, and not what four dimensions can hold.
"""

from itertools import combinations

import numpy as np

from explorer.base.arrays import Doubles, Rows

DIMENSIONS = 4


def curve_documents(n: int) -> Doubles:
    """(n, 4) unit vectors, evenly along the curve."""
    t = _angles(n)
    found: Doubles = np.stack([np.cos(t), np.sin(t), np.cos(2 * t), np.sin(2 * t)], axis=1) / np.sqrt(2)
    return found


def curve_queries(n: int) -> tuple[Doubles, Rows]:
    """(q, 4) unit vectors, one for each pair of n documents, and the (q, 2) pairs.

    The query of the pair (a, b) is the function -(1 - cos(t - a)) (1 - cos(t - b)) without its constant: it is highest,
    0, at a and b, and lower everywhere else.
    """
    pairs = np.array(list(combinations(range(n), 2)))
    a, b = _angles(n)[pairs].T
    first = np.stack([np.cos(a) + np.cos(b), np.sin(a) + np.sin(b)], axis=1)
    second = np.stack([np.cos(a + b), np.sin(a + b)], axis=1) / -2
    found = np.concatenate([first, second], axis=1)
    return found / np.linalg.norm(found, axis=1, keepdims=True), pairs


def least_margin(scores: Doubles, pairs: Rows) -> float:
    """By how much the lower of the (q, 2) pair's scores is above the best other of the (q, n) scores, at the least."""
    rows = np.arange(len(pairs))[:, None]
    others = scores.copy()
    others[rows, pairs] = -np.inf
    return float((scores[rows, pairs].min(axis=1) - others.max(axis=1)).min())


def _angles(n: int) -> Doubles:
    return 2 * np.pi * np.arange(n) / n
