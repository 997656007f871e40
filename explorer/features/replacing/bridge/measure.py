"""Every bridge between two models, fitted on images, measured on other images and on texts."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats, Rows, Vectors, unit_rows
from explorer.base.errors import InputError
from explorer.features.replacing.bridge.method import Bridge, BridgeMethod
from explorer.features.replacing.bridge.sides import Sides
from explorer.features.replacing.contract import methods_of

MOST_TEST = 1000


@dataclass(frozen=True, kw_only=True)
class Crossed:
    """One way across, on items that were not anchors. NaN where lengths differ or nothing is labelled.

    image_cosine, text_cosine: of what A makes, brought over, with what B makes. image_top1: B's own vector of the same
    image is the nearest. text_top1: B's own vector of the same text is. zero_shot: A's images, brought over, classified
    by B's texts. zero_shot_texts: B's images classified by A's texts, brought over.
    """

    image_cosine: float
    text_cosine: float
    image_top1: float
    text_top1: float
    zero_shot: float
    zero_shot_texts: float


@dataclass(frozen=True, kw_only=True)
class BridgeReport:
    """ways: by name of the method. zero_shot_a, zero_shot_b: each model alone; chance: of the commonest class.

    tested: images that were not anchors. dims: lengths of the vectors. unique: there were enough anchors.
    """

    ways: dict[str, Crossed]
    zero_shot_a: float
    zero_shot_b: float
    chance: float
    anchors: int
    tested: int
    texts: int
    dims: tuple[int, int]
    unique: bool


def fit_bridge(sides: Sides, anchors: int, method: str) -> Bridge:
    """The bridge from A to B on the first `anchors` images; InputError when too few are left to test on."""
    if not 2 <= anchors <= sides.most_anchors:
        raise InputError(f"Anchors: expected 2 to {sides.most_anchors}, got {anchors}.")
    return methods_of(BridgeMethod)[method].fit(sides.a[:anchors], sides.b[:anchors])


def measure_bridges(sides: Sides, anchors: int) -> BridgeReport:
    """All methods with so many anchors, on up to 1,000 of the other images."""
    bridges = {name: fit_bridge(sides, anchors, name) for name in methods_of(BridgeMethod)}
    test = slice(anchors, anchors + MOST_TEST)
    a, b, labels = sides.a[test], sides.b[test], sides.labels[test]
    known, places = labels >= 0, np.arange(len(sides.texts))
    own = [_right(side[known], text, labels[known], places) for side, text in ((a, sides.text_a), (b, sides.text_b))]
    return BridgeReport(
        ways={name: _crossed(bridge, sides, a, b, labels) for name, bridge in bridges.items()},
        zero_shot_a=own[0],
        zero_shot_b=own[1],
        chance=float(np.bincount(labels[known]).max() / known.sum()) if known.any() else float("nan"),
        anchors=anchors,
        tested=len(a),
        texts=len(sides.texts),
        dims=(a.shape[1], b.shape[1]),
        unique=all(bridge.unique for bridge in bridges.values()),
    )


def paired_cosine(x: Vectors, y: Vectors) -> float:
    """Mean cosine of row i of x with row i of y; NaN when their lengths differ (nothing can be multiplied)."""
    if x.shape[1] != y.shape[1]:
        return float("nan")
    return float((unit_rows(x) * unit_rows(y)).sum(axis=1, dtype=np.float64).mean())


def top1(queries: Vectors, gallery: Vectors, wanted: Rows, labels: Rows) -> float:
    """Share of (q, d) queries whose most similar row of the (g, d) gallery carries the wanted label; NaN as above."""
    if queries.shape[1] != gallery.shape[1]:
        return float("nan")
    best = (unit_rows(queries) @ unit_rows(gallery).T).argmax(axis=1)
    return float((labels[best] == wanted).mean())


def _crossed(bridge: Bridge, sides: Sides, a: Floats, b: Floats, labels: Rows) -> Crossed:
    moved, texts = bridge(a), bridge(sides.text_a, sides.text_means)
    known, places, items = labels >= 0, np.arange(len(sides.texts)), np.arange(len(b))
    return Crossed(
        image_cosine=paired_cosine(moved, b),
        text_cosine=paired_cosine(texts, sides.text_b),
        image_top1=top1(moved, b, items, items),
        text_top1=top1(texts, sides.text_b, places, places),
        zero_shot=_right(moved[known], sides.text_b, labels[known], places),
        zero_shot_texts=_right(b[known], texts, labels[known], places),
    )


def _right(images: Floats, texts: Floats, labels: Rows, places: Rows) -> float:
    return top1(images, texts, labels, places) if len(images) else float("nan")
