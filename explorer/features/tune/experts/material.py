"""Pairs of texts that belong together, each of a domain, and how they are divided."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Mask, Rows
from explorer.base.errors import InputError
from explorer.base.sampling import at_most
from explorer.features.tune.lexical import plain_title, tfidf

LEAST_PAIRS, LEAST_FIRST, MOST_TEST, MOST_WATCH, NEAR = 20, 10, 400, 150, 5


@dataclass(frozen=True)
class DomainPairs:
    """n pairs of texts that are alike. domains: (n,) number of each one's domain, into `names`."""

    first: tuple[str, ...]
    second: tuple[str, ...]
    domains: Rows
    names: tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """Pairs whose cosine is looked at. first: numbers of pairs whose first text is taken; second: of those whose second
    text is. alike: whether both are the same pair. domains: (m,).
    """

    first: Rows
    second: Rows
    alike: Mask
    domains: Rows


@dataclass(frozen=True)
class DomainSplit:
    """Numbers of pairs to learn from, and questions that say when to stop, or are tested."""

    train: Rows
    watch: Asked
    test: Asked


def domain_pairs(first: Sequence[str], second: Sequence[str], domains: Sequence[str]) -> DomainPairs:
    """Pairs with their domain; those with an empty text or domain are left out.

    InputError for fewer than two domains, or a domain of fewer than 20 pairs or 10 different first texts.
    """
    kept = [i for i, three in enumerate(zip(first, second, domains, strict=True)) if all(one.strip() for one in three)]
    names, codes, counts = np.unique(
        np.array([domains[i].strip() for i in kept], dtype=object), return_inverse=True, return_counts=True
    )
    if len(names) < 2:
        raise InputError(
            f"Expected a column with at least two domains, got {len(names)}. With one domain there is nothing to "
            "route: tune a model on the pairs instead."
        )
    small = [f"{name[:40]} ({count})" for name, count in zip(names, counts, strict=True) if count < LEAST_PAIRS]
    if small:
        raise InputError(
            f"Expected at least {LEAST_PAIRS} pairs in every domain, got {', '.join(small[:5])}. Merge small domains, "
            "or leave their rows out."
        )
    codes = codes.reshape(-1).astype(np.int64)
    _check_first([plain_title(first[i]) for i in kept], codes, names.tolist())
    return DomainPairs(
        first=tuple(first[i].strip() for i in kept),
        second=tuple(second[i].strip() for i in kept),
        domains=codes,
        names=tuple(names.tolist()),
    )


def _check_first(texts: Sequence[str], domains: Rows, names: Sequence[str]) -> None:
    """Pairs are held out by their first text, so there must be several of these."""
    for number, name in enumerate(names):
        different = len({texts[row] for row in np.flatnonzero(domains == number).tolist()})
        if different < LEAST_FIRST:
            raise InputError(
                f"Expected at least {LEAST_FIRST} different first texts in every domain, got {different} in "
                f"{name[:40]}: pairs are held out by their first text. Choose another column of first texts."
            )


def split_domains(pairs: DomainPairs, seed: int = 0) -> DomainSplit:
    """Divide the pairs of each domain by their first text: a third is tested, a tenth watched, at most 400 and 150.

    Beside each of these stands one that is not alike: its first text with the second of one of the five others of the
    same domain and part whose first text has most letters in common with it, so that the topic alone does not tell.
    """
    rng = np.random.default_rng(seed)
    texts = np.array([plain_title(text) for text in pairs.first], dtype=object)
    train: list[Rows] = []
    watch: list[Rows] = []
    test: list[Rows] = []
    for domain in range(len(pairs.names)):
        rows = np.flatnonzero(pairs.domains == domain)
        groups = rng.permutation(np.unique(texts[rows]))
        tested = min(MOST_TEST, len(groups) // 3)
        watched = min(MOST_WATCH, max(2, len(groups) // 10))
        parts = np.split(groups, [tested, tested + watched])
        for kept, part in zip((test, watch, train), parts, strict=True):
            kept.append(rows[np.isin(texts[rows], part)])
    asked = [_asked(pairs, [at_most(one, MOST_TEST, rng) for one in part], rng) for part in (watch, test)]
    return DomainSplit(np.concatenate(train), *asked)


def _asked(pairs: DomainPairs, parts: Sequence[Rows], rng: np.random.Generator) -> Asked:
    first, second = [], []
    for rows in parts:
        first += [rows, rows]
        second += [rows, rows[_near_others([pairs.first[i] for i in rows], rng)]]
    a, b = np.concatenate(first), np.concatenate(second)
    differ = np.array([pairs.second[i] for i in a], dtype=object) != np.array(
        [pairs.second[i] for i in b], dtype=object
    )
    kept = (a == b) | differ
    return Asked(a[kept], b[kept], (a == b)[kept], pairs.domains[a[kept]])


def _near_others(texts: Sequence[str], rng: np.random.Generator) -> Rows:
    rows = tfidf(texts, "letters")
    similar = (rows @ rows.T).toarray()
    np.fill_diagonal(similar, -np.inf)
    near = np.argsort(-similar, axis=1, kind="stable")[:, : min(NEAR, len(texts) - 1)]
    found: Rows = near[np.arange(len(near)), rng.integers(0, near.shape[1], len(near))]
    return found
