"""Copies planted in pictures, and which of them are found: precision and recall of pairs at the proposed threshold.

python benchmarks/bench_duplicates.py [--pictures 300] [--planted 8] [--folder FOLDER] [--seed 0]

Of each kind, `--planted` pictures get one changed copy; the others get none. Pictures come from FOLDER, or are drawn
scenes, which have many near misses: the same arrangement in another colour or with another shape. No model helps here:
all proposals come from difference hashes. Pairs of originals count as false even where they are the same picture.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from io import BytesIO
from itertools import combinations
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.random import Generator, default_rng
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.base.progress import Silent
from explorer.io.images import is_image_name, read_image
from explorer.io.picture_hash import SmallPictures, small_picture
from explorer.scenes import demo_scenes, render
from explorer.search.copies import copy_pairs
from explorer.search.copy_threshold import propose_for_pictures
from explorer.search.duplicates import duplicate_groups

RESULT = Path(__file__).parent / "results" / "duplicates.json"
SIDE, MUST_PRECISION, MUST_RECALL = 160, 0.95, 0.60
Picture = Image.Image


def jpeg(image: Picture, quality: int) -> Picture:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=quality)
    return Image.open(buffer).convert("RGB")


def cropped(image: Picture, share: float, rng: Generator) -> Picture:
    width, height = round(image.width * share), round(image.height * share)
    left, top = (int(rng.integers(0, rest + 1)) for rest in (image.width - width, image.height - height))
    return image.crop((left, top, left + width, top + height))


def captioned(image: Picture) -> Picture:
    bar = image.height // 6
    out = Image.new("RGB", (image.width, image.height + bar), "white")
    out.paste(image)
    ImageDraw.Draw(out).text((5, image.height + bar // 2 - 6), "somebody wrote this", fill="black")
    return out


KINDS: dict[str, Callable[[Picture, Generator], Picture]] = {
    "resize": lambda image, _: image.resize((image.width // 2, image.height // 2)),
    "jpeg 10": lambda image, _: jpeg(image, 10),
    "jpeg 30": lambda image, _: jpeg(image, 30),
    "jpeg 60": lambda image, _: jpeg(image, 60),
    "crop 90 %": lambda image, rng: cropped(image, 0.9, rng),
    "crop 75 %": lambda image, rng: cropped(image, 0.75, rng),
    "brightness": lambda image, rng: ImageEnhance.Brightness(image).enhance(float(rng.choice([0.6, 1.4]))),
    "contrast": lambda image, rng: ImageEnhance.Contrast(image).enhance(float(rng.choice([0.6, 1.5]))),
    "grey": lambda image, _: image.convert("L").convert("RGB"),
    "border": lambda image, _: ImageOps.expand(image, image.width // 10, "black"),
    "caption bar": lambda image, _: captioned(image),
    "mirror": lambda image, _: ImageOps.mirror(image),
    "5 degrees": lambda image, _: image.rotate(5, Image.Resampling.BICUBIC),
}


def originals(folder: Path | None, count: int, rng: Generator) -> list[Picture]:
    if folder is None:
        return [render(scene, SIDE) for scene in demo_scenes(count)]
    names = sorted(path for path in folder.rglob("*") if is_image_name(path.name))
    return [read_image(names[place], SIDE) for place in rng.permutation(len(names))[:count]]


def planted(images: list[Picture], each: int, rng: Generator) -> tuple[list[Picture], list[tuple[str, int]]]:
    """Changed copies, and for each its kind and the place of its original."""
    order = iter(rng.permutation(len(images)).tolist())
    made = [(kind, next(order)) for kind in KINDS for _ in range(each)]
    return [jpeg(KINDS[kind](images[place], rng), 90) for kind, place in made], made


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=300)
    parser.add_argument("--planted", type=int, default=8, help="copies of each kind")
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    rng = default_rng(given.seed)
    images = originals(given.folder, given.pictures, rng)
    copies, made = planted(images, given.planted, rng)
    grey, colour, aspect = zip(*map(small_picture, [*images, *copies]), strict=True)
    pictures = SmallPictures(np.stack(grey), np.stack(colour), np.array(aspect, dtype=np.float32))
    names = [str(row) for row in range(len(pictures))]
    dataset = Dataset(pa.table({"id": names, "path": names, "text": [""] * len(names), "hash": names}))
    nothing = Embeddings(np.zeros((len(names), 1), np.float32), np.zeros(len(names), dtype=bool), "none", {}, "")
    start = time.perf_counter()
    pairs = copy_pairs(dataset, nothing, pictures, Silent())
    seconds = time.perf_counter() - start
    proposal = propose_for_pictures(pairs.scores)
    groups = duplicate_groups(pairs, proposal.threshold)
    found = {pair for group in groups for pair in combinations(group.rows.tolist(), 2)}
    wanted = [(kind, (place, len(images) + number)) for number, (kind, place) in enumerate(made)]
    recall = {kind: float(np.mean([pair in found for name, pair in wanted if name == kind])) for kind in KINDS}
    true = len(found & {pair for _, pair in wanted})
    precision, share = true / max(1, len(found)), true / len(wanted)
    result = {
        "pictures": len(images),
        "planted": len(made),
        "threshold": proposal.threshold,
        "precision": round(precision, 3),
        "recall": round(share, 3),
        "recall_by_kind": {kind: round(value, 2) for kind, value in recall.items()},
        "largest_group": max((len(group.rows) for group in groups), default=0),
        "compared": pairs.compared,
        "seconds": round(seconds, 1),
        "cores": os.cpu_count(),
    }
    reached = precision >= MUST_PRECISION and share >= MUST_RECALL
    result["must"] = {"precision": MUST_PRECISION, "recall": MUST_RECALL, "reached": reached}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=1))
    raise SystemExit(0 if reached else 1)


if __name__ == "__main__":
    main()
