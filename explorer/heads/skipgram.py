"""Skip-gram with negative sampling: two vectors a thing, from pairs of things that were seen together.

IN holds what a thing is, OUT what stands beside it: things with the same company have similar IN vectors, and a thing's
IN vector has a large product with the OUT vectors of its company. Both matter, so both are returned.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Floats, Vectors
from explorer.base.errors import InputError
from explorer.base.progress import Progress, Silent

PER_EPOCH = 24
"""At least so many steps are taken over few pairs."""


@dataclass(frozen=True, kw_only=True)
class SkipGram:
    """Settings. dim: length of the vectors. negatives: k, things drawn from the noise for a pair.

    exponent: the noise is how often each thing stands second, to this power (1 as often, 0 all alike, negative: rare
    ones more often). subsampling: things with a larger share than this of all pairs count less, 0 for none. epochs,
    rate: of the descent. block: most pairs of one step. shared: things drawn from the noise for all pairs of a step.
    """

    dim: int = 64
    negatives: int = 5
    exponent: float = 0.75
    subsampling: float = 0.0
    epochs: int = 10
    rate: float = 0.1
    block: int = 4096
    shared: int = 128


@dataclass(frozen=True)
class _Matrix:
    """A matrix that is trained, and the squared gradients that each of its rows has seen."""

    rows: Floats
    seen: Floats

    def step(self, places: NDArray[np.int64], gradients: Vectors, rate: float) -> None:
        """One step of Adagrad with one rate a row, so that frequent things do not run away; `places` may repeat."""
        touched, total = _sum_rows(places, gradients)
        self.seen[touched] += np.einsum("ij,ij->i", total, total) / total.shape[1]
        self.rows[touched] -= rate * total / np.sqrt(self.seen[touched] + 1e-12)[:, None]


def train_skipgram(
    pairs: NDArray[np.integer],
    count: int,
    settings: SkipGram,
    rng: np.random.Generator,
    *,
    weights: NDArray[np.floating] | None = None,
    progress: Progress | None = None,
) -> tuple[Floats, Floats]:
    """(p, 2) ordered pairs of things 0 to count - 1 -> (count, dim) float32 IN and OUT.

    weights: (p,) how often each pair was seen, once where left out; a pair that stands often is best given once with
    its number. Things in no pair keep an OUT of zeros and an IN near zero. Minimises, over the pairs (i, j),
    -log s(IN_i . OUT_j) - k E_noise log s(-IN_i . OUT_n). The noise is drawn once a step for all its pairs, each draw
    weighted by k / shared: the same expectation as k draws a pair, by one matrix product. Source: Mikolov et al. 2013,
    Distributed representations of words and phrases, equation 4. InputError for pairs that are none, or out of range.
    """
    pairs, amounts = _checked(pairs, weights, count)
    frequency = np.bincount(pairs[:, 1], amounts, count).astype(np.float64)
    amounts = amounts * _kept(pairs, amounts, settings.subsampling, count)
    noise = Noise(noise_shares(frequency, settings.exponent), settings)
    inside = _Matrix(((rng.random((count, settings.dim)) - 0.5) / settings.dim).astype(np.float32), _zeros(count))
    outside = _Matrix(np.zeros((count, settings.dim), np.float32), _zeros(count))
    progress = progress or Silent()
    progress.start("skip-gram", settings.epochs)
    for epoch in range(settings.epochs):
        rate = settings.rate * max(1 - epoch / settings.epochs, 0.05)
        for block in _blocks(len(pairs), settings.block, rng):
            _descend(inside, outside, Step(pairs[block], amounts[block], *noise.draw(rng)), rate)
        progress.advance(epoch + 1)
    progress.finish()
    return inside.rows, outside.rows


def noise_shares(frequency: Doubles, exponent: float) -> Doubles:
    """(n,) how often each stands second -> (n,) its share of the noise; what never stands second is never drawn."""
    raised = np.zeros(len(frequency))
    np.power(frequency, exponent, out=raised, where=frequency > 0)
    return np.asarray(raised / raised.sum(), np.float64)


def optimum(counts: Doubles, negatives: float, exponent: float = 1.0) -> Doubles:
    """(n, m) how often i stood before j -> (n, m) what IN_i . OUT_j is at the optimum with enough dimensions.

    log(n_ij / (k n_i P_noise(j))); with exponent 1 pointwise mutual information less log k. -inf where a pair was never
    seen. Source: Levy and Goldberg 2014, Neural word embedding as implicit matrix factorization, equation 9.
    """
    shares = noise_shares(counts.sum(axis=0), exponent)
    expected = negatives * counts.sum(axis=1)[:, None] * shares[None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.log(counts / expected), np.float64)


def count_pairs(pairs: NDArray[np.integer], count: int) -> tuple[NDArray[np.int64], Doubles]:
    """(p, 2) ordered pairs of things below `count` -> (q, 2) each pair once, and (q,) how often it stood there."""
    codes, amounts = np.unique(pairs[:, 0].astype(np.int64) * count + pairs[:, 1], return_counts=True)
    return np.stack([codes // count, codes % count], axis=1), amounts.astype(np.float64)


class Noise:
    """Draws of the noise, and what each counts."""

    def __init__(self, shares: Doubles, settings: SkipGram) -> None:
        self._drawn = np.flatnonzero(shares)
        self._all = len(self._drawn) <= settings.shared
        self._weights = settings.negatives * shares[self._drawn]
        self._steps = np.cumsum(shares[self._drawn])
        self._shared, self._each = settings.shared, settings.negatives / settings.shared

    def draw(self, rng: np.random.Generator) -> tuple[NDArray[np.int64], Floats]:
        """Things, and the weight of each in the loss of a pair. Of few all are taken: nothing is left to chance."""
        if self._all:
            return self._drawn, self._weights.astype(np.float32)
        places = np.searchsorted(self._steps, rng.random(self._shared) * self._steps[-1], side="right")
        places = np.minimum(places, len(self._drawn) - 1)
        return self._drawn[places], np.full(self._shared, self._each, np.float32)


@dataclass(frozen=True)
class Step:
    """What one step looks at: b pairs, (b,) how often each was seen, m things of the noise, (m,) what each counts."""

    pairs: NDArray[np.int64]
    amounts: Vectors
    drawn: NDArray[np.int64]
    weights: Vectors


def loss_gradients(inside: Vectors, outside: Vectors, step: Step) -> tuple[float, Vectors, Vectors]:
    """(n, d) IN and OUT -> the loss of a step, (b, d) gradients by IN of each pair's first thing, and (b + m, d)
    gradients by OUT of each pair's second thing and of each thing of the noise.
    """
    here, there, away = inside[step.pairs[:, 0]], outside[step.pairs[:, 1]], outside[step.drawn]
    near, far = np.einsum("ij,ij->i", here, there), here @ away.T
    counted = step.amounts[:, None] * step.weights
    pull, push = step.amounts * (_logistic(near) - 1), counted * _logistic(far)
    loss = float((step.amounts * np.logaddexp(0, -near)).sum() + (counted * np.logaddexp(0, far)).sum())
    outward = np.concatenate([pull[:, None] * here, push.T @ here])
    return loss, pull[:, None] * there + push @ away, outward


def _descend(inside: _Matrix, outside: _Matrix, step: Step, rate: float) -> None:
    """One step, in place."""
    _, inward, outward = loss_gradients(inside.rows, outside.rows, step)
    inside.step(step.pairs[:, 0], inward, rate)
    outside.step(np.concatenate([step.pairs[:, 1], step.drawn]), outward, rate)


def _logistic(values: Vectors) -> Vectors:
    logistic: Vectors = np.asarray(1 / (1 + np.exp(-np.clip(values, -30, 30))), values.dtype)
    return logistic


def _sum_rows(places: NDArray[np.int64], rows: Vectors) -> tuple[NDArray[np.int64], Floats]:
    """Rows of the same place, summed; each place once."""
    from scipy.sparse import csr_matrix

    touched, groups = np.unique(places, return_inverse=True)
    picked = (np.ones(len(places), np.float32), (groups, np.arange(len(places))))
    return touched, csr_matrix(picked, shape=(len(touched), len(places))) @ rows


def _blocks(count: int, most: int, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    size = min(most, max(-(-count // PER_EPOCH), 1))
    order = rng.permutation(count)
    return (order[start : start + size] for start in range(0, count, size))


def _kept(pairs: NDArray[np.int64], amounts: Floats, threshold: float, count: int) -> Floats:
    """(p,) the share of each pair that is left when both things are dropped at random by how frequent they are.

    A thing with the share f of all is kept with probability (sqrt(f / t) + 1) t / f, at most 1, as word2vec does.
    """
    if threshold <= 0:
        return np.ones(len(pairs), np.float32)
    seen = np.bincount(pairs.ravel(), np.repeat(amounts, 2), count)
    share = np.maximum(seen / seen.sum(), 1e-300)
    kept = np.minimum((np.sqrt(share / threshold) + 1) * threshold / share, 1)
    return np.asarray(kept[pairs[:, 0]] * kept[pairs[:, 1]], np.float32)


def _checked(
    pairs: NDArray[np.integer], weights: NDArray[np.floating] | None, count: int
) -> tuple[NDArray[np.int64], Floats]:
    pairs = np.asarray(pairs)
    if pairs.ndim != 2 or pairs.shape[1] != 2 or not len(pairs):
        raise InputError(f"Expected (p, 2) pairs, at least one; got an array of shape {pairs.shape}.")
    if pairs.min() < 0 or pairs.max() >= count:
        raise InputError(f"Expected pairs of things 0 to {count - 1}; got {int(pairs.min())} to {int(pairs.max())}.")
    amounts = np.ones(len(pairs), np.float32) if weights is None else np.asarray(weights, np.float32)
    if amounts.shape != (len(pairs),) or not np.isfinite(amounts).all() or (amounts <= 0).any():
        raise InputError(f"Expected {len(pairs)} weights above 0, one a pair; got an array of shape {amounts.shape}.")
    return pairs.astype(np.int64), amounts


def _zeros(count: int) -> Floats:
    return np.zeros(count, np.float32)
