"""A folder for TensorBoard's projector: projector_config.pbtxt, vectors as .tsv, metadata.tsv.

`tensorboard --logdir FOLDER` opens it. Where items have pictures, sprite.png holds them small. A comment in the
configuration says what the columns of metadata.tsv are, which knows texts alone; it is written and read with care for
tabs and line breaks.
"""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa

from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.io.columns import NOT_SAID, Columns
from explorer.io.formats.columns import short_name, with_tags
from explorer.io.formats.contract import Format, Outgoing
from explorer.io.formats.kinds import Kinds, column_of, kinds_of, texts_of
from explorer.io.formats.projector_config import CONFIG, Embedding, config_text, read_config
from explorer.io.formats.sprites import cut_sprite, draw_sprite, side_of
from explorer.io.formats.staged import staged_items
from explorer.io.incoming import Incoming, Place
from explorer.io.paths import is_file_below, may_be_read
from explorer.io.projector import known_columns, read_matrix, read_metadata
from explorer.io.readable import check_table_size
from explorer.io.scan import ARRAY
from explorer.io.table_file import Beside, TableFile, unique_name
from explorer.io.text import counted, read_utf8

METADATA, SPRITE = "metadata.tsv", "sprite.png"
IMAGE, ID, TEXT = "image", "id", "text"
ESCAPES = (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r"))
PLAIN = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}


def recognise(path: Path) -> bool:
    """A folder with a projector_config.pbtxt."""
    return (path / CONFIG).is_file() and may_be_read(path / CONFIG)


def read(place: Place, columns: Columns | None, progress: Progress) -> Incoming:
    """Read the first embedding of the configuration with its metadata, and further ones of the same items.

    Raises InputError when the files it names are not there, or do not have a line an item.
    """
    config = read_config(place.source / CONFIG)
    first = config.embeddings[0]
    own = [one for one in config.embeddings if _same_items(place.source, one, first)]
    vectors = {one.name: read_matrix(_inside(place.source, one.tensors)) for one in own}
    count = len(vectors[first.name])
    check_table_size(count, 1, place.source.name)
    notes = [
        f"{name}: left out, it has {counted(len(held), 'vector')}."
        for name, held in vectors.items()
        if len(held) != count
    ]
    if others := len(config.embeddings) - len(own):
        notes.append(f"{counted(others, 'embedding')} of other items left out: bring them in a folder of their own.")
    table, known = _described(place.source, first, count, config.kinds)
    image = ""
    if first.sprite:
        image = unique_name(IMAGE, table.column_names)
        paths = cut_sprite(_inside(place.source, first.sprite), first.side, count, place.staging)
        table = table.append_column(image, pa.array(paths, pa.string()))
    beside = {f"{name}{ARRAY}": _beside(held) for name, held in vectors.items() if len(held) == count}
    file = TableFile(table, tuple(notes), beside=beside)
    return staged_items("projector", file, _said(columns, known, image, place), place, progress)


def write(items: Outgoing, target: Path, progress: Progress) -> list[str]:
    """Write a .tsv for each of the vectors, metadata.tsv, sprite.png, and the configuration that names them.

    Items without a vector get zeros. InputError when there are no vectors at all.
    """
    if not items.vectors:
        raise InputError("TensorBoard's projector shows vectors, and there are none yet: run explorer prepare first.")
    target.mkdir(parents=True, exist_ok=True)
    progress.start("Writing", len(items.vectors))
    table = with_tags(items)
    _write_metadata(table, target / METADATA)
    side = side_of(len(items)) if any(items.files) else 0
    if side:
        draw_sprite(items.files, side).save(target / SPRITE)
    embeddings: list[Embedding] = []
    for done, (name, values) in enumerate(items.vectors.items(), start=1):
        short = unique_name(short_name(name), [one.name for one in embeddings])
        _write_matrix(values, target / f"{short}.tsv")
        embeddings.append(Embedding(short, f"{short}.tsv", METADATA, SPRITE if side else "", (side, side)))
        progress.advance(done)
    progress.finish()
    (target / CONFIG).write_text(config_text(embeddings, kinds_of(table)), encoding="utf-8")
    return []


