"""Many unlabelled pictures from folders in one file, without copies: python -m recipes.pocket.picture_set SOURCES OUT.

Diversity of the pictures, not their number, is what the student lacks: at most so many of one kind (folder) are taken,
drawn with a seed; copies of one another, mirrored ones too, and of pictures that are measured on are left out.
"""

import argparse
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import numpy as np
from PIL import Image

from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.base.progress import Progress, Terminal
from explorer.io.images import is_image_name, read_image
from explorer.io.picture_hash import difference_hash, mirrored, small_picture
from recipes.pocket.captions import COLUMNS as CAPTION_COLUMNS
from recipes.pocket.captions import TABLE as CAPTIONS
from recipes.pocket.pictures import COLUMNS, JPEGS, TABLE

SIDE, QUALITY = 160, 88
ALIKE = 0.85  # cosine of difference hashes from which on two pictures are one; unrelated ones are near 0
UNKNOWN_LICENCE = "none stated"
_COLUMNS = ("name", "folder", "licence", "most")
_BLOCK = 256


@dataclass(frozen=True)
class Source:
    """A folder of pictures, in it folders of kinds. most: how many pictures of one kind are taken.

    captions: what people say of them, by the file's name from the folder on.
    """

    name: str
    folder: Path
    licence: str
    most: int
    captions: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass
class Hashes:
    """Difference hashes of the pictures so far, by which copies are told."""

    blocks: list[Floats] = field(default_factory=list)

    def new(self, hashes: Floats) -> list[int]:
        """Positions among (n, d) `hashes` of those that copy neither earlier ones nor one another; they are kept."""
        both = [hashes, mirrored(hashes)]
        known = np.zeros(len(hashes), bool)
        for block in self.blocks:
            known |= np.max([(side @ block.T).max(1) for side in both], axis=0) >= ALIKE
        within = np.maximum(*(side @ hashes.T for side in both)) >= ALIKE
        found: list[int] = []
        for i in np.flatnonzero(~known).tolist():
            if not within[i, found].any():
                found.append(i)
        if found:
            self.blocks.append(hashes[found])
        return found


