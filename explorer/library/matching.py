"""Matching in a script or notebook: `ex.match(left, right)`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pyarrow as pa

from explorer.base.progress import Progress
from explorer.features.match.assigning import Links, Rule
from explorer.features.match.kept import keep
from explorer.features.match.method import Reasons, Value
from explorer.features.match.service import DEFAULT_METHOD, DEFAULT_MODEL, Matched, make_task
from explorer.features.match.service import match as match_task
from explorer.features.match.side import Side
from explorer.features.match.sources import read_source
from explorer.features.match.table import alone_table, link_table, place_of, write_table
from explorer.features.match.truth import Curve, truth_of_pairs
from explorer.io.text import counted
from explorer.library.collection import Collection

if TYPE_CHECKING:
    import pandas as pd

    from explorer.features.match.sources import Source

    Given = Source | Collection
Way = Literal["best", "mutual", "about", "one", "many"]


@dataclass(frozen=True)
class Match:
    """Two lists as they were matched; make one with `match`. len() is the number of links."""

    matched: Matched
    links: Links
    model: str

    def __len__(self) -> int:
        return len(self.links)

    def __repr__(self) -> str:
        left, right = self.matched.task.left, self.matched.task.right
        return f"<Match of {left.name!r} and {right.name!r}: {counted(len(self), 'link')}>"

    @property
    def table(self) -> "pd.DataFrame":
        """The links, the surest first: left_id, left, right_id, right, score, route, and the parts of the score."""
        return _frame(link_table(self.matched, self.links).drop_columns(["decision"]))

    @property
    def unmatched_left(self) -> "pd.DataFrame":
        """Left things without a link: id, text."""
        return _frame(alone_table(self.matched.task.left, self.links.left_alone))

    @property
    def unmatched_right(self) -> "pd.DataFrame":
        """Right things without a link: id, text."""
        return _frame(alone_table(self.matched.task.right, self.links.right_alone))

    def link(
        self, way: Way = "best", *, threshold: float | None = None, about: float = 1.0, copies: int = 1
    ) -> "Match":
        """The same pairs, linked in another way; see `match`."""
        rule = Rule(way=way, threshold=threshold, about=about, copies=copies)
        return Match(self.matched, self.matched.links(rule), self.model)

    def why(self, left_id: str, right_id: str) -> Reasons:
        """Why a pair was found; InputError when the matcher did not propose it."""
        return self.matched.reasons(place_of(self.matched, left_id, right_id))

    def score(self, truth: Mapping[str, str | list[str]]) -> Curve:
        """Precision and recall of the links at every threshold. truth: right id, or several, by left id."""
        pairs = {one: [ids] if isinstance(ids, str) else list(ids) for one, ids in truth.items()}
        task = self.matched.task
        return self.matched.curve(truth_of_pairs(task.left, task.right, pairs, task.same), self.links)

    def keep(self, collection: Collection, name: str) -> "Match":
        """Keep it in a collection, where the page Match shows it."""
        keep(collection.workspace, name, self.matched, self.model)
        return self

    def export(self, destination: str | Path) -> Path:
        """Write the links to a .csv, .parquet or .jsonl file."""
        path = Path(destination)
        write_table(link_table(self.matched, self.links), path)
        return path


def match(
    left: "Given",
    right: "Given | None" = None,
    *,
    method: str = DEFAULT_METHOD,
    way: Way = "best",
    threshold: float | None = None,
    about: float = 1.0,
    copies: int = 1,
    left_column: str = "",
    right_column: str = "",
    left_ids: str = "",
    right_ids: str = "",
    options: Mapping[str, Value] | None = None,
    model: str = DEFAULT_MODEL,
    progress: Progress | None = None,
) -> Match:
    """Match two lists, or one with itself: tell which of these is the same as which of those.

    left, right: collections or their names, files of tables, folders of tables, data frames, lists of texts; without
    `right`, `left` is matched with itself. method: a matcher of `explorer methods match`; options: its settings.
    way: how pairs become links: the best of each left thing, mutual best, "about" n links each, "one" to one (a right
    thing up to `copies` times), or many to many. threshold: only pairs of at least this score. left_column,
    right_column, left_ids, right_ids: guessed when left out. model: what turns texts into vectors. InputError says
    what of it cannot be used.
    """
    mine = _side(left, left_column, left_ids, model, "left")
    theirs = None if right is None else _side(right, right_column, right_ids, model, "right")
    task = make_task(mine, theirs, method, options=options, model=model)
    matched = match_task(task, method, progress)
    rule = Rule(way=way, threshold=threshold, about=about, copies=copies)
    return Match(matched, matched.links(rule), model)


def _side(given: "Given", column: str, ids: str, model: str, name: str) -> Side:
    source = given.opened if isinstance(given, Collection) else given
    return read_source(source, column=column, ids=ids, model=model, name=name)


def _frame(table: pa.Table) -> "pd.DataFrame":
    frame: pd.DataFrame = table.to_pandas()
    return frame
