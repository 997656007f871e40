"""Conditional similarity of photos with known labels: exact triplets for training, and mAP a condition."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import ExplorerError
from explorer.base.metrics import mean_score
from explorer.base.progress import Progress
from explorer.encoders.base import Encoder
from explorer.features.conditional.caption_triplets import column_triplets
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.method import Ask
from explorer.features.conditional.triplets import Triplets
from explorer.heads.head import Head
from recipes.photos import Photos, load_images

COLOURS = ("red", "green", "yellow", "orange", "brown", "white", "purple", "pink", "black")
PACKED = ("Juice", "Milk", "Oatghurt", "Oat Milk", "Sour Cream", "Sour Milk", "Soyghurt", "Soy Milk", "Yoghurt")
LABEL, COARSE, COLOUR, PACKAGE = "kind of thing", "kind of food", "colour", "package"
CONDITIONS = {
    "grocery, coarse label": COARSE,
    "grocery, colour": COLOUR,
    "grocery, package": PACKAGE,
    "Caltech-101, object (20 unseen classes)": "object",
}
UNCONDITIONAL = "image"
_BATCH = 64


def colour_of(label: str, caption: str) -> str:
    """The colour word of a product's name, else the first one in its description, else "".

    "Red Grapefruit" is red; juice and the like have none by this rule unless their words name one.
    """
    for text in (label, caption):
        words = text.lower().replace("-", " ").replace(".", " ").replace(",", " ").split()
        named = [word for word in words if word in COLOURS]
        if named:
            return named[0]
    return ""


def package_of(coarse: str) -> str:
    """By the coarse label alone: "carton or bottle" for drinks and dairy, "loose" for fruit and vegetables."""
    return "carton or bottle" if coarse.replace("-", " ") in {name.replace("-", " ") for name in PACKED} else "loose"


@dataclass(frozen=True)
class Labels:
    """(n, c) codes of the photos' columns, -1 for none; the columns' names; names[c] the values of each."""

    codes: NDArray[np.int64]
    columns: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]


def photo_labels(photos: Photos, rows: Rows) -> Labels:
    """What is known of the photos in `rows`: label, and of groceries coarse label, colour and package."""
    grocery = photos.source[rows] == "grocery"
    texts = {LABEL: [str(label).lower() for label in photos.label[rows]]}
    texts[COARSE] = [str(c).lower() if g else "" for c, g in zip(photos.coarse[rows], grocery, strict=True)]
    texts[COLOUR] = [
        colour_of(str(photos.label[row]), str(photos.caption[row])) if g else ""
        for row, g in zip(rows, grocery, strict=True)
    ]
    texts[PACKAGE] = [package_of(str(photos.coarse[row])) if g else "" for row, g in zip(rows, grocery, strict=True)]
    names = {column: tuple(sorted(set(values) - {""})) for column, values in texts.items()}
    codes = [[names[c].index(v) if v else -1 for v in values] for c, values in texts.items()]
    return Labels(np.array(codes, dtype=np.int64).T.reshape(len(rows), len(texts)), tuple(texts), tuple(names.values()))


def training_rows(photos: Photos) -> Rows:
    """Photos that may be learned from: splits train and val; never test, the unseen classes or the iconic pictures."""
    return photos.rows("train", "val")


def photo_triplets(photos: Photos, rows: Rows, rng: np.random.Generator) -> Triplets:
    """Exact triplets over the photos in `rows`."""
    labels = photo_labels(photos, rows)
    return column_triplets(labels.codes, labels.columns, labels.names, rng, each=1)


def encode_rows(encoder: Encoder, photos: Photos, rows: Rows, progress: Progress, what: str) -> Floats:
    """(m, d) unit rows of the photos in `rows`."""
    progress.start(what, len(rows))
    found = []
    for start in range(0, len(rows), _BATCH):
        found.append(encoder.encode_images(load_images(photos, rows[start : start + _BATCH])))
        progress.advance(min(start + _BATCH, len(rows)))
    progress.finish()
    return np.concatenate(found)


def evaluate_photos(
    encoder: Encoder, photos: Photos, head: Head | None, progress: Progress, queries: int = 500
) -> dict[str, Any]:
    """MAP a condition and method, on splits test (grocery) and unseen (Caltech-101), beside the unconditional one.

    Each query ranks all other photos of its part; relevant are those with the query's value. At most `queries` queries
    a condition, drawn at random. Intervals: bootstrap over queries.
    """
    grocery, unseen = photos.rows("test", source="grocery"), photos.rows("unseen")
    vectors = {
        "grocery": encode_rows(encoder, photos, grocery, progress, "Grocery photos"),
        "caltech": encode_rows(encoder, photos, unseen, progress, "Photos of unseen classes"),
    }
    labels = {"grocery": photo_labels(photos, grocery), "caltech": photo_labels(photos, unseen)}
    table: dict[str, Any] = {}
    for name, condition in CONDITIONS.items():
        part = "caltech" if condition == "object" else "grocery"
        own = labels[part]
        column = own.columns.index(LABEL if condition == "object" else condition)
        rows = grocery if part == "grocery" else unseen
        table[name] = _condition(encoder, photos, rows, vectors[part], own, column, condition, head, queries)
    return {"encoder": encoder.spec, "weights": encoder.fingerprint, "table": table}


def _condition(
    encoder: Encoder,
    photos: Photos,
    rows: Rows,
    vectors: Floats,
    labels: Labels,
    column: int,
    words: str,
    head: Head | None,
    queries: int,
) -> dict[str, Any]:
    codes, names = labels.codes[:, column], labels.names[column]
    there = np.flatnonzero(codes >= 0)
    sizes = np.bincount(codes[there], minlength=len(names))
    there = there[sizes[codes[there]] > 1]
    asked = np.sort(np.random.default_rng(0).choice(there, min(queries, len(there)), replace=False))
    condition, raw_condition = encoder.encode_texts([words])[0], encoder.raw_texts([words])[0]
    raw = dict(zip(asked.tolist(), encoder.raw_images(load_images(photos, rows[asked])), strict=True))
    values = encoder.encode_texts([str(name) for name in names])
    found: dict[str, Any] = {"chance": round(float(((sizes[codes[asked]] - 1) / (len(there) - 1)).mean()), 4)}
    items, centre = vectors[there], vectors[there].mean(0)

    def ask(row: int) -> Ask:
        return Ask(vectors[row], condition, raw[row], raw_condition, values, centre=centre, head=head)

    for name, method in METHODS.items():
        if set(method.needs) & {"column", "aspect"} or ("combiner" in method.needs and head is None):
            continue
        try:
            scores = [_precision(method.lens(ask(q)), items, there == q, codes[there] == codes[q]) for q in asked]
        except ExplorerError:
            continue
        found[name] = mean_score(np.array(scores)).as_dict()
    return found


def _precision(lens: Any, items: Floats, own: NDArray[np.bool_], relevant: NDArray[np.bool_]) -> float:
    """Average precision of the ranking of all items but the query itself."""
    seen = items if lens.transform is None else lens.transform(items)
    order = np.argsort(-(seen @ lens.query)[~own], kind="stable")
    hits = relevant[~own][order]
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean())


def format_photos(report: dict[str, Any]) -> str:
    """The table as Markdown: a row a method, a column a condition; "image" is the unconditional ranking."""
    names = list(report["table"])
    methods = list(dict.fromkeys(method for row in report["table"].values() for method in row))
    lines = ["| Method, mAP | " + " | ".join(names) + " |\n|" + "---|" * (len(names) + 1)]
    for method in methods:
        label = METHODS[method].label if method in METHODS else method
        lines.append(f"| {label} | " + " | ".join(_cell(report["table"][name].get(method)) for name in names) + " |")
    return "\n".join(lines)


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['value']:.3f} ({value['low']:.3f} to {value['high']:.3f})"
    return "" if value is None else f"{value:.3f}"
