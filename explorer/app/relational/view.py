"""What the Relational page shows, as a value and in the address, and what one run of the page works on."""

from dataclasses import dataclass

from explorer.app.frame.address import Address, choice, each, text
from explorer.base.dataset import Dataset
from explorer.features.relational.plane import CORNERS
from explorer.features.relational.service import PREFIX, Relations
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import Opened

PARTS = {"space": "Looks and logic", "analogy": "Analogies", "own": "Your own captions"}
MOST_PAIRS = 5


@dataclass(frozen=True)
class Analogy:
    """The items of "A is to B as C is to ?" by their ids: each A, each B (the last may still be missing), and C."""

    first: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    third: str = ""

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """Each A with its B, "" where that is still missing."""
        padded = (*self.second, *[""] * (len(self.first) - len(self.second)))
        return list(zip(self.first, padded, strict=True))

    def without(self, items: set[str]) -> "Analogy":
        """As it is without some items; the other half of a pair goes with them."""
        kept = [(a, b) for a, b in self.pairs if not {a, b} & items]
        third = "" if self.third in items else self.third
        return Analogy(tuple(a for a, _ in kept), tuple(b for _, b in kept if b), third)


@dataclass(frozen=True, kw_only=True)
class RelationalView:
    """All that a link to the page carries besides workspace and model.

    part: the open one of `PARTS`. item: id of the picked item, "" for none. corner: whose items are listed. head: name
    of the relational head, "" for the first whose vectors are there. first, second, third: the analogy.
    """

    part: str = "space"
    item: str = ""
    corner: str = "analogous"
    head: str = ""
    first: tuple[str, ...] = ()
    second: tuple[str, ...] = ()
    third: str = ""

    @property
    def analogy(self) -> Analogy:
        """The analogy; a B without its A is left out."""
        return Analogy(self.first, self.second[: len(self.first)], self.third)


ADDRESS = Address(
    RelationalView(),
    part=choice("part", tuple(PARTS)),
    item=text("item"),
    corner=choice("corner", tuple(CORNERS)),
    head=text("head"),
    first=each("a", str, str, MOST_PAIRS),
    second=each("b", str, str, MOST_PAIRS),
    third=text("c"),
)


@dataclass(frozen=True)
class Context:
    """What one run of the page works on. head: the one whose vectors are shown, "" when none is ready."""

    opened: Opened
    view: RelationalView
    relations: Relations
    head: str

    @property
    def workspace(self) -> Workspace:
        """The folder of the workspace."""
        return self.opened.workspace

    @property
    def dataset(self) -> Dataset:
        """The items."""
        return self.opened.dataset

    @property
    def base(self) -> str:
        """The model below the head."""
        return self.relations.base

    @property
    def spec(self) -> str:
        """The relational model."""
        return PREFIX + self.head


def pick(item: str) -> None:
    """Make this the picked item; "" goes back to picking."""
    ADDRESS.change(item=item)


def show_corner(corner: str) -> None:
    """List the items of this corner."""
    ADDRESS.change(corner=corner)


def ask(analogy: Analogy) -> None:
    """Put this analogy into the address."""
    ADDRESS.change(first=analogy.first, second=analogy.second, third=analogy.third)
