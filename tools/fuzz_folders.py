"""Odd folders and pictures, and whether an import accounts for all: `python tools/fuzz_folders.py [COUNT] [SEED]`.

Every file has to be an item, skipped with a reason, or named in a note; nothing but an `ExplorerError` may be raised.
"""

import io
import json
import os
import sys
import tempfile
import traceback
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from explorer.base.errors import ExplorerError
from explorer.io.export import export_bytes
from explorer.io.images import read_image
from explorer.workspace.folder import Workspace
from explorer.workspace.import_report import read_report
from explorer.workspace.importing import import_source

WORDS = [
    "cat",
    "Küche",
    "IMG_1",
    "scan-0",
    "a b",
    "007",
    "7",
    "=x",
    "-y",
    "v1.2",
    "#1",
    "emoji😀",
    "x'y",
    "a,b",
    "per%20cent",
]
FOLDERS = ["", "", "train", "test", "val", "deep/er", "images", "images/train", "annotations", "Fotos 2020", "ünï"]
LITTER = ["@eaDir", ".git", "$RECYCLE.BIN", "lost+found", "__MACOSX", "#recycle"]
OTHERS = [".docx", ".mp4", "", ".heic", ".svg", ".npy", ".xml", ".zip", ".TXT", ".db"]
FORMATS = {".jpg": "JPEG", ".JPG": "JPEG", ".jfif": "JPEG", ".png": "PNG", ".webp": "WEBP", ".gif": "GIF"}
FORMATS |= {".bmp": "BMP", ".tif": "TIFF", ".avif": "AVIF", ".jp2": "JPEG2000", ".pgm": "PPM"}


def draw(random: Random, suffix: str) -> bytes:
    """The bytes of an odd picture: any mode, depth and orientation, now and then damaged, empty or no picture."""
    buffer, kind = io.BytesIO(), FORMATS[suffix]
    options: dict[str, Any] = {}
    size = random.randint(1, 40), random.randint(1, 40)
    noise = np.random.default_rng(random.randint(0, 1 << 30))
    shape = size[::-1]
    mode = random.choice(
        ["RGB", "RGB", "L", "RGBA", "P", "1", "I;16", "F", "I"] if kind in ("PNG", "TIFF") else ["RGB", "L"]
    )
    if mode == "F":
        image = Image.fromarray(
            (noise.normal(size=shape) * random.choice([0.1, 1, 1e4, 1e-9, np.nan])).astype(np.float32)
        )
    elif mode in ("I;16", "I"):
        values = noise.integers(0, random.choice([1, 200, 4096, 65536]), shape)
        image = Image.fromarray(values.astype(np.uint16 if mode == "I;16" else np.int32))
    else:
        image = Image.fromarray(noise.integers(0, 256, (*shape, 3), dtype=np.uint8)).convert(mode)
    if kind == "TIFF":
        options["tiffinfo"] = (
            {274: random.randint(0, 9), 262: random.choice([0, 1])} if mode not in ("RGB", "RGBA", "P") else {}
        )
    if kind == "PNG" and random.random() < 0.1:
        info = PngInfo()
        info.add_text("note", "x" * random.choice([10, 2_000_000]), zip=random.random() < 0.5)
        options["pnginfo"] = info
    try:
        image.save(buffer, kind, **options)
    except (OSError, ValueError, KeyError, SystemError):
        image.convert("RGB").save(buffer, "PNG")
    return _damaged(random, buffer.getvalue())


def _damaged(random: Random, data: bytes) -> bytes:
    how = random.random()
    if how < 0.05:
        return b""
    if how < 0.1:
        return data[: random.randint(1, len(data))]
    if how < 0.15:
        return random.choice([b"no picture", b"\0" * 40, b"<svg/>", data[::-1]])
    return data


def make_folder(random: Random, root: Path) -> None:
    """An odd folder below `root`."""
    names = [_place(random) for _ in range(random.randint(0, 8))]
    images = [f"{name}{random.choice(list(FORMATS))}" for name in names]
    for image in images:
        _write(root / image, draw(random, "." + image.rpartition(".")[2]))
        if random.random() < 0.3:
            beside = random.choice([".txt", ".caption", ".json", ".xml"])
            _write(
                root / (image.rpartition(".")[0] + beside), _words(random).encode(random.choice(["utf-8", "utf-16"]))
            )
    for make in random.sample(MAKERS, random.randint(0, 4)):
        make(random, root, images)


