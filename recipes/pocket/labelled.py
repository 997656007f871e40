"""What pocket sees in any folder of pictures, a folder a kind: python -m recipes.pocket.labelled FOLDER.

For kept-back pictures, of other sources than those that were learned from.
"""

import argparse
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.base.metrics import average_precisions, hits_by_words, hits_of_neighbour, mean_score
from explorer.base.progress import Progress, Terminal
from explorer.base.shipped import ASSETS
from explorer.encoders.base import Encoder
from explorer.encoders.pocket import PocketEncoder, PocketFiles
from explorer.features.diagnose.spread import spread
from explorer.io.atomic import write_json
from explorer.io.images import is_image_name, read_image
from explorer.search.copy_threshold import propose_for_vectors
from recipes.pocket.evaluate import Table
from recipes.pocket.report import table_lines
from recipes.pocket.teacher import Teacher
from recipes.pocket.words import class_vectors

FIRST = 10
_READ_SIDE = 144


@dataclass(frozen=True)
class Labelled:
    """n pictures and their (n,) kinds, positions in `names`."""

    files: list[Path]
    names: list[str]
    kinds: NDArray[np.int64]


def read_labelled(folder: Path) -> Labelled:
    """The pictures in the folders of `folder`, each named by its kind; InputError with fewer than two kinds."""
    names = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    files, kinds = [], []
    for kind, name in enumerate(names):
        found = sorted(path for path in (folder / name).rglob("*") if path.is_file() and is_image_name(path.name))
        files += found
        kinds += [kind] * len(found)
    if len(set(kinds)) < 2:
        raise InputError(
            f"{folder}: expected at least two folders with pictures in them, each named by what they show."
        )
    return Labelled(files, names, np.array(kinds, np.int64))


def evaluate_labelled(
    encoder: Encoder, labelled: Labelled, table: Table, progress: Progress, teacher: Teacher | None = None
) -> None:
    """Fill the table's column "pocket" for an encoder of pictures and texts; and "chance" where that is known.

    teacher: also asks how often the nearest of its thousand names is the one that it says itself.
    """
    images = [read_image(path, min_side=_READ_SIDE) for path in labelled.files]
    vectors = encode(encoder, images, progress, "pictures")
    _by_words(encoder, vectors, labelled, table)
    _alone(vectors, labelled, table)
    changed = [encode(encoder, [change(image) for image in images], progress, name) for name, change in CHANGES.items()]
    _copies(vectors, dict(zip(CHANGES, changed, strict=True)), table)
    if teacher is not None:
        said = np.stack([teacher.features(image) for image in images])
        table.add("the teacher's first word", "pocket", mean_score(first_words(encoder, vectors, said, teacher)))


def _by_words(encoder: Encoder, vectors: Floats, labelled: Labelled, table: Table) -> None:
    words = class_vectors(encoder, [name.replace("_", " ").lower() for name in labelled.names])
    table.add("zero-shot", "pocket", mean_score(hits_by_words(vectors, words, labelled.kinds)))
    table.add("zero-shot", "chance", 1 / len(words))
    row = f"a name finds its kind among the first {FIRST}"
    table.add(row, "pocket", mean_score(found_by_name(vectors, words, labelled.kinds)))
    table.add(row, "chance", _chance_of_name(labelled.kinds))


def _alone(vectors: Floats, labelled: Labelled, table: Table) -> None:
    kinds, counts = np.unique(labelled.kinds, return_counts=True)
    rows = np.flatnonzero(np.isin(labelled.kinds, kinds[counts > 1]))
    if len(rows):  # a picture that is alone of its kind has no right neighbour
        hits = hits_of_neighbour(vectors, labelled.kinds)[rows]
        table.add("nearest neighbour", "pocket", mean_score(hits))
        table.add("mAP", "pocket", mean_score(average_precisions(vectors, labelled.kinds)))
    found = spread(vectors, np.arange(len(vectors)))
    table.add("participation ratio", "pocket", found.participation)
    table.add("cosine of two different pictures", "pocket", found.mean_cosine)


def found_by_name(vectors: Floats, words: Floats, kinds: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For each kind that has pictures, whether one of them is among the ten nearest to its name.

    vectors: (n, d); words: (c, d); kinds: (n,) rows of words.
    """
    some = np.unique(kinds)
    order = np.argsort(-(words[some] @ vectors.T), axis=1, kind="stable")[:, :FIRST]
    found: NDArray[np.bool_] = (kinds[order] == some[:, None]).any(axis=1)
    return found


def _chance_of_name(kinds: NDArray[np.int64]) -> float:
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


def _copies(vectors: Floats, changed: dict[str, Floats], table: Table) -> None:
    similar = vectors @ vectors.T
    np.fill_diagonal(similar, -1)
    nearest = similar.max(axis=1)
    threshold = propose_for_vectors(nearest, nearest).threshold
    table.add("copies: the proposed threshold", "pocket", threshold)
    table.add("copies: a different picture taken for one", "pocket", mean_score(nearest >= threshold))
    for name, others in changed.items():
        table.add(f"copies: {name}, found", "pocket", mean_score((vectors * others).sum(axis=1) >= threshold))


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


def encode(encoder: Encoder, images: Sequence[Image.Image], progress: Progress, what: str) -> Floats:
    """(n, d) unit rows of n RGB pictures."""
    found = []
    progress.start(what, len(images))
    for start in range(0, len(images), 64):
        found.append(encoder.encode_images(list(images[start : start + 64])))
        progress.advance(min(start + 64, len(images)))
    progress.finish()
    return np.concatenate(found)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command: print the table of a folder, and write it as JSON where a file is given."""
    parser = argparse.ArgumentParser(prog="python -m recipes.pocket.labelled", description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder with a folder of pictures for each kind")
    parser.add_argument("--weights", type=Path, default=ASSETS, help="folder of pocket.safetensors and pocket.json")
    parser.add_argument("--teacher", type=Path, help="folder of the teacher, for how often its first word is pocket's")
    parser.add_argument("--result", type=Path, help="JSON file that is written")
    given = parser.parse_args(arguments)
    table, pocket = Table(), PocketEncoder(PocketFiles(given.weights))
    teacher = None if given.teacher is None else Teacher(given.teacher)
    evaluate_labelled(pocket, read_labelled(given.folder), table, Terminal(), teacher)
    if given.result is not None:
        write_json(given.result, {"weights": pocket.fingerprint, "table": table.as_dict()})
    print("\n".join(table_lines(table.as_dict(), {}, ("pocket", "chance"))))


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        raise SystemExit(str(error)) from error
