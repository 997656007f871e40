"""Photos with known labels: what is known of them, exact triplets for training, and their vectors."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.progress import Progress
from explorer.encoders import Encoder
from explorer.features.conditional.column_triplets import column_triplets
from explorer.features.conditional.triplets import Triplets
from recipes.photos import Photos, load_images

COLOURS = ("red", "green", "yellow", "orange", "brown", "white", "purple", "pink", "black")
PACKED = ("Juice", "Milk", "Oatghurt", "Oat Milk", "Sour Cream", "Sour Milk", "Soyghurt", "Soy Milk", "Yoghurt")
LABEL, COARSE, COLOUR, PACKAGE = "kind of thing", "kind of food", "colour", "package"
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

    codes: Rows
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
