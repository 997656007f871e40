"""The similarities of two texts or specifications as ProMap's authors work them out, from −1 to 1.

Numbers and units are distance-like in their code, and are so here: (T − 2 m) / T, 0 where nothing agrees. So 0 stands
both for "all agree" and for "none does": a classifier that sees the other numbers can live with it, no mean can.
"""

import json
from collections.abc import Collection, Mapping, Set

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows
from explorer.features.match.grams import Sparse, row_dots

TOP_WORDS, MOST_COMMON = 50, 0.5
KEY_LIKE, VALUE_LIKE, NUMBER_LIKE = 0.9, 0.9, 0.1
Specification = Mapping[str, str]


def match_ratio(first: Set[str], second: Set[str]) -> float:
    """4 m / (|A| + |B|) − 1 of two sets with m things in common: 1 for the same, −1 for nothing; 0 for two empty."""
    return 4 * len(first & second) / (len(first) + len(second)) - 1 if first or second else 0.0


def code_ratio(first: Set[str], second: Set[str]) -> float:
    """`match_ratio` where one code within another counts as the same; at most 1."""
    if not first and not second:
        return 0.0
    matches = sum(a in b or b in a for a in first for b in second)
    return min(4 * matches / (len(first) + len(second)) - 1, 1.0)


def apart(matches: int, total: int) -> float:
    """(T − 2 m) / T of T things of which m pairs agree, 0 where none does: the official sign of numbers and units."""
    return (total - 2 * matches) / total if matches and total else 0.0


def numbers_apart(first: Collection[str], second: Collection[str]) -> float:
    """`apart` of the bare numbers of two texts: m counts different numbers, T all of them."""
    return apart(len(set(first) & set(second)), len(first) + len(second))


def cosines(left: Sparse, right: Sparse, rows: Rows, columns: Rows) -> Floats:
    """(p,) 2 cos − 1 of sparse unit rows; 0 where neither side has words."""
    found = 2 * row_dots(left, right, rows, columns) - 1
    return np.where(_either(left, right, rows, columns), found, 0).astype(np.float32)


def word_ratios(left: Sparse, right: Sparse, rows: Rows, columns: Rows) -> Floats:
    """(p,) `match_ratio` of the words of pairs; left, right: sparse rows, not zero where a text has a word."""
    first, second = (one.astype(bool).astype(np.float64) for one in (left, right))
    total = np.asarray(first.getnnz(axis=1))[rows] + np.asarray(second.getnnz(axis=1))[columns]
    found = 4 * row_dots(first, second, rows, columns) / np.maximum(total, 1) - 1
    return np.where(_either(left, right, rows, columns), found, 0).astype(np.float32)


def descriptives(left: Sparse, right: Sparse, rows: Rows, columns: Rows) -> Floats:
    """(p,) 2 c / 50 − 1 with c words in common among the 50 of highest TF-IDF of each text; 0 without words.

    left, right: sparse TF-IDF. Words that half of all texts or more have are none.
    """
    counts = np.asarray(left.getnnz(axis=0)) + np.asarray(right.getnnz(axis=0))
    rare = counts < MOST_COMMON * (left.shape[0] + right.shape[0])
    first, second = (_top(one, rare) for one in (left, right))
    found = 2 * row_dots(first, second, rows, columns) / TOP_WORDS - 1
    return np.where(_either(left, right, rows, columns), found, 0).astype(np.float32)


def _top(matrix: Sparse, allowed: Mask) -> Sparse:
    """1 at the 50 highest allowed numbers of each sparse row, the first column first where they are equal."""
    from scipy.sparse import csr_matrix

    kept: list[Rows] = []
    for row in range(matrix.shape[0]):
        columns = matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]]
        values = matrix.data[matrix.indptr[row] : matrix.indptr[row + 1]]
        columns, values = columns[allowed[columns]], values[allowed[columns]]
        kept.append(columns[np.lexsort((columns, -values))[:TOP_WORDS]])
    starts = np.concatenate([[0], np.cumsum([len(one) for one in kept])])
    places = np.concatenate(kept) if kept else np.empty(0, np.int64)
    return csr_matrix((np.ones(len(places)), places, starts), shape=matrix.shape)


def _either(left: Sparse, right: Sparse, rows: Rows, columns: Rows) -> Mask:
    either: Mask = (np.asarray(left.getnnz(axis=1)) > 0)[rows] | (np.asarray(right.getnnz(axis=1)) > 0)[columns]
    return either


def specification_of(value: object) -> Specification:
    """Keys and values of a specification: a mapping, a list of {"key", "value"}, or either as JSON; {} for none."""
    if isinstance(value, str):
        try:
            value = json.loads(value) if value.strip()[:1] in ("{", "[") else None
        except (ValueError, RecursionError):
            return {}
    if isinstance(value, Mapping):
        return {str(key): str(one) for key, one in value.items() if one is not None}
    if isinstance(value, list | tuple):
        return {
            str(one["key"]): str(one.get("value", "")) for one in value if isinstance(one, Mapping) and "key" in one
        }
    return {}


def specification_matches(first: Specification, second: Specification) -> tuple[float, float]:
    """Shares of the keys of the first that the second has, and that it has with the same value; 0 for an empty one.

    Keys agree from 90 % of their letters on, each with the one that is most like it; values from 90 % of their letters,
    or as numbers within 10 %.
    """
    from rapidfuzz import fuzz, process

    if not first or not second:
        return 0.0, 0.0
    keys = values = 0
    known = {key: key.lower() for key in second}
    for key, value in first.items():
        found = process.extractOne(key.lower(), known, scorer=fuzz.ratio, score_cutoff=100 * KEY_LIKE)
        if found:
            keys += 1
            values += _same_value(value, second[found[2]])
    return keys / len(first), values / len(first)


def _same_value(first: str, second: str) -> bool:
    from rapidfuzz import fuzz

    try:
        a, b = float(first), float(second)
    except ValueError:
        return bool(fuzz.ratio(first.lower(), second.lower()) >= 100 * VALUE_LIKE)
    return abs(a - b) <= NUMBER_LIKE * abs(a)
