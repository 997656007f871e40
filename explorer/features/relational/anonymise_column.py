"""Anonymous captions for all items of a workspace, and what in them is still to be looked at."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from explorer.base.dataset import Dataset
from explorer.base.errors import InputError
from explorer.base.progress import Progress, Silent
from explorer.features.relational.anonymise import Anonymous, anonymise, read_lexicon
from explorer.features.relational.caption_columns import ANONYMOUS, LEFTOVERS, texts_of
from explorer.workspace.folder import Workspace

Writer = Callable[[list[str], Progress], list[Anonymous]]


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
    words = Counter(word.lower() for one in found for word in one.leftovers)
    filled = [one for one, text in zip(found, texts, strict=True) if text]
    clean = sum(not one.leftovers for one in filled)
    return AnonymisedReport(len(filled), len(texts) - len(filled), clean, tuple(words.most_common(8)))