def _place(random: Random) -> str:
    name = random.choice(WORDS) + random.choice(["", "", str(random.randint(0, 20))])
    folder = random.choice(FOLDERS)
    path = f"{folder}/{name}" if folder else name
    return unicodedata.normalize(random.choice(["NFC", "NFD"]), path)


def _words(random: Random) -> str:
    return random.choice(["a red house", "", "0 0.5 0.5 0.1 0.1", '{"caption": "x"}', "[1]", "two\nlines", '{"a": {}}'])


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except (FileExistsError, NotADirectoryError, IsADirectoryError):
        return


def _as_written(random: Random, image: str) -> str:
    """The name of an image as somebody might write it in a table."""
    stem = image.rpartition(".")[0]
    ways = [image, stem, image.rpartition("/")[2], stem.rpartition("/")[2], image.replace("/", "\\"), "./" + image]
    ways += [
        image.upper(),
        unicodedata.normalize("NFC", image),
        "/data/x/" + image,
        "",
        "none.png",
        "../" + image,
        "a\0b",
    ]
    return random.choice(ways)


def _table(random: Random, root: Path, images: list[str]) -> None:
    column = random.choice(["file_name", "file_name", "image", "id", "name", "label"])
    rows = [_as_written(random, image) for image in images for _ in range(random.choice([1, 1, 2]))]
    values = [[name, random.choice(["a", "b", "", "long words in a row"]), str(random.randint(0, 9))] for name in rows]
    name = random.choice(
        ["metadata.csv", "labels.csv", "deep/metadata.csv", "train.csv", "metadata.tsv", "annotations/x.csv"]
    )
    comma = "\t" if name.endswith("tsv") else ","
    lines = [
        comma.join(f'"{cell}"' for cell in row) for row in [[column, random.choice(["caption", "tag"]), "n"], *values]
    ]
    _write(root / name, _damaged(random, "\n".join(lines).encode()))


def _json_lines(random: Random, root: Path, images: list[str]) -> None:
    rows = [{"file_name": _as_written(random, image), "text": random.choice(["x", None, 3, ["a"]])} for image in images]
    _write(root / "metadata.jsonl", "\n".join(map(json.dumps, rows)).encode())


def _coco(random: Random, root: Path, images: list[str]) -> None:
    listed = [
        {"id": random.choice([n, str(n), None]), "file_name": _as_written(random, name)}
        for n, name in enumerate(images)
    ]
    boxes: list[dict[str, Any]] = [
        {"image_id": random.randint(0, 9), "category_id": random.choice([1, 2, None, [1]])} for _ in range(5)
    ]
    boxes[0] |= {"bbox": random.choice([[1, 2, 3, 4], [1], "x", None]), "caption": random.choice(["words", 3])}
    values = {"images": listed, "annotations": boxes, "categories": [{"id": 1, "name": "cat"}, 7]}
    _write(root / "annotations" / "instances.json", _damaged(random, json.dumps(values).encode()))


def _fiftyone(random: Random, root: Path, images: list[str]) -> None:
    found = {"detections": [{"label": random.choice(["cat", 1, None]), "bounding_box": [0, 0, 1, 1]}, "odd"]}
    samples = [{"filepath": _as_written(random, name), "tags": ["t"], "found": found} for name in images]
    by_name = {"classes": ["a"], "labels": {name: random.choice([0, "a", None, [], [{"label": 0}]]) for name in images}}
    _write(root / "samples.json", json.dumps(random.choice([{"samples": samples}, by_name])).encode())


def _others(random: Random, root: Path, images: list[str]) -> None:
    for number in range(random.randint(1, 4)):
        _write(root / random.choice(FOLDERS) / f"file{number}{random.choice(OTHERS)}", b"x")


def _litter(random: Random, root: Path, images: list[str]) -> None:
    _write(root / random.choice(["", "images"]) / random.choice(LITTER) / "a.png", draw(random, ".png"))
    _write(root / random.choice(["Thumbs.db", ".DS_Store", "images/desktop.ini", "._x.png"]), b"x")


def _links(random: Random, root: Path, images: list[str]) -> None:
    outside = root.parent / "store"
    _write(outside / "x.png", draw(random, ".png"))
    target = random.choice([outside, root, root / "images", root.parent, root / "missing", outside / "x.png"])
    link = root / random.choice(["link", "link.png", "images/link", "metadata.csv"])
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.exists() and not link.is_symlink():
        link.symlink_to(target)


