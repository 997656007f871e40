"""What pocket can do, in one table with its baselines: `explorer eval pocket`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.metrics import Score, average_precisions, hits_among, hits_by_words, hits_of_neighbour, mean_score
from explorer.base.progress import Progress
from explorer.encoders.base import Encoder
from explorer.encoders.histogram import HistogramEncoder
from explorer.io.images import read_image
from explorer.scenes import attributes, caption, render, sample
from recipes.photos import Photos
from recipes.pocket.teacher import Teacher, conse, softmax
from recipes.pocket.words import SCENE_ATTRIBUTES, attribute_vectors, class_vectors

NOT_IN_IMAGENET = (
    "brain",
    "chandelier",
    "dolphin",
    "helicopter",
    "kangaroo",
    "mandolin",
    "octopus",
    "pyramid",
    "rhino",
    "sunflower",
)
SCENES, GROUP = 2000, 100
REACH = {
    "scenes: colour": 0.97,
    "scenes: shape": 0.93,
    "scenes: fill": 0.90,
    "scenes: background": 0.97,
    "scenes: relation": 0.85,
    "scenes: count": 0.80,
    "scenes: text to image R@1 among 100": 0.75,
    "photos: zero-shot, 20 unseen classes": 0.50,
    "photos: zero-shot, the 10 not named in ImageNet": 0.40,
    "photos: zero-shot, among all Caltech names": 0.10,
    "photos: nearest neighbour, unseen classes": 0.85,
    "photos: mAP, unseen classes": 0.55,
    "photos: by words, Caltech seen": 0.85,
    "photos: by words, grocery fine": 0.64,
    "photos: by words, clothing": 0.82,
    "photos: mAP, grocery fine": 0.48,
}
"""What the project set out to reach, row by row."""


@dataclass
class Table:
    """Rows by name, each with a score by column; columns are pocket and the baselines."""

    rows: dict[str, dict[str, Score | float]] = field(default_factory=dict)

    def add(self, row: str, column: str, score: Score | float) -> None:
        """Put one cell."""
        self.rows.setdefault(row, {})[column] = score

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {
            row: {
                column: score.as_dict() if isinstance(score, Score) else round(score, 4)
                for column, score in cells.items()
            }
            for row, cells in self.rows.items()
        }


def evaluate_scenes(encoder: Encoder, column: str, table: Table, progress: Progress, count: int = SCENES) -> None:
    """Fill the rows on scenes of held-out combinations, by words alone, for an encoder with texts."""
    rng = np.random.default_rng(7)
    scenes = [sample(rng, split="held_out") for _ in range(count)]
    images = _encode(encoder, [lambda s=s: render(s, 128) for s in scenes], progress, f"scenes, {column}")  # type: ignore[misc]
    found = [attributes(scene) for scene in scenes]
    for name, (values, phrasings) in attribute_vectors(encoder).items():
        truth = np.array([values.index(str(one[name])) for one in found])
        words = unit_rows(phrasings.mean(1), name)
        table.add(f"scenes: {name}", column, mean_score(hits_by_words(images, words, truth)))
        table.add(f"scenes: {name}", "chance", 1 / len(values))
    chosen = distinct([caption(scene) for scene in scenes])
    words = encoder.encode_texts([caption(scenes[i]) for i in chosen])
    row = "scenes: text to image R@1 among 100"
    table.add(row, column, mean_score(hits_among(images[chosen], words, GROUP)))
    table.add(row, "chance", 1 / GROUP)


def evaluate_scene_histogram(table: Table, progress: Progress, count: int = SCENES) -> None:
    """Colour histogram on the same scenes: without words, it takes the attribute of the nearest training scene."""
    rng, encoder = np.random.default_rng(7), HistogramEncoder()
    held = [sample(rng, split="held_out") for _ in range(count)]
    known = [sample(rng, split="train") for _ in range(count)]
    both = _encode(encoder, [lambda s=s: render(s, 128) for s in held + known], progress, "scenes, histogram")  # type: ignore[misc]
    nearest = (both[:count] @ both[count:].T).argmax(1)
    for name in SCENE_ATTRIBUTES:
        hits = [attributes(held[i])[name] == attributes(known[j])[name] for i, j in enumerate(nearest)]
        table.add(f"scenes: {name}", "histogram", mean_score(np.array(hits)))


def distinct(captions: Sequence[str]) -> list[int]:
    """Positions of the first of each different caption, cut to a whole number of groups of 100."""
    first = list({text: i for i, text in reversed(list(enumerate(captions)))}.values())[::-1]
    first.sort()
    return first[: len(first) // GROUP * GROUP]


def evaluate_photos(images: Floats, column: str, photos: Photos, table: Table, text: Encoder | None) -> None:
    """Fill the rows on photos. images: (n, d) unit rows of all photos; text: None for a model without words."""
    unseen, grocery = photos.rows("unseen"), photos.rows("test", source="grocery")
    table.add(
        "photos: nearest neighbour, unseen classes",
        column,
        mean_score(hits_of_neighbour(images[unseen], photos.label[unseen])),
    )
    table.add(
        "photos: mAP, unseen classes", column, mean_score(average_precisions(images[unseen], photos.label[unseen]))
    )
    table.add(
        "photos: mAP, grocery fine", column, mean_score(average_precisions(images[grocery], photos.label[grocery]))
    )
    if text is not None:
        _photos_by_words(images, column, photos, table, text)


def _photos_by_words(images: Floats, column: str, photos: Photos, table: Table, text: Encoder) -> None:
    unseen = photos.rows("unseen")
    rare = unseen[np.isin(photos.label[unseen], NOT_IN_IMAGENET)]
    new, every = (
        photos.labels(unseen),
        photos.labels(photos.rows("train", "val", "test", "unseen", source="caltech101")),
    )
    tasks: list[tuple[str, Rows, list[str]]] = [
        ("photos: zero-shot, 20 unseen classes", unseen, new),
        ("photos: zero-shot, the 10 not named in ImageNet", rare, new),
        ("photos: zero-shot, among all Caltech names", unseen, every),
    ]
    for row, source in (("Caltech seen", "caltech101"), ("grocery fine", "grocery"), ("clothing", "clothing")):
        test = photos.rows("test", source=source)
        test = test[photos.label[test] != ""]
        tasks.append((f"photos: by words, {row}", test, photos.labels(photos.rows("train", source=source))))
    for name, rows, labels in tasks:
        words = class_vectors(text, [label.lower() for label in labels])
        truth = np.array([labels.index(label) for label in photos.label[rows].tolist()])
        table.add(name, column, mean_score(hits_by_words(images[rows], words, truth)))
        table.add(name, "chance", 1 / len(labels))


def encode_photos(encoder: Encoder, photos: Photos, progress: Progress, column: str) -> Floats:
    """(n, d) unit rows of all photos."""
    side = encoder.image_side
    readers = [lambda path=path: read_image(path, side) for path in photos.files]
    return _encode(encoder, readers, progress, f"photos, {column}")


def teacher_rows(features: Floats, teacher: Teacher, text: Encoder) -> tuple[Floats, Floats]:
    """((n, 1280) unit teacher features, (n, d) ConSE vectors) from the teacher's (n, 1280) features."""
    weights, bias = teacher.classifier
    words = class_vectors(text, teacher.labels)
    return unit_rows(features), conse(softmax(features @ weights.T + bias), words)


def _encode(encoder: Encoder, readers: Sequence[Callable[[], Any]], progress: Progress, what: str) -> Floats:
    found = []
    progress.start(what, len(readers))
    for start in range(0, len(readers), 64):
        found.append(encoder.encode_images([read() for read in readers[start : start + 64]]))
        progress.advance(min(start + 64, len(readers)))
    progress.finish()
    return np.concatenate(found)
