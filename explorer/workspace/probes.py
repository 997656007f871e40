"""Texts that a person may type: everyday words, and the words that a collection brings along.

Recall of text queries is measured with them, and they are the background that answers to words are judged against.
"""

import re
from collections.abc import Iterable
from functools import cache
from itertools import chain, cycle

import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.dataset import TEXT, Dataset
from explorer.base.shipped import ASSETS

EVERYDAY = ASSETS / "everyday.txt"
EVERY = 3  # each third thing also stands with a look before it: "red cat"
MOST_VALUES, LONGEST = 1_000, 80
SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
LETTERS = re.compile(r"[^\W\d_]{2}")


@cache
def general_texts() -> tuple[str, ...]:
    """More than 1,200 distinct everyday things, things with a look ("red cat") and scenes, always in the same order."""
    sections: dict[str, list[str]] = {}
    for line in EVERYDAY.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            found = sections.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            found.append(line)
    things = [thing.strip() for line in sections["things"] for thing in line.split(",")]
    looks = cycle(look.strip() for line in sections["looks"] for look in line.split(","))
    with_looks = (f"{look} {thing}" for look, thing in zip(looks, things[::EVERY], strict=False))
    return tuple(dict.fromkeys(chain(things, with_looks, sections["scenes"])))


def own_texts(dataset: Dataset, most: int) -> tuple[str, ...]:
    """At most `most` distinct texts from a data set's own columns, spread evenly over each column.

    Values of columns with few different ones (labels, folders) come first, then the first sentences of captions and
    texts, cut at a word to 80 characters. Ids, paths, numbers and hashes are no words and are left out.
    """
    columns = [name for name in (*dataset.attributes, TEXT) if _is_text(dataset.table.schema.field(name).type)]
    values = [_values(dataset.table.column(name)) for name in columns]
    few = [found for found in values if len(found) <= MOST_VALUES]
    many = [found for found in values if len(found) > MOST_VALUES]
    short = tuple(dict.fromkeys(chain.from_iterable(_wordings(found) for found in few)))
    if len(short) >= most:
        return _spread(short, most)
    room = most - len(short)
    long = chain.from_iterable(_wordings(_spread(found, -(-room // len(many)))) for found in many)
    return tuple(dict.fromkeys((*short, *long)))[:most]


def _is_text(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind) or pa.types.is_list(kind) or pa.types.is_large_list(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _values(column: pa.ChunkedArray) -> tuple[str, ...]:
    """Distinct filled values of a column of texts or of lists of texts, in order of their first item."""
    if pa.types.is_list(column.type) or pa.types.is_large_list(column.type):
        column = pc.list_flatten(column)
    return tuple(value for value in column.unique().to_pylist() if value)


def _wordings(values: Iterable[str]) -> Iterable[str]:
    """The first sentence of each value, as a person would type it; values without a word are left out."""
    for value in values:
        text = " ".join(SENTENCE.split(value.replace("_", " ").strip(), maxsplit=1)[0].split())
        if len(text) > LONGEST:
            text = text[: LONGEST + 1].rsplit(" ", 1)[0][:LONGEST]
        if LETTERS.search(text):
            yield text


def _spread(values: tuple[str, ...], most: int) -> tuple[str, ...]:
    return tuple(values[place * len(values) // most] for place in range(most)) if len(values) > most else values
