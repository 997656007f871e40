"""Answers as values: ids, scores and items, a table on demand, a gallery in a notebook."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.dataset import PATH, TEXT
from explorer.base.errors import ExplorerError
from explorer.io.thumbnails import thumbnail
from explorer.workspace.opened import Opened

if TYPE_CHECKING:
    import pandas as pd

SHOWN, PICTURE, TEXT_SHOWN = 24, 128, 160
CARD = (
    '<figure style="width:132px;margin:0;font:12px system-ui,sans-serif">{picture}'
    '<figcaption style="overflow-wrap:anywhere">{rank}. <b>{name}</b>{score}<br>{text}</figcaption></figure>'
)


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

    def __repr__(self) -> str:
        lines = [f"{place:>3}  {score:.3f}  {name}" for place, (name, score) in enumerate(self, 1)]
        return "\n".join(
            [f"{len(self)} results ({self.measure})", *lines[:SHOWN], *(["  …"] if len(self) > SHOWN else [])]
        )

    def _repr_html_(self) -> str:
        """A gallery for notebooks; all text of items is escaped."""
        cards = "".join(_card(self, place) for place in range(min(len(self), SHOWN)))
        head = f"<p>{len(self)} results · {escape(self.measure)}</p>"
        return f'{head}<div style="display:flex;flex-wrap:wrap;gap:8px">{cards}</div>'


def no_parts(count: int) -> Floats:
    """(count, 0) parts of scores that have none."""
    return np.zeros((count, 0), dtype=np.float32)


def picture_html(opened: Opened, row: int, size: int = PICTURE) -> str:
    """An item's picture inside the page; "" when it has none or it cannot be read."""
    try:
        data = thumbnail(opened.workspace, row, size)
    except ExplorerError:
        return ""
    if data is None:
        return ""
    return f'<img alt="" style="max-width:100%" src="data:image/webp;base64,{b64encode(data).decode()}">'


def _card(results: Results, place: int) -> str:
    row = int(results.rows[place])
    table = results.opened.dataset.table
    text = str(table.column(TEXT)[row].as_py())[:TEXT_SHOWN]
    return CARD.format(
        picture=picture_html(results.opened, row) if table.column(PATH)[row].as_py() else "",
        rank=place + 1,
        name=escape(results.ids[place]),
        score=f" {results.scores[place]:.3f}",
        text=escape(text),
    )
