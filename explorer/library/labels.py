"""Labels of a collection in a script or notebook: what people said, what methods guess, columns of sure guesses."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from explorer.features.label.accepting import accept, take_away
from explorer.features.label.bringing import from_column
from explorer.features.label.guessing import guesses
from explorer.features.label.service import DEFAULT, give, labels_of, store_of
from explorer.workspace.opened import Opened, open_shared

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Labels:
    """One set of labels of a collection; make one with `Collection.labels`."""

    first: Opened
    name: str = DEFAULT
    labeller: str = "me"

    @property
    def opened(self) -> Opened:
        """The workspace in its present state."""
        return open_shared(self.first.path)

    def __len__(self) -> int:
        return len(labels_of(self.opened, self.name))

    def __repr__(self) -> str:
        return f"<Labels {self.name!r}: {len(self):,} items labelled>"

    @property
    def table(self) -> "pd.DataFrame":
        """What everybody said: id, labeller, label, source; skipped items are left out."""
        import pandas as pd

        given = [one for one in store_of(self.opened).given(self.name) if one.label]
        rows = [(one.item, one.labeller, one.label, one.source) for one in given]
        return pd.DataFrame(rows, columns=["id", "labeller", "label", "source"])

    def give(self, labels: Mapping[str, str]) -> "Labels":
        """Give labels, by id; InputError names the first id that the items lack."""
        give(self.opened, self.name, self.labeller, labels, "by a script")
        return self

    def take_column(self, column: str, each: int = 0) -> "Labels":
        """Take a column's values as labels: of all items, or of `each` items of each value, drawn at random."""
        from_column(self.opened, self.name, self.labeller, column, each)
        return self

    def undo(self) -> str:
        """Take the latest change of this labeller back, and tell which it was."""
        return store_of(self.opened).undo(self.name, self.labeller).words

    def guess(self, method: str = "logistic", *, model: str = "") -> "pd.DataFrame":
        """What a method says of every item with a vector: id, label, probability; labels by people have 1.

        InputError when fewer than two labels have an item.
        """
        import pandas as pd

        opened = self.opened
        found = guesses(opened, opened.best_encoder(model), self.name, method)
        labels = [found.names[code] for code in found.codes]
        return pd.DataFrame({"id": opened.dataset.ids[found.rows], "label": labels, "probability": found.sureness})

    def accept(self, column: str, *, above: float = 0.95, method: str = "logistic", model: str = "") -> int:
        """Write the sure guesses and the labels by people into a new column; how many items have a value."""
        opened = self.opened
        found = guesses(opened, opened.best_encoder(model), self.name, method)
        return accept(opened, found, above, column).values

    def take_away(self, column: str) -> None:
        """Take an accepted column away; nothing else changes."""
        take_away(self.opened, column)
