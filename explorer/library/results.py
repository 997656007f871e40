"""Answers as values: ids, scores and items, a table on demand, a gallery in a notebook."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.library.notebook.still_gallery import gallery_html
from explorer.workspace.opened import Opened

if TYPE_CHECKING:
    import pandas as pd

    from explorer.library.notebook.gallery import Gallery

SHOWN = 24
COSINE = "cosine of query and item, −1 to 1"


@dataclass(frozen=True, kw_only=True)
class Results:
    """Items that were found, best first.

    ids: (k,) of the items. scores: (k,) float32, what they are is said in `measure`. parts: (k, p) what each part of
    the query adds to the score, with the p `labels` of the parts; (k, 0) where the score has no parts.
    rows: (k,) row numbers in the collection. clear: how many of the first are about the words that were asked for, 0
    when none stands out, None where that cannot be told. names: what the words name in the collection's own columns, a
    sentence each. note: how complete the search was, in a sentence.
    """

    opened: Opened
    rows: Rows
    scores: Floats
    measure: str
    parts: Floats
    labels: tuple[str, ...] = ()
    clear: int | None = None
    names: tuple[str, ...] = ()
    note: str = ""

    @property
    def ids(self) -> list[str]:
        """Ids of the items, best first."""
        return [str(one) for one in self.opened.dataset.ids[self.rows]]

    @property
    def items(self) -> "pd.DataFrame":
        """The items with all their columns, best first."""
        return self.opened.tagged.take(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[tuple[str, float]]:
        return iter(zip(self.ids, self.scores.tolist(), strict=True))

    def to_pandas(self) -> "pd.DataFrame":
        """A row an item: rank (from 1), id, score, a column a part of the query, then the item's own columns."""
        frame = self.items
        frame.insert(0, "rank", np.arange(1, len(frame) + 1))
        frame.insert(2, "score", self.scores)
        for place, label in enumerate(self.labels if len(self.labels) > 1 else ()):
            frame.insert(3 + place, f"part: {label}", self.parts[:, place])
        return frame

    def gallery(self, column: str = "") -> "Gallery":
        """The same in a notebook to click on: `picked` is then the id of an item, and `on_pick` calls a function.

        column: what the cards say, the column that names items best when left out. InputError when the extra [notebook]
        is not installed.
        """
        from explorer.library.notebook.gallery import Gallery

        return Gallery(self, column)

    def __repr__(self) -> str:
        lines = [f"{place:>3}  {score:.3f}  {name}" for place, (name, score) in enumerate(self, 1)]
        return "\n".join(
            [f"{len(self)} results ({self.measure})", *lines[:SHOWN], *(["  …"] if len(self) > SHOWN else [])]
        )

    def _repr_html_(self) -> str:
        """A gallery for notebooks; all text of items is escaped."""
        said = (f"{len(self)} results · {self.measure}", *self.names, self.note)
        return gallery_html(self.opened, self.rows[:SHOWN], self.scores, said, len(self))


def no_parts(count: int) -> Floats:
    """(count, 0) parts of scores that have none."""
    return np.zeros((count, 0), dtype=np.float32)
