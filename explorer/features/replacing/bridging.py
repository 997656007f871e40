"""A bridge between two image-text models of a workspace: fitted on images, measured on other images and on texts."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError, ModelError
from explorer.encoders.base import Encoder
from explorer.features.replacing.bridge import Bridge, orthogonal_bridge, paired_cosine, ridge_bridge, top1
from explorer.index import Index, Neighbours
from explorer.workspace.folder import Workspace

MOST_TEST, MOST_TEXTS, LEAST_TEST = 1000, 300, 10
METHODS = ("before", "orthogonal", "ridge")
COMMON = (
    "dog",
    "cat",
    "horse",
    "bird",
    "fish",
    "flower",
    "tree",
    "mountain",
    "beach",
    "sea",
    "street",
    "house",
    "church",
    "car",
    "bus",
    "train",
    "ship",
    "aeroplane",
    "bicycle",
    "chair",
    "table",
    "bed",
    "lamp",
    "clock",
    "book",
    "cup",
    "bottle",
    "bread",
    "fruit",
    "cake",
    "person",
    "child",
    "crowd",
    "hand",
    "face",
    "sky",
    "night",
    "snow",
    "red square",
    "blue circle",
    "green triangle",
    "yellow star",
)
"""What the texts' means are taken from where the items have neither texts nor labels."""


@dataclass(frozen=True)
class Sides:
    """What both models make of the same things.

    rows: (n,) items with a vector under both, in random order. a, b: (n, d) and (n, e) their vectors. texts: (t,).
    text_a, text_b: (t, d) and (t, e). labels: (n,) which text says what item i is, -1 for none.
    """

    rows: Rows
    a: Floats
    b: Floats
    texts: tuple[str, ...]
    text_a: Floats
    text_b: Floats
    labels: Rows

    @property
    def most_anchors(self) -> int:
        """So many items can be anchors; the rest is needed to test."""
        return len(self.rows) - LEAST_TEST

    @property
    def text_means(self) -> tuple[Floats, Floats]:
        """Means of the texts under A and under B."""
        return self.text_a.mean(axis=0), self.text_b.mean(axis=0)


@dataclass(frozen=True)
class Measured:
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


@dataclass(frozen=True)
class BridgeReport:
    """ways: "before", "orthogonal" and "ridge". zero_shot_a, zero_shot_b: each model alone; chance: commonest class."""

    ways: dict[str, Measured]
    zero_shot_a: float
    zero_shot_b: float
    chance: float
    anchors: int
    tested: int
    texts: int
    dims: tuple[int, int]
    unique: bool


def reference_texts(ws: Workspace, column: str, seed: int = 0) -> tuple[list[str], Rows]:
    """(texts, (n,) which of them says what each item is, -1 for none): the values of `column`, else the items' texts.

    Without either, common words.
    """
    dataset = ws.dataset()
    if column:
        values = dataset.column(column)
        filled = values.notna() & (values.astype(str).str.strip() != "")
        names = sorted(values[filled].astype(str).unique())
        if not 2 <= len(names) <= MOST_TEXTS:
            raise InputError(f"Labels: expected 2 to {MOST_TEXTS} different values, {column!r} has {len(names)}.")
        place = {name: i for i, name in enumerate(names)}
        found = [place[str(v)] if ok else -1 for v, ok in zip(values, filled, strict=True)]
        return [f"a photo of a {name.replace('_', ' ')}" for name in names], np.array(found, dtype=np.int64)
    texts = [text for text in dataset.column("text") if text.strip()]
    if len(texts) >= 20:
        chosen = np.random.default_rng(seed).permutation(len(texts))[:MOST_TEXTS]
        return sorted({texts[i] for i in chosen}), np.full(len(dataset), -1)
    return [f"a photo of a {word}" for word in COMMON], np.full(len(dataset), -1)


def both_sides(ws: Workspace, a: Encoder, b: Encoder, texts: Sequence[str], labels: Rows, seed: int = 0) -> Sides:
    """Vectors of items and texts under two models; ModelError when one cannot compare images with texts."""
    for one in (a, b):
        if not one.abilities.joint:
            raise ModelError(f"A bridge needs models that place images and texts in one space; {one.spec} does not.")
    left, right = ws.embeddings(a.spec), ws.embeddings(b.spec)
    rows = np.flatnonzero(left.present & right.present)
    if len(rows) < 2 * LEAST_TEST:
        raise InputError(f"A bridge needs at least {2 * LEAST_TEST} images under both models; there are {len(rows)}.")
    rows = np.random.default_rng(seed).permutation(rows)
    vectors = [np.asarray(side.vectors[np.sort(rows)], dtype=np.float32) for side in (left, right)]
    back = np.argsort(np.argsort(rows))
    made = [one.encode_texts(texts) for one in (a, b)]
    return Sides(rows, vectors[0][back], vectors[1][back], tuple(texts), made[0], made[1], labels[rows])


def fit_bridges(sides: Sides, anchors: int) -> tuple[Bridge, Bridge]:
    """(orthogonal, ridge) from A to B on the first `anchors` images; no text is used."""
    if not 2 <= anchors <= sides.most_anchors:
        raise InputError(f"Anchors: expected 2 to {sides.most_anchors}, got {anchors}.")
    return orthogonal_bridge(sides.a[:anchors], sides.b[:anchors]), ridge_bridge(sides.a[:anchors], sides.b[:anchors])


def measure_bridge(sides: Sides, anchors: int) -> BridgeReport:
    """All numbers for so many anchors, on up to 1,000 of the other images."""
    orthogonal, ridge = fit_bridges(sides, anchors)
    test = slice(anchors, anchors + MOST_TEST)
    a, b, labels = sides.a[test], sides.b[test], sides.labels[test]
    means = sides.text_means
    ways = {"before": _measured(sides, a, b, sides.text_a, labels)}
    for name, bridge in (("orthogonal", orthogonal), ("ridge", ridge)):
        ways[name] = _measured(sides, bridge(a), b, bridge(sides.text_a, means), labels)
    known = labels >= 0
    places = np.arange(len(sides.texts))
    own = [_right(side[known], text, labels[known], places) for side, text in ((a, sides.text_a), (b, sides.text_b))]
    chance = float(np.bincount(labels[known]).max() / known.sum()) if known.any() else float("nan")
    dims = (a.shape[1], b.shape[1])
    return BridgeReport(ways, own[0], own[1], chance, anchors, len(a), len(sides.texts), dims, orthogonal.unique)


def search_old_gallery(bridge: Bridge, sides: Sides, vector: Floats, index: Index, k: int) -> Neighbours:
    """Ask B's index with a text of A: the (d,) vector is brought over with the texts' own means."""
    return index.query(bridge(vector[None], sides.text_means), k)


def _measured(sides: Sides, moved: Floats, b: Floats, moved_texts: Floats, labels: Rows) -> Measured:
    known, places, items = labels >= 0, np.arange(len(sides.texts)), np.arange(len(b))
    return Measured(
        paired_cosine(moved, b),
        paired_cosine(moved_texts, sides.text_b),
        top1(moved, b, items, items),
        top1(moved_texts, sides.text_b, places, places),
        _right(moved[known], sides.text_b, labels[known], places),
        _right(b[known], moved_texts, labels[known], places),
    )


def _right(images: Floats, texts: Floats, labels: Rows, places: Rows) -> float:
    return top1(images, texts, labels, places) if len(images) else float("nan")
