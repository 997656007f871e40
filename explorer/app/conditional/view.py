"""The view of the Conditional page as a value, and its exact form in the address of the page."""

from dataclasses import dataclass

from explorer.app.frame.address import Address, Field, choice, expect, number, text, whole
from explorer.features.conditional.conditions import Condition, format_condition, parse_condition
from explorer.features.conditional.contract import METHODS
from explorer.workspace.opened import Opened

COUNTS = (12, 24, 48, 96)
SIDES = ("a", "b")


@dataclass(frozen=True, kw_only=True)
class View:
    """All that a link to the Conditional page carries besides workspace and model.

    item: id of the picked item, "" for none. a, b: conditions of the two sides, None for the one the page begins with.
    a_method, b_method: "" for the best one; a trained head follows after "/". strength: 0 to 1. count: results a list.
    on: the side whose map is drawn.
    """

    item: str = ""
    a: Condition | None = None
    b: Condition | None = None
    a_method: str = ""
    b_method: str = ""
    strength: float = 1.0
    count: int = 24
    on: str = "a"

    def method(self, side: str) -> str:
        """The method chosen for a side."""
        return self.a_method if side == "a" else self.b_method


@dataclass(frozen=True)
class Context:
    """What one run of the page works on: a workspace in one state, the chosen encoder, and the view of the address."""

    opened: Opened
    encoder: str
    view: View


def _condition(name: str) -> Field:
    def read(value: str) -> Condition | None:
        return parse_condition(value) if value else None

    return Field(name, read, format_condition)


def _method(name: str) -> Field:
    def read(value: str) -> str:
        known = not value or value.split("/")[0] in METHODS
        expect(known, f"no such method: expected one of {', '.join(METHODS)}")
        return value

    return Field(name, read, str)


ADDRESS = Address(
    View(),
    item=text("item"),
    a=_condition("a"),
    a_method=_method("am"),
    b=_condition("b"),
    b_method=_method("bm"),
    strength=number("s", 0, 1),
    count=whole("k", COUNTS),
    on=choice("on", SIDES),
)


def set_condition(side: str, condition: Condition) -> None:
    """Change the condition of one side; its method is chosen anew."""
    ADDRESS.change(**{side: condition, f"{side}_method": ""})


def set_method(side: str, method: str) -> None:
    """Change the method of one side."""
    ADDRESS.change(**{f"{side}_method": method})


def pick(action: str, item: str) -> None:
    """A click on a card."""
    ADDRESS.change(item=item)
