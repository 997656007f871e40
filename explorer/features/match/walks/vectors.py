"""Random walks on the graph, and vectors of its nodes from what stands near each other on them. Pure."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Floats, Rows
from explorer.base.progress import Progress
from explorer.features.match.walks.graph import WORDS, TextGraph
from explorer.heads.skipgram import SkipGram, train_skipgram


@dataclass(frozen=True, kw_only=True)
class WalkSettings:
    """walks: from every text and column. length: nodes of a walk. window: nodes so far apart stand near each other.
    skipgram: how vectors are learned from them.
    """

    walks: int = 10
    length: int = 25
    window: int = 3
    skipgram: SkipGram = SkipGram(dim=100, epochs=10, rate=0.1)


def random_walks(graph: TextGraph, settings: WalkSettings, rng: np.random.Generator) -> Rows:
    """(w, length) nodes: walks from every node that is no run of words and has neighbours, any neighbour as likely."""
    begins = np.flatnonzero((graph.kinds != WORDS) & (graph.degrees > 0))
    found = np.empty((len(begins) * settings.walks, settings.length), np.int64)
    if not len(found):
        return found
    found[:, 0] = np.repeat(begins, settings.walks)
    for step in range(1, settings.length):
        here = found[:, step - 1]
        found[:, step] = graph.ends[graph.starts[here] + (rng.random(len(here)) * graph.degrees[here]).astype(np.int64)]
    return found


def near_pairs(walks: Rows, count: int, window: int) -> tuple[Rows, Doubles]:
    """(p, 2) ordered pairs of the `count` nodes that stand near each other on walks, each once, and (p,) how often.

    Nodes o apart count (window - o + 1) / window, what word2vec's window of random width comes to.
    """
    codes, weights = [np.empty(0, np.int64)], [np.empty(0)]
    for apart in range(1, min(window, walks.shape[1] - 1) + 1):
        one, other = walks[:, :-apart].ravel(), walks[:, apart:].ravel()
        some, times = np.unique(np.concatenate([one * count + other, other * count + one]), return_counts=True)
        codes.append(some)
        weights.append(times * (window - apart + 1) / window)
    once, place = np.unique(np.concatenate(codes), return_inverse=True)
    total = np.asarray(np.bincount(place, np.concatenate(weights), len(once)), np.float64)
    return np.stack([once // max(count, 1), once % max(count, 1)], axis=1), total


def node_vectors(graph: TextGraph, settings: WalkSettings, rng: np.random.Generator, progress: Progress) -> Floats:
    """(n, dim) float32 unit rows of all nodes by skip-gram with negative sampling; zero for one on no walk."""
    count = len(graph.kinds)
    pairs, weights = near_pairs(random_walks(graph, settings, rng), count, settings.window)
    if not len(pairs):
        return np.zeros((count, settings.skipgram.dim), np.float32)
    inside, _ = train_skipgram(pairs, count, settings.skipgram, rng, weights=weights, progress=progress)
    on_walk = np.zeros(count, np.bool_)
    on_walk[pairs[:, 0]] = True
    lengths = np.linalg.norm(inside, axis=1, keepdims=True)
    return np.where(on_walk[:, None], inside / np.maximum(lengths, 1e-12), 0).astype(np.float32)
