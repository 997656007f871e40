"""All numbers of pairs of products, field by field, under the names that ProMap's files give them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.features.match.grams import Sparse
from explorer.features.match.products.fields import BRAND, LONG, NAME, PRICE, SHORT, SPECIFICATION, TEXTS, Listings
from explorer.features.match.products.similarities import (
    apart,
    code_ratio,
    cosines,
    descriptives,
    match_ratio,
    numbers_apart,
    specification_matches,
    word_ratios,
)
from explorer.features.match.products.units import agreeing
from explorer.features.match.products.words import Listed

MEASURES = {
    NAME: ("id", "words", "cos", "descriptives", "units", "numbers"),
    SHORT: ("id", "words", "cos", "descriptives", "units", "numbers"),
    LONG: ("cos", "descriptives", "units", "numbers"),
    SPECIFICATION: ("units", "numbers"),
}
"""What is measured of which field, as official: long texts share words too easily, specifications are no sentences."""
NAME_COS, PRICE_RATIO = "name_cos", "price_ratio"
KEYS, KEY_VALUES = "specification_key_matches", "specification_key_value_matches"
DISTANCES = ("units", "numbers")
"""Measures that are distances."""


@dataclass(frozen=True)
class Weighed:
    """Sparse unit TF-IDF rows of a field of both sides, over one vocabulary."""

    left: Sparse
    right: Sparse


def weighed(left: Sequence[Listed], right: Sequence[Listed]) -> Weighed:
    """TF-IDF (smoothed idf, unit rows) of the words of both sides together."""
    from scipy.sparse import csr_matrix
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [one.words for one in (*left, *right)]
    if any(texts):
        rows = TfidfVectorizer(analyzer=tuple, dtype=np.float64).fit_transform(texts)
    else:
        rows = csr_matrix((len(texts), 1))
    return Weighed(rows[: len(left)], rows[len(left) :])


def weigh(left: Listings, right: Listings) -> dict[str, Weighed]:
    """The words of every field that is compared by them."""
    return {name: weighed(left.read[name], right.read[name]) for name in TEXTS if name in left.columns}


def compared(
    left: Listings, right: Listings, words: Mapping[str, Weighed], rows: Rows, columns: Rows
) -> dict[str, Floats]:
    """By name (p,) numbers of pairs: field_measure, the specification's, brand, and the ratio of prices (0 to 1)."""
    found: dict[str, Floats] = {}
    for field, measures in MEASURES.items():
        if field not in left.columns:
            continue
        for measure in measures:
            if measure in _BY_WORDS:
                both = words[field]
                found[f"{field}_{measure}"] = _BY_WORDS[measure](both.left, both.right, rows, columns)
            else:
                found[f"{field}_{measure}"] = _each(
                    _BY_PAIR[measure], left.read[field], right.read[field], rows, columns
                )
    if SPECIFICATION in left.columns:
        matches = _pairs(left.specifications, right.specifications, rows, columns)
        values = np.array([specification_matches(*one) for one in matches], np.float32).reshape(-1, 2)
        found |= {KEYS: values[:, 0], KEY_VALUES: values[:, 1]}
    if BRAND in left.columns:
        found[BRAND] = _each(match_ratio, left.brands, right.brands, rows, columns)
    if PRICE in left.columns:
        first, second = left.prices[rows], right.prices[columns]
        found[PRICE_RATIO] = (np.minimum(first, second) / np.maximum(first, second)).astype(np.float32)
    return found


def _pairs(left: Sequence[Any], right: Sequence[Any], rows: Rows, columns: Rows) -> list[tuple[Any, Any]]:
    return [(left[a], right[b]) for a, b in zip(rows.tolist(), columns.tolist(), strict=True)]


def _each(
    measure: Callable[..., float], left: Sequence[Any], right: Sequence[Any], rows: Rows, columns: Rows
) -> Floats:
    return np.array([measure(*one) for one in _pairs(left, right, rows, columns)], np.float32)


_BY_WORDS = {"words": word_ratios, "cos": cosines, "descriptives": descriptives}
_BY_PAIR: Mapping[str, Callable[[Listed, Listed], float]] = {
    "id": lambda a, b: code_ratio(a.codes, b.codes),
    "units": lambda a, b: apart(*agreeing(a.quantities, b.quantities)),
    "numbers": lambda a, b: numbers_apart(a.numbers, b.numbers),
}
