"""Which column of a table is what: id, image path, text, vectors. Guessed, shown, and up to the user to change."""

from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.errors import InputError
from explorer.io.images import IMAGE_SUFFIXES

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


@dataclass(frozen=True)
class Columns:
    """The parts that columns play. None where no column plays it.

    id: unique names of the items; without it the image paths, else the row numbers.
    image: image paths, relative to the table's folder; or pictures themselves (Hugging Face's {bytes, path}).
    text: the text of an item.
    vectors: list columns, columns of "[1, 2]" texts, or names of .npy files beside the table.
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


def guess_columns(table: pa.Table, images: bool = True) -> Columns:
    """Guess from names first, then from the first 1,000 values; what is not found is None.

    images: False where the images are known from elsewhere.
    """
    head = table.slice(0, SAMPLE)
    strings = [field.name for field in table.schema if _is_text(field.type)]
    vectors = tuple(name for name in table.column_names if _holds_vectors(head.column(name)))
    pictures = [field.name for field in table.schema if is_picture_type(field.type)]
    paths = [name for name in strings if _holds_image_paths(head.column(name))]
    candidates = sorted(pictures + paths, key=lambda name: name.lower() in ID_NAMES)
    image = _first_named(candidates, IMAGE_NAMES) or next(iter(candidates), None) if images else None
    identity = _first_named([name for name in table.column_names if name != image], ID_NAMES)
    others = [name for name in strings if name not in (image, identity, *vectors, *paths)]
    text = _first_named(others, TEXT_NAMES) or _wordiest(head, others)
    return Columns(identity, image, text, vectors)


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


def is_picture_type(kind: pa.DataType) -> bool:
    """True for Hugging Face's struct of `bytes` and `path`."""
    return bool(pa.types.is_struct(kind)) and {"bytes", "path"} <= {field.name for field in kind}


def is_vector_type(kind: pa.DataType) -> bool:
    """True for lists of numbers."""
    lists = pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_fixed_size_list(kind)
    return bool(lists) and bool(pa.types.is_floating(kind.value_type) or pa.types.is_integer(kind.value_type))


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind))


def _first_named(names: list[str], wanted: tuple[str, ...]) -> str | None:
    by_name = {name.lower().replace(" ", "_"): name for name in reversed(names)}
    return next((by_name[name] for name in wanted if name in by_name), None)


def _filled(column: pa.ChunkedArray) -> pa.ChunkedArray:
    values = column.cast(pa.string())
    return values.filter(pc.fill_null(pc.not_equal(pc.utf8_trim_whitespace(values), ""), False))


def _holds_image_paths(column: pa.ChunkedArray) -> bool:
    filled = _filled(column)
    if not len(filled):
        return False
    return bool(pc.sum(pc.match_substring_regex(filled, IMAGE_PATTERN)).as_py() >= 0.8 * len(filled))


def _holds_vectors(column: pa.ChunkedArray) -> bool:
    if is_vector_type(column.type):
        lengths = pc.list_value_length(column).drop_null()
        return len(lengths) > 0 and pc.min(lengths).as_py() >= 2
    if not _is_text(column.type):
        return False
    filled = _filled(column)
    return len(filled) > 0 and pc.all(pc.match_substring_regex(filled, r"^\s*\[[-+0-9.eE,\s]+\]\s*$")).as_py() is True


def _wordiest(head: pa.Table, names: list[str]) -> str | None:
    """The column with the most words a value, if it has at least three on average."""
    counts = {}
    for name in names:
        filled = _filled(head.column(name))
        counts[name] = pc.mean(pc.count_substring(filled, " ")).as_py() + 1 if len(filled) else 0
    best = max(counts, key=lambda name: counts[name], default=None)
    return best if best is not None and counts[best] >= 3 else None
