"""What a query in words names: values of attributes, folders, files and captions that hold its words."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.arrays import Rows
from explorer.base.dataset import PATH, TEXT
from explorer.base.memory import remembered
from explorer.search.filters import Filter, file_stems, mask
from explorer.search.query import QueryPart
from explorer.search.wording import described, forms, words_of, words_pattern
from explorer.workspace.opened import Opened

FEW = 1_000  # columns of at most so many different values have names; others hold captions
SHOWN, MOST = 3, 4  # values named in a sentence, columns told about
LEAST_LETTERS = 3


@dataclass(frozen=True)
class Named:
    """Items that a query names in one column, and the filter that keeps them.

    values: the different values that hold the words, those of most items first; () for captions, texts and file names.
    """

    column: str
    items: int
    words: str
    values: tuple[str, ...]
    keeps: Filter

    @property
    def sentence(self) -> str:
        """What was found, for people: "45 items have label pigeon"."""
        who = "1 item" if self.items == 1 else f"{self.items:,} items"
        has, hold = ("has", "holds") if self.items == 1 else ("have", "hold")
        if not self.values:
            where = {PATH: "file name", TEXT: "text"}.get(self.column, self.column)
            return f"{who} {hold} “{self.words}” in the {where}"
        more = len(self.values) - SHOWN
        return f"{who} {has} {self.column} {', '.join(self.values[:SHOWN])}" + (f" and {more} more" if more > 0 else "")


@dataclass(frozen=True)
class _Column:
    """Different values of a column, the words of each where they are few, and how many items have each.

    lists: an item may have several values.
    """

    values: pa.Array
    folded: pa.Array
    words: tuple[tuple[str, ...], ...]
    items: Rows
    lists: bool


@remembered(128, also="tags")
def named(opened: Opened, parts: tuple[QueryPart, ...]) -> tuple[Named, ...]:
    """What the texts of a query name, at most four columns, attributes before file names and texts.

    All words of a text have to stand in a value, one after the other, whole, in singular or plural. Where no column
    holds them all, values that stand whole in the text count: "carton of milk" names the value "milk".
    """
    texts = [described(part.value) for part in parts if part.kind == "text" and part.weight > 0]
    found: list[Named] = []
    for text in texts:
        if max(map(len, words_of(text)), default=0) >= LEAST_LETTERS:
            found += _holding(opened, text) or _standing_in(opened, text)
    # Two columns with the same names for as many items, such as a fine and a coarse label, say the same.
    told = {(one.items, words_of(" ".join(one.values)) or one.column): one for one in reversed(found)}
    return tuple(one for one in found if one in told.values())[:MOST]


def _holding(opened: Opened, text: str) -> list[Named]:
    """Columns with values that hold all words of a text."""
    pattern, stem = words_pattern(text), _stem(text)
    found = []
    for name in (*opened.tagged.attributes, PATH, TEXT):
        column = _column_of(opened, name)
        if column is None:
            continue
        likely = np.flatnonzero(pc.match_substring(column.folded, stem).to_numpy(zero_copy_only=False))
        hits = pc.match_substring_regex(column.folded.take(pa.array(likely)), pattern)
        kept = likely[hits.to_numpy(zero_copy_only=False).astype(bool)]
        if len(kept):
            found.append(_named(opened, name, column, kept=kept, text=" ".join(text.split())))
    return found


def _standing_in(opened: Opened, text: str) -> list[Named]:
    """Columns of names with values that stand whole in a text."""
    wanted = [set(forms(word)) for word in words_of(text)]
    found = []
    for name in opened.tagged.attributes:
        column = _column_of(opened, name)
        if column is not None and column.words:
            kept = [place for place, words in enumerate(column.words) if _stands_in(words, wanted)]
            if kept:
                found.append(_named(opened, name, column, kept=np.array(kept), text=text))
    return found


def _stands_in(words: tuple[str, ...], wanted: list[set[str]]) -> bool:
    if not words or max(map(len, words)) < LEAST_LETTERS:
        return False
    starts = range(len(wanted) - len(words) + 1)
    return any(all(forms(word)[0] in wanted[at + i] for i, word in enumerate(words)) for at in starts)


def _named(opened: Opened, name: str, column: _Column, *, kept: Rows, text: str) -> Named:
    order = kept[np.argsort(-column.items[kept], kind="stable")]
    values = tuple(column.values.take(pa.array(order)).to_pylist()) if column.words else ()
    if values:
        keeps = Filter(column=name, kind="values", values=values)
    else:
        keeps = Filter(column=name, kind="words", text=text)
    items = mask(opened.tagged, [keeps]) if column.lists else column.items[kept]
    return Named(name, int(items.sum()), text, values, keeps)


def _stem(text: str) -> str:
    """The longest start of a word that all forms of it share, of the longest word."""
    word = max(words_of(text), key=len)
    single = forms(word)[0]
    return single[:-1] if single.endswith("y") else single


def _column_of(opened: Opened, name: str) -> _Column | None:
    """What of a column can be named; None when it holds no texts. A new tag changes no other column."""
    return _column(opened, name, opened.tags if name == opened.tag_column else 0)


@remembered(200)
def _column(opened: Opened, name: str, tags: int) -> _Column | None:
    column = opened.tagged.table.column(name)
    lists = bool(pa.types.is_list(column.type) or pa.types.is_large_list(column.type))
    column = pc.list_flatten(column) if lists else column
    column = column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return None
    counts = pc.value_counts(file_stems(column) if name == PATH else column)
    values, items = counts.field("values"), counts.field("counts").to_numpy(zero_copy_only=False)
    filled = pc.fill_null(pc.not_equal(values, ""), False)
    values, items = values.filter(filled), items[filled.to_numpy(zero_copy_only=False).astype(bool)]
    names = name not in (PATH, TEXT) and len(values) <= FEW
    words = tuple(words_of(value) for value in values.to_pylist()) if names else ()
    return _Column(values, pc.utf8_lower(values), words, items.astype(np.int64), lists)