def _same_items(folder: Path, one: Embedding, other: Embedding) -> bool:
    """Whether two embeddings are described by the same lines; PyTorch writes them once for each."""
    if one.metadata == other.metadata or not (one.metadata and other.metadata):
        return one.metadata == other.metadata
    return _inside(folder, one.metadata).read_bytes() == _inside(folder, other.metadata).read_bytes()


def _said(columns: Columns | None, known: Columns, image: str, place: Place) -> Columns:
    """What the user said, with what the format knows; of an update what the last import took stays."""
    said = columns or NOT_SAID
    if place.before is None:
        own = {part: getattr(known, part) for part in (ID, TEXT) if getattr(said, part) is None}
        said = replace(said, **own)
    return replace(said, image=said.image if said.image is not None else image)


def _described(folder: Path, one: Embedding, count: int, kinds: Kinds) -> tuple[pa.Table, Columns]:
    """(The metadata, which column is what)."""
    if not one.metadata:
        return pa.table({"item": pa.array(np.arange(1, count + 1))}), Columns(id="item", text="")
    path = _inside(folder, one.metadata)
    if not kinds:
        table = read_metadata(path, count).table
        return table, Columns(text=known_columns(table).text)
    lines = read_utf8(path)[0].decode().removesuffix("\n").split("\n")
    if len(lines) != count + 1:
        raise InputError(f"{path.name}: expected a header and {counted(count, 'line')}, got {len(lines):,} lines.")
    rows = [line.split("\t") for line in lines]
    columns = {_unescaped(name): [row[place : place + 1] for row in rows[1:]] for place, name in enumerate(rows[0])}
    texts = {name: pa.chunked_array([[_unescaped("".join(one)) for one in held]]) for name, held in columns.items()}
    table = pa.table({name: column_of(held, kinds.get(name, "text")) for name, held in texts.items()})
    return table, Columns(id=ID if ID in kinds else None, text=TEXT if TEXT in kinds else "")


def _write_metadata(table: pa.Table, path: Path) -> None:
    """A header and a line an item; one column alone has no header where another program reads it, so there are two."""
    columns = [[name, *texts_of(column)] for name, column in zip(table.column_names, table.columns, strict=True)]
    columns += [["item", *map(str, range(1, len(table) + 1))]] * (len(columns) == 1)
    lines = ["\t".join(map(_escaped, row)) for row in zip(*columns, strict=True)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _write_matrix(values: Floats, path: Path) -> None:
    with path.open("w", encoding="ascii") as file:
        for row in np.nan_to_num(values, nan=0.0):
            file.write("\t".join(map(repr, row.astype(np.float32).tolist())) + "\n")


def _beside(values: Floats) -> Beside:
    """The vectors; zeros stand for none."""
    return Beside(values, np.asarray(values.any(axis=1)))


def _escaped(text: str) -> str:
    for plain, written in ESCAPES:
        text = text.replace(plain, written)
    return text


def _unescaped(text: str) -> str:
    return re.sub(r"\\[\\tnr]", lambda found: PLAIN[found[0]], text)


def _inside(folder: Path, name: str) -> Path:
    """A file of the folder; InputError when it leads elsewhere or is not there."""
    path = folder / name
    if not is_file_below(folder, path):
        raise InputError(
            f"{folder.name}: expected the file {name[:80]!r} of {CONFIG} inside the folder; it is not there."
        )
    return path


FORMAT = Format(
    name="projector",
    title="TensorBoard projector",
    ending="",
    keeps=frozenset({"ids", "texts", "labels", "tags", "vectors", "splits", "boxes"}),
    write=write,
    recognise=recognise,
    read=read,
)
