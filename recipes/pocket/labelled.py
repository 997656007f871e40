"""What a model sees in a folder of pictures for each kind: `explorer eval photos`, and rows of `explorer eval pocket`.

For kept-back pictures, of other sources than those that were learned from.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.base.metrics import Score, average_precisions, hits_by_words, hits_of_neighbour, mean_score, wilson
from explorer.base.progress import Progress
from explorer.encoders.base import Encoder
from explorer.encoders.histogram import HistogramEncoder
from explorer.features.diagnose.spread import spread
from explorer.io.images import is_image_name, read_image
from explorer.search.copy_threshold import propose_for_vectors
from recipes.pocket.evaluate import Table
from recipes.pocket.teacher import Teacher
from recipes.pocket.words import class_vectors

FIRST = 10
_READ_SIDE, _BATCH, _BLOCK = 144, 64, 1024
_WHOLE = "pictures"


@dataclass(frozen=True)
class Labelled:
    """n pictures and their (n,) kinds, positions in `names`."""

    files: list[Path]
    names: list[str]
    kinds: NDArray[np.int64]


@dataclass(frozen=True)
class Columns:
    """Names in the table: `encoder` of the column that is measured, `before` of what stands before each row's name."""

    encoder: str = "pocket"
    before: str = ""


@dataclass
class Seen:
    """What was seen of n readable pictures.

    vectors: (n, d) of the pictures as they are and of each change; histograms: (n, h). kinds: (n,). said: (n, 1280) by
    the teacher, empty without one. unread: one message for each picture that could not be read.
    """

    vectors: dict[str, Floats]
    histograms: Floats
    kinds: NDArray[np.int64]
    said: Floats
    unread: list[str] = field(default_factory=list)


def read_labelled(folder: Path) -> Labelled:
    """The pictures in the folders of `folder`, each named by its kind; InputError with fewer than two kinds."""
    names = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    found = {name: _pictures_below(folder / name) for name in names}
    names = [name for name in names if found[name]]
    if len(names) < 2:
        raise InputError(
            f"{folder}: expected at least two folders with pictures in them, each named by what they show; "
            f"found {len(names)}."
        )
    kinds = np.repeat(np.arange(len(names)), [len(found[name]) for name in names])
    return Labelled([path for name in names for path in found[name]], names, kinds.astype(np.int64))


def _pictures_below(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file() and is_image_name(path.name))


def evaluate_labelled(
    encoder: Encoder,
    labelled: Labelled,
    table: Table,
    progress: Progress,
    *,
    teacher: Teacher | None = None,
    columns: Columns | None = None,
) -> list[str]:
    """Fill the table's columns of the encoder, of chance and of the colour histogram; return what could not be read.

    Words are asked for where the encoder has pictures and texts in one space. teacher: also how often the nearest of
    its thousand names is the one that it says itself. InputError when fewer than two kinds can be read.
    """
    columns = columns or Columns()
    seen = look(encoder, labelled, progress, teacher)
    if len(np.unique(seen.kinds)) < 2:
        raise InputError(f"Fewer than two kinds of pictures could be read. {' '.join(seen.unread[:1])}")
    if encoder.abilities.joint:
        _by_words(encoder, seen, labelled.names, table, columns)
        if teacher is not None:
            hits = first_words(encoder, seen.vectors[_WHOLE], seen.said, teacher)
            table.add(f"{columns.before}the teacher's first word", columns.encoder, _share(hits))
    _alone(seen.vectors[_WHOLE], seen.kinds, table, columns)
    _alone(seen.histograms, seen.kinds, table, Columns("histogram", columns.before))
    _chances(seen.kinds, table, columns)
    _copies(seen.vectors, table, columns)
    return seen.unread


def look(encoder: Encoder, labelled: Labelled, progress: Progress, teacher: Teacher | None = None) -> Seen:
    """Read the pictures, a few at a time, and look at each as it is and changed."""
    found: dict[str, list[Floats]] = {name: [] for name in (_WHOLE, *CHANGES)}
    histogram, colours, said, rows, unread = (
        HistogramEncoder(),
        list[Floats](),
        list[Floats](),
        list[int](),
        list[str](),
    )
    progress.start("pictures", len(labelled.files))
    for start in range(0, len(labelled.files), _BATCH):
        images = []
        for row, image in _read(labelled.files, range(start, min(start + _BATCH, len(labelled.files))), unread):
            images.append(image)
            rows.append(row)
        if images:
            found[_WHOLE].append(encoder.encode_images(images))
            for name, change in CHANGES.items():
                found[name].append(encoder.encode_images([change(image) for image in images]))
            colours.append(histogram.encode_images(images))
            said += [] if teacher is None else [teacher.features(image) for image in images]
        progress.advance(min(start + _BATCH, len(labelled.files)))
    progress.finish()
    if not rows:
        raise InputError(f"None of the pictures could be read. {unread[0]}")
    vectors = {name: np.concatenate(parts) for name, parts in found.items()}
    empty = np.empty((0, 0), np.float32)
    return Seen(vectors, np.concatenate(colours), labelled.kinds[rows], np.stack(said) if said else empty, unread)


def _read(files: Sequence[Path], rows: range, unread: list[str]) -> Iterator[tuple[int, Image.Image]]:
    for row in rows:
        try:
            yield row, read_image(files[row], min_side=_READ_SIDE)
        except InputError as error:
            unread.append(str(error))


