"""Which column of a table is what: id, image path, text, vectors. Guessed, shown, and up to the user to change."""

from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.errors import InputError
from explorer.io.arrow_kinds import is_text
from explorer.io.images import IMAGE_SUFFIXES
from explorer.io.number_lists import holds_number_lists
from explorer.io.pictures import holds_pictures
from explorer.io.vector_guess import holds_vectors

ID_NAMES = ("id", "item_id", "uid", "uuid", "key", "_id")
IMAGE_NAMES = ("image", "image_path", "path", "file_name", "filename", "file", "filepath", "img", "photo", "picture")
TEXT_NAMES = (
    "text",
    "caption",
    "description",
    "title",
    "sentence",
    "content",
    "body",
    "review",
    "abstract",
    "prompt",
    "question",
    "document",
    "summary",
    "comment",
    "message",
    "name",
)
SAMPLE = 1000
IMAGE_PATTERN = r"(?i)(" + "|".join(sorted(suffix.replace(".", r"\.") for suffix in IMAGE_SUFFIXES)) + r")$"
WEB_PATTERN = r"(?i)^\s*[a-z][a-z0-9+.-]*://"


@dataclass(frozen=True)
class Columns:
    """The parts that columns play. None where no column plays it.

    As a wish of the user None leaves a part to be guessed, and "" says that no column plays it.

    id: unique names of the items; without it the image paths, else the row numbers.
    image: image paths, relative to the table's folder; or pictures themselves (bytes, or Hugging Face's {bytes, path}).
    text: the text of an item.
    vectors: list columns, columns of texts that hold lists of numbers, or names of .npy files beside the table.
    """

    id: str | None = None
    image: str | None = None
    text: str | None = None
    vectors: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """As plain values for a manifest."""
        return asdict(self) | {"vectors": list(self.vectors)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "Columns":
        """Back from `to_dict`."""
        return cls(values.get("id"), values.get("image"), values.get("text"), tuple(values.get("vectors", ())))


NOT_SAID = Columns()


def guess_columns(table: pa.Table, images: bool = True, given: Columns = NOT_SAID) -> Columns:
    """Guess from names first, then from the first 1,000 values; what is not found is None.

    images: False where the images are known from elsewhere. given: what the user said; it stands, "" becomes None.
    """
    head = table.slice(0, SAMPLE)
    taken = {given.id, given.image, given.text, *given.vectors}
    names = [name for name in table.column_names if name not in taken]
    vectors = tuple(name for name in names if holds_vectors(head.column(name), name))
    strings = [name for name in names if is_text(_kind(table, name))]
    paths = [name for name in strings if holds_image_paths(head.column(name))]
    pictures = [name for name in names if holds_pictures(head.column(name))]
    candidates = sorted(pictures + paths, key=lambda name: name.lower() in ID_NAMES)
    image = _first_named(candidates, IMAGE_NAMES) or next(iter(candidates), None) if images else None
    image = _said(given.image, image)
    naming = [name for name in names if name != image and name not in vectors and _can_name(_kind(table, name))]
    identity = _said(given.id, _first_named(naming, ID_NAMES))
    lists = {name for name in strings if holds_number_lists(head.column(name))}
    others = [name for name in strings if name not in {image, identity, *vectors, *paths, *lists}]
    text = _said(given.text, _first_named(others, TEXT_NAMES) or _wordiest(head, others))
    own = tuple(name for name in given.vectors if name) if given.vectors else vectors
    return Columns(identity, image, text, own)


def holds_web_pictures(column: pa.ChunkedArray) -> bool:
    """True when the texts are web addresses, most of them of images."""
    return is_text(column.type) and _share(column, WEB_PATTERN) and _share(column, IMAGE_PATTERN)


def holds_image_paths(column: pa.ChunkedArray) -> bool:
    """True when most of the filled texts end like images and are no web addresses."""
    return _share(column, IMAGE_PATTERN) and not _share(column, WEB_PATTERN)


def check_columns(columns: Columns, table: pa.Table, what: str) -> None:
    """Raise InputError when a named column is not in the table, or there is neither image, text nor vector column."""
    names = table.column_names
    shown = ", ".join(names[:20]) + (f" and {len(names) - 20} more" if len(names) > 20 else "")
    for part in ("id", "image", "text"):
        name = getattr(columns, part)
        if name is not None and name not in names:
            raise InputError(f"{what}: expected {part} to be one of the columns {shown}; got {name!r}.")
    for name in columns.vectors:
        if name not in names and not name.endswith(".npy"):
            raise InputError(f"{what}: expected vectors in one of the columns {shown}, or an .npy file; got {name!r}.")
    if columns.image is None and columns.text is None and not columns.vectors:
        raise InputError(f"{what}: expected a column of image paths or one of texts; say which of {shown} it is.")


def _kind(table: pa.Table, name: str) -> pa.DataType:
    return table.schema.field(name).type


def _can_name(kind: pa.DataType) -> bool:
    return bool(is_text(kind) or pa.types.is_integer(kind))


def _said(given: str | None, guess: str | None) -> str | None:
    return guess if given is None else given or None


def _first_named(names: list[str], wanted: tuple[str, ...]) -> str | None:
    by_name = {name.lower().replace(" ", "_"): name for name in reversed(names)}
    return next((by_name[name] for name in wanted if name in by_name), None)


def _filled(column: pa.ChunkedArray) -> pa.ChunkedArray:
    values = column.cast(pa.string())
    return values.filter(pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(values), ""), False))


def _share(column: pa.ChunkedArray, pattern: str) -> bool:
    filled = _filled(column)
    if not len(filled):
        return False
    return bool(pc.sum(pc.match_substring_regex(filled, pattern)).as_py() >= 0.8 * len(filled))


def _wordiest(head: pa.Table, names: list[str]) -> str | None:
    """The column with the most words a value, if it has at least three on average."""
    counts = {}
    for name in names:
        filled = _filled(head.column(name))
        counts[name] = pc.mean(pc.count_substring(filled, " ")).as_py() + 1 if len(filled) else 0
    best = max(counts, key=lambda name: counts[name], default=None)
    return best if best is not None and counts[best] >= 3 else None
