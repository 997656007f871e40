"""The parts of a query as values: what a person asked, before it has vectors."""

from dataclasses import dataclass
from typing import Literal

from explorer.index.contract import QueryKind

MAX_TEXT, MAX_PARTS, MAX_WEIGHT = 2_000, 20, 5.0
PartKind = Literal["text", "item", "image"]
PART_KINDS: tuple[PartKind, ...] = ("text", "item", "image")


@dataclass(frozen=True)
class QueryPart:
    """One part of a query: a text, an item's id, or the name of a kept picture; negative weight: less like it."""

    kind: str
    value: str
    weight: float = 1.0

    @property
    def label(self) -> str:
        """A few words for people."""
        return "your picture" if self.kind == "image" else self.value


def kind_of(parts: tuple[QueryPart, ...]) -> QueryKind:
    """The kind of the query that these parts make: that of its only part, else "composed"."""
    kinds: dict[str, QueryKind] = {"text": "text", "item": "item", "image": "picture"}
    used = [part for part in parts if part.weight]
    return kinds[used[0].kind] if len(used) == 1 and used[0].weight > 0 else "composed"


def needs_model(parts: tuple[QueryPart, ...]) -> bool:
    """True when a part has no vector yet: a text or a picture."""
    return any(part.kind != "item" for part in parts if part.weight)
