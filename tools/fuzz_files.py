"""Good files damaged by chance: `python tools/fuzz_files.py [COUNT] [FIRST]`; `make fuzz` runs 3,000.

A small zip, table, file of vectors or picture gets bytes flipped, cut out, put in or doubled. It is looked at and
imported; what comes is items or a message for people, and what was imported can be shown and written again.
"""

import gzip
import io
import json
import sys
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image

from explorer.base.errors import ExplorerError
from explorer.io.export import export_bytes
from explorer.io.preview import preview
from explorer.io.thumbnails import thumbnail
from explorer.workspace.importing import import_source
from tools.fuzz_loop import try_seeds

PICTURES = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF", "tif": "TIFF", "bmp": "BMP", "avif": "AVIF"}
PICTURES |= {"jp2": "JPEG2000", "pgm": "PPM"}
NOT_YET_A_HEADER = 600  # bytes at the start and the end of a file in which damage does most
Make = Callable[[Path, Random], Path]


def _table(random: Random) -> pa.Table:
    count = random.randint(2, 9)
    columns = {
        "id": [f"i{row}" for row in range(count)],
        "text": [random.choice(["a red house", "naïve “quotes”", "日本", "", "x,y;z"]) for _ in range(count)],
        "image": [f"{row % 2}.png" for row in range(count)],
        "score": [random.choice([1.5, -3.0, None, 1e300]) for _ in range(count)],
        "when": pa.array([random.randint(-(10**9), 10**10) for _ in range(count)]).cast(pa.timestamp("s")),
        "tags": [random.choice([["a"], [], None, ["b", "c"]]) for _ in range(count)],
        "emb": [[random.random() for _ in range(6)] for _ in range(count)],
    }
    return pa.table({name: columns[name] for name in columns if name == "text" or random.random() < 0.6})


def _records(random: Random) -> list[dict[str, Any]]:
    return [json.loads(json.dumps(row, default=str)) for row in _table(random).to_pylist()]


def _picture(random: Random, kind: str) -> bytes:
    pixels = np.random.default_rng(random.randint(0, 1 << 30)).integers(0, 256, (9, 12, 3), dtype=np.uint8)
    mode = (
        "L"
        if kind == "PPM"
        else random.choice(["RGB", "RGB", "L", "P", "RGBA"] if kind in ("PNG", "TIFF") else ["RGB"])
    )
    buffer = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(buffer, kind)
    return buffer.getvalue()


def make_csv(folder: Path, random: Random) -> Path:
    """A CSV or TSV, now and then packed."""
    rows = _records(random)
    mark = random.choice([",", ";", "\t"])
    cells = [
        list(rows[0]),
        *([json.dumps(one) if isinstance(one, list) else one for one in row.values()] for row in rows),
    ]
    text = "\n".join(mark.join('"' + str(cell).replace('"', '""') + '"' for cell in row) for row in cells)
    return _packed(folder / ("t.tsv" if mark == "\t" else "t.csv"), text.encode(), random)


def make_json(folder: Path, random: Random) -> Path:
    """JSON, a line an object or all in one."""
    rows = _records(random)
    lines = random.random() < 0.6
    text = "\n".join(map(json.dumps, rows)) if lines else json.dumps(rows)
    return _packed(folder / ("t.jsonl" if lines else "t.json"), text.encode(), random)


def make_parquet(folder: Path, random: Random) -> Path:
    """A Parquet file."""
    pq.write_table(_table(random), folder / "t.parquet", compression=random.choice(["none", "snappy", "zstd"]))
    return folder / "t.parquet"


def make_npy(folder: Path, random: Random) -> Path:
    """Vectors beside a table."""
    (folder / "t.csv").write_text("id,text\n" + "\n".join(f"{row},word {row}" for row in range(4)), encoding="utf-8")
    np.save(folder / "t.npy", np.ones((4, 3), random.choice([np.float32, np.float64, np.int16])))
    return folder / "t.npy"


def make_zip(folder: Path, random: Random) -> Path:
    """A zip of pictures and a table."""
    how = random.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
    with zipfile.ZipFile(folder / "t.zip", "w", how) as archive:
        for number in range(random.randint(1, 3)):
            archive.writestr(f"deep/{number}.png", _picture(random, "PNG"))
        archive.writestr("metadata.csv", "file_name,text\ndeep/0.png,words\n")
    return folder / "t.zip"