def read_sources(table: Path) -> list[Source]:
    """Sources of a CSV file: name, folder (from the file's own folder on), licence ("" is none stated), most.

    A column `captions` may name a CSV file in the folder with the columns file_name and caption, a row a caption.
    InputError when the file, a column, a folder or captions are missing, or `most` is no number from 1 on.
    """
    if not table.is_file():
        raise InputError(f"Expected a CSV file of picture folders; {table} does not exist.")
    with table.open(newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        missing = [name for name in _COLUMNS if name not in (reader.fieldnames or [])]
        if missing:
            raise InputError(f"{table}: expected the columns {', '.join(_COLUMNS)}; {', '.join(missing)} missing.")
        return [_source(table, number, row) for number, row in enumerate(reader, 2)]


def _source(table: Path, number: int, row: dict[str, str]) -> Source:
    folder, most = table.parent / row["folder"], row["most"] or ""
    if not folder.is_dir():
        raise InputError(f"{table}, line {number}: expected a folder of pictures; {folder} does not exist.")
    if not most.isdecimal() or int(most) < 1:
        raise InputError(f"{table}, line {number}: expected a number from 1 on in the column most, got '{most}'.")
    captions = _read_captions(folder / row["captions"]) if row.get("captions") else {}
    return Source(row["name"], folder, row["licence"] or UNKNOWN_LICENCE, int(most), captions)


def _read_captions(table: Path) -> dict[str, list[str]]:
    if not table.is_file():
        raise InputError(f"Expected captions of the pictures in {table}, which does not exist.")
    found: dict[str, list[str]] = {}
    with table.open(newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            name, caption = (str(row.get(column) or "").strip() for column in ("file_name", "caption"))
            if not name or not caption:
                raise InputError(f"{table}, line {number}: expected a file_name and a caption.")
            found.setdefault(name, []).append(caption)
    return found


def chosen_files(source: Source, seed: int) -> list[tuple[str, Path]]:
    """(kind, path) of the pictures that are taken, at most `source.most` of a kind; the same for the same seed."""
    kinds: dict[str, list[Path]] = {}
    for path in sorted(source.folder.rglob("*")):
        if path.is_file() and is_image_name(path.name):
            kinds.setdefault(path.parent.relative_to(source.folder).as_posix(), []).append(path)
    rng = np.random.default_rng(seed)
    found = []
    for kind in sorted(kinds):
        paths = kinds[kind]
        rows = sorted(rng.permutation(len(paths))[: source.most].tolist())
        found += [(kind, paths[row]) for row in rows]
    return found


def build_picture_set(
    sources: Sequence[Source], apart: Sequence[Path], out: Path, *, seed: int, progress: Progress
) -> dict[str, int]:
    """Write pictures.jpegs (JPEGs of short side 160, one after the other), pictures.csv and captions.csv into `out`.

    apart: folders whose pictures, and copies of them, must not come in. Returns how many of each source are in;
    damaged files are passed over.
    """
    out.mkdir(parents=True, exist_ok=True)
    hashes = Hashes()
    for folder in apart:
        files = chosen_files(Source("apart", folder, "", 10**9), seed)
        for block in _read_blocks(files, f"pictures kept apart, {folder.name}", progress):
            hashes.new(_hashed([image for _, _, image in block]))
    counts: dict[str, int] = {}
    with (
        (out / JPEGS).open("wb") as jpegs,
        (out / TABLE).open("w", encoding="utf-8", newline="") as f,
        (out / CAPTIONS).open("w", encoding="utf-8", newline="") as said,
    ):
        writer, sayings = csv.writer(f), csv.writer(said)
        writer.writerow(COLUMNS)
        sayings.writerow(CAPTION_COLUMNS)
        for source in sources:
            for block in _read_blocks(chosen_files(source, seed), source.name, progress):
                for row in hashes.new(_hashed([image for _, _, image in block])):
                    kind, path, image = block[row]
                    start, length = jpegs.tell(), jpegs.write(_jpeg(image))
                    name = path.relative_to(source.folder).as_posix()
                    writer.writerow([source.name, kind, name, source.licence, start, length, *image.size])
                    sayings.writerows((sum(counts.values()), one) for one in source.captions.get(name, ()))
                    counts[source.name] = counts.get(source.name, 0) + 1
    return counts


def _read_blocks(
    files: Sequence[tuple[str, Path]], what: str, progress: Progress
) -> Iterator[list[tuple[str, Path, Image.Image]]]:
    progress.start(what, len(files))
    for start in range(0, len(files), _BLOCK):
        block = []
        for kind, path in files[start : start + _BLOCK]:
            try:
                block.append((kind, path, _shrunk(read_image(path, min_side=SIDE))))
            except InputError:
                continue
        if block:
            yield block
        progress.advance(min(start + _BLOCK, len(files)))
    progress.finish()


def _shrunk(image: Image.Image) -> Image.Image:
    factor = SIDE / min(image.size)
    if factor >= 1:
        return image
    size = (max(SIDE, round(image.width * factor)), max(SIDE, round(image.height * factor)))
    return image.resize(size, Image.Resampling.BICUBIC)


def _hashed(images: Sequence[Image.Image]) -> Floats:
    return difference_hash(np.stack([small_picture(image)[0] for image in images]))


def _jpeg(image: Image.Image) -> bytes:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=QUALITY)
    return stream.getvalue()


def set_stamp(folder: Path) -> str:
    """Eight characters that are others for another set, so that what is kept of one is never taken for another's."""
    return sha256((folder / TABLE).read_bytes()).hexdigest()[:8]


def main(arguments: Sequence[str] | None = None) -> None:
    """The command: gather a set and print how many pictures each source gave."""
    parser = argparse.ArgumentParser(prog="python -m recipes.pocket.picture_set", description=__doc__)
    parser.add_argument("sources", type=Path, help=f"CSV file with the columns {', '.join(_COLUMNS)}")
    parser.add_argument("out", type=Path, help="folder of the set")
    parser.add_argument("--apart", type=Path, action="append", default=[], help="folder measured on; may be repeated")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    sources = read_sources(given.sources)
    counts = build_picture_set(sources, given.apart, given.out, seed=given.seed, progress=Terminal())
    for source in sources:
        print(f"{source.name}: {counts.get(source.name, 0):,} pictures, licence: {source.licence}")


if __name__ == "__main__":
    try:
        main()
    except InputError as error:
        raise SystemExit(str(error)) from error