def _shards(random: Random, root: Path, images: list[str]) -> None:
    for number in range(2):
        columns = random.choice(["text,n", "text,n", "text,m"])
        _write(
            root / "data" / f"{random.choice(['train', 'test'])}-{number}.csv",
            f"{columns}\nsome words,{number}\n".encode(),
        )


def _projector(random: Random, root: Path, images: list[str]) -> None:
    rows = "\n".join("\t".join(str(random.random()) for _ in range(4)) for _ in range(5))
    _write(root / "vectors.tsv", rows.encode())
    _write(root / "metadata.tsv", "\n".join("abcdef"[: random.choice([4, 5, 6])]).encode())


def _names(random: Random, root: Path, images: list[str]) -> None:
    folder = os.fsencode(root) + random.choice([b"", b"/caf\xe9"])
    os.makedirs(folder, exist_ok=True)
    with open(folder + b"/" + random.choice([b"\xff.png", b"t\xe9.csv", b"x.\xe9", b"new\nline.png"]), "wb") as file:
        file.write(b"x")


MAKERS: list[Callable[[Random, Path, list[str]], None]] = [
    *(_table, _table, _json_lines, _coco, _fiftyone, _others, _litter, _links, _shards, _projector, _names)
]


def lost_files(root: Path, ws: Workspace) -> list[str]:
    """Files below `root` that are neither an item, nor skipped, nor named by name, folder or ending in a note."""
    report = read_report(ws)
    notes = "\n".join(report.notes) if report else ""
    skipped = (ws.path / "skipped.csv").read_text(encoding="utf-8")
    known = set(ws.dataset().table.column("path").to_pylist())
    lost = []
    for parent, folders, names in os.walk(root):
        for name in (*names, *(one for one in folders if os.path.islink(os.path.join(parent, one)))):
            path = os.path.relpath(os.path.join(parent, name), root).encode("utf-8", "replace").decode()
            followed = any(one.startswith(f"{path}/") for one in known) or "linked folder" in notes and name in folders
            if path not in known and not followed and not _is_named(path, notes, skipped):
                lost.append(path)
    return lost


def _is_named(path: str, notes: str, skipped: str) -> bool:
    parts = path.split("/")
    if any(part in notes for part in parts[:-1] if part in LITTER) or parts[-1] in notes or path in skipped:
        return True
    if any("/".join(parts[:depth]) + "/," in skipped for depth in range(1, len(parts))):
        return True
    suffix = Path(path).suffix.lower()
    beside = suffix in (".txt", ".caption", ".json") and "beside the images" in notes
    return beside or f" {suffix or 'without an ending'}" in notes


def check(seed: int, folder: Path) -> tuple[str, str]:
    """Return (what came of the input: "items", "refused", "lost" or "raised"; details)."""
    random = Random(seed)
    root = folder / "in"
    root.mkdir()
    make_folder(random, root)
    try:
        source = _zipped(root) if random.random() < 0.15 else root
        ws = import_source(source, folder / "ws")
        for path in filter(None, ws.dataset().table.column("path").to_pylist()):
            _look_at(ws, path)
        export_bytes(ws, np.arange(len(ws.dataset())), random.choice(["zip", "csv", "jsonl", "parquet"]))
        lost = lost_files(root, ws) if source == root else []
        import_source(source, ws.path)
    except ExplorerError as error:
        return "refused", str(error)
    except Exception:
        return "raised", traceback.format_exc()
    return ("lost", ", ".join(lost)) if lost else ("items", str(len(ws.dataset())))


def _look_at(ws: Workspace, path: str) -> None:
    try:
        read_image(ws.image_path(path))
    except ExplorerError:
        return


def _zipped(root: Path) -> Path:
    path = root.parent / "in.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in root.rglob("*"):
            if file.is_file() and not file.is_symlink() and str(file).isprintable():
                archive.write(file, file.relative_to(root))
    return path


def main() -> int:
    """Check COUNT (500) inputs from SEED (0) on; the exit code is 1 when a file was lost or something was raised."""
    count, first = (int(value) for value in (*sys.argv[1:3], *("500", "0")[len(sys.argv) - 1 :]))
    outcomes: dict[str, int] = {}
    for seed in range(first, first + count):
        with tempfile.TemporaryDirectory() as folder:
            outcome, details = check(seed, Path(folder))
        outcomes[outcome] = outcomes.get(outcome, 0) + 1
        if outcome in ("lost", "raised"):
            print(f"seed {seed}: {outcome}: {details}")
    print(outcomes)
    return int(bool(outcomes.keys() & {"lost", "raised"}))


if __name__ == "__main__":
    sys.exit(main())