def make_picture(folder: Path, random: Random) -> Path:
    """A picture beside another."""
    ending, kind = random.choice(list(PICTURES.items()))
    (folder / f"t.{ending}").write_bytes(_picture(random, kind))
    (folder / "whole.png").write_bytes(_picture(random, "PNG"))
    return folder / f"t.{ending}"


def make_label(folder: Path, random: Random) -> Path:
    """Labels of the COCO kind, or JSON beside a picture."""
    (folder / "t.png").write_bytes(_picture(random, "PNG"))
    boxes = [{"image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}]
    coco = {"images": [{"id": 1, "file_name": "t.png"}], "annotations": boxes, "categories": [{"id": 1, "name": "cat"}]}
    beside = {"caption": "words", "shapes": [{"label": "cat", "points": [[1, 2], [3, 4]]}]}
    name, value = random.choice([("labels.json", coco), ("t.json", beside)])
    (folder / name).write_text(json.dumps(value), encoding="utf-8")
    return folder / name


def _packed(path: Path, data: bytes, random: Random) -> Path:
    if random.random() < 0.15:
        path, data = path.with_name(path.name + ".gz"), gzip.compress(data)
    path.write_bytes(data)
    return path


MAKERS: tuple[Make, ...] = (make_csv, make_json, make_parquet, make_npy, make_zip, make_picture, make_label)
WHOLE = ("npy", "json", *PICTURES)  # files that are imported with the folder around them


def damaged(data: bytes, random: Random) -> bytes:
    """The bytes with one to six of them, or of their stretches, changed."""
    found = bytearray(data)
    for _ in range(random.choice([1, 1, 2, 3, 6])):
        place, length = _place(len(found), random), random.choice([1, 1, 2, 4, 16, 100])
        part = bytes(found[place : place + length])
        found[place : place + length] = random.choice(
            [
                bytes(one ^ (1 << random.randrange(8)) for one in part),
                random.randbytes(len(part)),
                b"",
                part + random.randbytes(length),
                part * random.choice([2, 50]),
                random.choice([b"\x00", b"\xff", b"\n", b'"', b"[", b"\\ud800", b"9" * 30, b","]) * length,
            ]
        )
    return bytes(found[: _place(len(found), random)] if random.random() < 0.1 else found)


def _place(length: int, random: Random) -> int:
    if random.random() < 0.6:
        near = min(length, NOT_YET_A_HEADER)
        return random.randrange(near + 1) if random.random() < 0.5 else length - random.randrange(near + 1)
    return random.randrange(length + 1)


def fault_of(seed: int, folder: Path) -> str:
    """What went wrong with the file of this seed, "" for items or a message."""
    random = Random(seed)
    root = folder / "in"
    root.mkdir()
    for name in ("0.png", "1.png") if random.random() < 0.3 else ():
        (root / name).write_bytes(_picture(random, "PNG"))
    path = random.choice(MAKERS)(root, random)
    path.write_bytes(damaged(path.read_bytes(), random))
    source = root if path.name.rpartition(".")[2] in WHOLE and path.name != "t.json" else path
    try:
        _used(source, folder / "ws", random)
    except ExplorerError:
        return ""
    except Exception:  # the very thing that is looked for
        return f"{path.name}: {traceback.format_exc()}"
    return ""


def _used(source: Path, target: Path, random: Random) -> None:
    """Look at the source, import it, show every item, write all, and import it again."""
    preview(source)
    ws = import_source(source, target)
    dataset = ws.dataset()
    dataset.table.to_pylist()
    for row in range(len(dataset)):
        try:
            thumbnail(ws, row, 64)
        except ExplorerError:
            continue
    export_bytes(ws, np.arange(len(dataset)), random.choice(["csv", "jsonl", "parquet"]))
    import_source(source, target)


def main(count: int = 3000, first: int = 0) -> int:
    """Try `count` seeds from `first` on; 1 when there is any fault."""
    return try_seeds(fault_of, count, first)


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