def _by_words(encoder: Encoder, seen: Seen, names: Sequence[str], table: Table, columns: Columns) -> None:
    words = class_vectors(encoder, [name.replace("_", " ").lower() for name in names])
    vectors, kinds = seen.vectors[_WHOLE], seen.kinds
    table.add(f"{columns.before}zero-shot", columns.encoder, _share(hits_by_words(vectors, words, kinds)))
    table.add(f"{columns.before}zero-shot", "chance", 1 / len(words))
    row = f"{columns.before}a name finds its kind among the first {FIRST}"
    table.add(row, columns.encoder, _share(found_by_name(vectors, words, kinds)))
    table.add(row, "chance", chance_of_name(kinds))


def _alone(vectors: Floats, kinds: NDArray[np.int64], table: Table, columns: Columns) -> None:
    rows = _in_company(kinds)
    if len(rows):  # a picture that is alone of its kind has no right neighbour
        hits = hits_of_neighbour(vectors, kinds)[rows]
        table.add(f"{columns.before}nearest neighbour", columns.encoder, _share(hits))
        table.add(f"{columns.before}mAP", columns.encoder, mean_score(average_precisions(vectors, kinds)))
    if columns.encoder != "histogram":
        found = spread(vectors, np.arange(len(vectors)))
        table.add(f"{columns.before}participation ratio", columns.encoder, found.participation)
        table.add(f"{columns.before}cosine of two different pictures", columns.encoder, found.mean_cosine)


def _in_company(kinds: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rows of the pictures whose kind another picture is of as well."""
    return np.flatnonzero(np.bincount(kinds)[kinds] > 1)


def _chances(kinds: NDArray[np.int64], table: Table, columns: Columns) -> None:
    rows = _in_company(kinds)
    if len(rows):
        others = np.bincount(kinds)[kinds[rows]] - 1
        table.add(f"{columns.before}nearest neighbour", "chance", float((others / (len(kinds) - 1)).mean()))
        table.add(f"{columns.before}mAP", "chance", float(chance_precision(others, len(kinds) - 1).mean()))


def chance_precision(relevant: NDArray[np.int64], total: int) -> Floats:
    """(m,) expected average precision of an order by chance, of which (m,) of `total` are relevant.

    The r-th place holds a relevant one with probability R / N, and before it (r - 1) (R - 1) / (N - 1) of them.
    """
    if total < 2:
        return np.ones(len(relevant), np.float32)
    harmonic = float((1 / np.arange(1, total + 1)).sum())
    return np.asarray(((relevant - 1) / (total - 1) * (total - harmonic) + harmonic) / total, np.float32)


def found_by_name(vectors: Floats, words: Floats, kinds: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For each kind that has pictures, whether one of them is among the ten nearest to its name.

    vectors: (n, d); words: (c, d); kinds: (n,) rows of words.
    """
    some = np.unique(kinds)
    order = np.argsort(-(words[some] @ vectors.T), axis=1, kind="stable")[:, :FIRST]
    found: NDArray[np.bool_] = (kinds[order] == some[:, None]).any(axis=1)
    return found


def chance_of_name(kinds: NDArray[np.int64]) -> float:
    """The same for an order by chance: one minus the share of draws without any picture of the kind."""
    total, counts = len(kinds), np.unique(kinds, return_counts=True)[1]
    drawn = np.arange(min(FIRST, total))
    missed = np.clip((total - counts[:, None] - drawn) / (total - drawn), 0, 1).prod(axis=1)
    return float(1 - missed.mean())


def first_words(encoder: Encoder, vectors: Floats, said: Floats, teacher: Teacher) -> NDArray[np.bool_]:
    """(n,) whether the nearest of the teacher's names to (n, d) `vectors` is its own, of (n, 1280) features."""
    weights, bias = teacher.classifier
    truth = (said @ weights.T + bias).argmax(axis=1)
    return hits_by_words(vectors, class_vectors(encoder, teacher.labels), truth)


def _copies(seen: dict[str, Floats], table: Table, columns: Columns) -> None:
    vectors = seen[_WHOLE]
    nearest = _nearest(vectors)
    threshold = propose_for_vectors(nearest).threshold
    before, column = f"{columns.before}copies: ", columns.encoder
    table.add(f"{before}the proposed threshold", column, threshold)
    table.add(f"{before}a different picture taken for one", column, _share(nearest >= threshold))
    for name in CHANGES:
        table.add(f"{before}{name}, found", column, _share((vectors * seen[name]).sum(axis=1) >= threshold))


def _share(hits: NDArray[np.bool_]) -> Score:
    """The share of (n,) hits; Wilson's interval, which stays one where all are right or none is."""
    share = float(hits.mean())
    return Score(share, *wilson(share, len(hits)), len(hits))


def _nearest(vectors: Floats) -> Floats:
    """(n,) cosine to the nearest other picture."""
    found = np.empty(len(vectors), np.float32)
    for start in range(0, len(vectors), _BLOCK):
        similar = vectors[start : start + _BLOCK] @ vectors.T
        similar[np.arange(len(similar)), np.arange(start, start + len(similar))] = -1
        found[start : start + len(similar)] = similar.max(axis=1)
    return found


def _halved(image: Image.Image) -> Image.Image:
    return image.resize((max(1, image.width // 2), max(1, image.height // 2)), Image.Resampling.BILINEAR)


def _cropped(image: Image.Image) -> Image.Image:
    """The middle that holds 90 percent of each side."""
    across, down = image.width * 0.05, image.height * 0.05
    return image.crop((round(across), round(down), round(image.width - across), round(image.height - down)))


def _coarser(image: Image.Image) -> Image.Image:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=60)
    return Image.open(stream).convert("RGB")


CHANGES = {"half the size": _halved, "middle 90 %": _cropped, "JPEG 60": _coarser}
