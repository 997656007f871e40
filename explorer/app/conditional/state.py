"""What the Conditional page shows, as a value, and its form in the address: a link opens the same view."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from explorer.app.explore.state import address
from explorer.base.dataset import Dataset
from explorer.base.errors import InputError
from explorer.features.conditional.conditions import Condition, format_condition, parse_condition
from explorer.features.conditional.contract import METHODS
from explorer.workspace.folder import Workspace

COUNTS = (12, 24, 48, 96)
SIDES = ("a", "b")
NAMES = ("item", "a", "am", "b", "bm", "s", "k", "on")


@dataclass(frozen=True)
class View:
    """All that a link carries besides workspace and model.

    item: id of the picked item, "" for none. conditions: of the two sides, None for the one the page begins with.
    methods: of the two sides, "" for the best one; a trained head follows after "/". strength: 0 to 1. count: results a
    list. on: the side whose map is drawn.
    """

    item: str = ""
    conditions: tuple[Condition | None, Condition | None] = (None, None)
    methods: tuple[str, str] = ("", "")
    strength: float = 1.0
    count: int = 24
    on: str = "a"


@dataclass(frozen=True)
class Page:
    """What one run of the page works on. key: changes whenever anything of the workspace does."""

    workspace: Workspace
    dataset: Dataset
    encoder: str
    key: str
    view: View

    @property
    def path(self) -> str:
        """Folder of the workspace, for the keys of caches."""
        return str(self.workspace.path)


def read_view(params: Mapping[str, Sequence[str]]) -> tuple[View, list[str]]:
    """The view of these parameters, and a sentence for each that could not be used and was left out."""
    problems: list[str] = []
    last = {name: params[name][-1] for name in NAMES if params.get(name)}
    view = View(
        last.get("item", ""),
        (_condition(last.get("a", ""), problems), _condition(last.get("b", ""), problems)),
        (_method(last.get("am", ""), problems), _method(last.get("bm", ""), problems)),
    )
    try:
        strength = float(last.get("s", "1"))
    except ValueError:
        strength = -1.0
    if 0 <= strength <= 1:
        view = replace(view, strength=strength)
    else:
        problems.append(f"The link asks for a strength of {last['s'][:20]!r}; expected a number from 0 to 1.")
    if last.get("k", "24") in map(str, COUNTS):
        view = replace(view, count=int(last.get("k", "24")))
    else:
        problems.append(f"The link asks for {last['k'][:20]!r} results; expected one of {', '.join(map(str, COUNTS))}.")
    return replace(view, on=last["on"] if last.get("on") in SIDES else "a"), problems


def write_view(view: View) -> dict[str, str]:
    """Parameters of the address, only those that differ from the plain view."""
    found = {"item": view.item, "am": view.methods[0], "bm": view.methods[1]}
    found |= {side: format_condition(c) for side, c in zip(SIDES, view.conditions, strict=True) if c is not None}
    plain = View()
    if view.strength != plain.strength:
        found["s"] = f"{view.strength:g}"
    if view.count != plain.count:
        found["k"] = str(view.count)
    if view.on != plain.on:
        found["on"] = view.on
    return {name: value for name, value in found.items() if value}


def current_view() -> tuple[View, list[str]]:
    """The view that the address asks for."""
    return read_view(address())


def change(**changes: Any) -> None:
    """Go to the current view with these fields changed."""
    view = replace(current_view()[0], **changes)
    kept: dict[str, list[str] | str] = {name: values for name, values in address().items() if name not in NAMES}
    st.query_params.from_dict({**kept, **write_view(view)})


def set_side(side: int, condition: Condition | None = None, method: str | None = None) -> None:
    """Change the condition (its method is chosen anew), or the method, of one side."""
    view = current_view()[0]
    conditions, methods = list(view.conditions), list(view.methods)
    if condition is not None:
        conditions[side], methods[side] = condition, ""
    if method is not None:
        methods[side] = method
    change(conditions=tuple(conditions), methods=tuple(methods))


def pick(action: str, item: str) -> None:
    """A click on a card."""
    change(item=item)


def _condition(text: str, problems: list[str]) -> Condition | None:
    if not text:
        return None
    try:
        return parse_condition(text)
    except InputError as error:
        problems.append(f"A condition of this link was left out. {error}")
        return None


def _method(text: str, problems: list[str]) -> str:
    if not text or text.split("/")[0] in METHODS:
        return text
    problems.append(f"The link asks for the method {text[:40]!r}; expected one of {', '.join(METHODS)}.")
    return ""
