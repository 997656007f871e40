"""Relational similarity of a workspace: which captions, heads and relational vectors there are."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from explorer.base.dataset import HASH, ID, PATH, TEXT, Dataset
from explorer.base.errors import InputError
from explorer.base.progress import Progress, Silent
from explorer.features.relational.anonymise import Anonymous, anonymise, read_lexicon
from explorer.heads.head import list_heads
from explorer.workspace.folder import Workspace

if TYPE_CHECKING:
    from explorer.base.arrays import Rows

PREFIX, KIND = "relational:", "relational"
ANONYMOUS, LEFTOVERS = "anonymous_caption", "leftovers"
LEAST_WORDS, LOOKED_AT = 3, 2000
Writer = Callable[[list[str], Progress], list[Anonymous]]


@dataclass(frozen=True)
class Relations:
    """What there is for one model in a workspace.

    base: the model below the head. heads: names of the relational heads for it. ready: those whose vectors are there.
    anonymous: columns with anonymous captions; captions: columns with plain ones.
    """

    base: str
    heads: tuple[str, ...]
    ready: tuple[str, ...]
    anonymous: tuple[str, ...]
    captions: tuple[str, ...]


def relations_of(ws: Workspace, dataset: Dataset, spec: str) -> Relations:
    """What a page can show for the model `spec`, which may be a relational one itself."""
    base = base_of(spec)
    heads = tuple(list_heads(KIND, base))
    made = set(ws.encoders())
    ready = tuple(name for name in heads if PREFIX + name in made)
    return Relations(base, heads, ready, tuple(anonymous_columns(dataset)), tuple(caption_columns(dataset)))


def base_of(spec: str) -> str:
    """The model below a relational one; any other spec as it is."""
    if not spec.startswith(PREFIX):
        return spec
    from explorer.heads.head import read_head

    return read_head(spec.removeprefix(PREFIX)).encoder


def anonymous_columns(dataset: Dataset) -> list[str]:
    """Columns of which most values hold a {slot}."""
    return [name for name in _text_columns(dataset) if _share(dataset, name, r"\{[^{}]+\}") > 0.5]


def caption_columns(dataset: Dataset) -> list[str]:
    """Columns of which most values are at least three words without a {slot}, and not always the same ones."""
    found = []
    for name in _text_columns(dataset):
        plain = name != LEFTOVERS and _share(dataset, name, r"\{[^{}]+\}") <= 0.5
        if plain and _various(dataset, name) and _share(dataset, name, r"\S\s+\S+\s+\S") > 0.5:
            found.append(name)
    return found


def _text_columns(dataset: Dataset) -> list[str]:
    kinds = {field.name: field.type for field in dataset.table.schema}
    skip = (ID, PATH, HASH)
    return [name for name, kind in kinds.items() if name not in skip and _is_text(kind)]


def _is_text(kind: Any) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _share(dataset: Dataset, name: str, pattern: str) -> float:
    """Share of the filled values among the first 2,000 that match."""
    values = dataset.table.column(name).slice(0, LOOKED_AT).cast(pa.string())
    values = values.filter(pc.and_(pc.is_valid(values), pc.not_equal(values, "")))
    return float(pc.mean(pc.match_substring_regex(values, pattern)).as_py() or 0.0) if len(values) else 0.0


def _various(dataset: Dataset, name: str) -> bool:
    """Whether a column says different things of its items: a licence or a source does not."""
    values = dataset.table.column(name).slice(0, LOOKED_AT).cast(pa.string())
    return bool(pc.count_distinct(values).as_py() >= min(10, max(2, len(values) // 4)))


def texts_of(dataset: Dataset, column: str) -> list[str]:
    """The texts of a column, "" where there is none; InputError that lists the columns of text otherwise."""
    known = _text_columns(dataset)
    if column not in known:
        raise InputError(f"Expected a column of texts, one of {', '.join(known) or 'none here'}; got {column!r}.")
    return [value or "" for value in dataset.table.column(column).cast(pa.string()).to_pylist()]


@dataclass(frozen=True)
class AnonymisedReport:
    """Counts of items. clean: without leftovers; words: the most frequent leftovers with their counts."""

    items: int
    empty: int
    clean: int
    words: tuple[tuple[str, int], ...]

    @property
    def sentence(self) -> str:
        """What was done, and what is to be looked at."""
        text = f"{self.items:,} captions made anonymous; {self.clean:,} without leftovers"
        text += f", {self.empty:,} items have no caption." if self.empty else "."
        if self.words:
            shown = ", ".join(f"{word} ({count:,})" for word, count in self.words)
            text += f" Words that may still name something: {shown}; see the column “{LEFTOVERS}”."
        return text


def by_rules(texts: list[str], progress: Progress) -> list[Anonymous]:
    """Anonymous captions by the rules and the word list."""
    lexicon, found = read_lexicon(), []
    progress.start("Making captions anonymous", len(texts))
    for done, text in enumerate(texts, 1):
        found.append(anonymise(text, lexicon))
        progress.advance(done)
    progress.finish()
    return found


def anonymise_column(
    ws: Workspace, column: str, writer: Writer = by_rules, progress: Progress | None = None
) -> AnonymisedReport:
    """Write the columns `anonymous_caption` and `leftovers` from the captions in `column`.

    Equal captions are worked on once. The items' vectors stay valid. Raises InputError when the column is none of text
    or holds no caption, WorkspaceError when another process writes.
    """
    with ws.lock():
        dataset = ws.dataset()
        texts = [text.strip() for text in texts_of(dataset, column)]
        different = list(dict.fromkeys(text for text in texts if text))
        if not different:
            raise InputError(f"The column {column!r} holds no captions: all of its {len(texts):,} values are empty.")
        done = dict(zip(different, writer(different, progress or Silent()), strict=True))
        nothing = Anonymous("", ())
        found = [done.get(text, nothing) for text in texts]
        table = dataset.table
        for name, values in ((ANONYMOUS, [one.text for one in found]), (LEFTOVERS, [_list(one) for one in found])):
            table = table.drop_columns([name]) if name in table.column_names else table
            table = table.append_column(name, pa.array(values, pa.string()))
        ws.replace_dataset(Dataset(table.combine_chunks()))
    return _report(found, texts)


def _list(one: Anonymous) -> str:
    return ", ".join(one.leftovers)


def _report(found: list[Anonymous], texts: list[str]) -> AnonymisedReport:
    from collections import Counter

    words = Counter(word.lower() for one in found for word in one.leftovers)
    filled = [one for one, text in zip(found, texts, strict=True) if text]
    clean = sum(not one.leftovers for one in filled)
    return AnonymisedReport(len(filled), len(texts) - len(filled), clean, tuple(words.most_common(8)))


def rows_with_images(dataset: Dataset) -> "Rows":
    """Rows of the items that have an image."""
    return np.flatnonzero(pc.not_equal(dataset.table.column(PATH), "").to_numpy()).astype(np.int64)


def default_caption(relations: Relations) -> str:
    """The column that is offered first: an anonymous one, else plain captions, "" for none."""
    options = [*relations.anonymous, *(name for name in relations.captions if name != TEXT), *relations.captions]
    return options[0] if options else ""
