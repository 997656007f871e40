"""Does each stop of a tour still open? What it lacks: workspace, vectors, model, items, saved view, map, campaign."""

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from explorer.app.frame.address import Address
from explorer.base.errors import ExplorerError
from explorer.base.settings import workspaces_root
from explorer.features.relational.service import PREFIX
from explorer.workspace.demo import DEMOS
from explorer.workspace.finding import workspace_folder
from explorer.workspace.opened import Opened, open_shared
from explorer.workspace.renamed import renamed_to
from explorer.workspace.saved import load_views
from explorer.workspace.tours import HOME, Stop

ROOMS = {"MAP-Elites": "elites", "Search_lab": "lab"}
"""Pages whose parts lie in a folder of another name than theirs."""
NAMES: dict[str, dict[str, tuple[str, ...]]] = {
    "Explore": {"model": ("vs",), "view": ("view",)},
    "Conditional": {"item": ("item",)},
    "Relational": {"item": ("item", "a", "b", "c")},
    "Compare": {"model": ("a", "b", "vectors", "spec"), "item": ("item",)},
    "MAP-Elites": {"map": ("run",)},
    "Agreement": {"campaign": ("campaign",)},
}
"""By page and kind of thing, the parameters that name one of that kind; `model` does on every page."""
SHOWN = 3


def lacking(stop: Stop) -> list[str]:
    """What a stop lacks, a sentence each with what to do; [] when it opens whole. Nothing is changed or computed."""
    try:
        opened = open_shared(_folder(stop.workspace))
    except ExplorerError as error:
        return [f"{error}{_how_to_make(stop.workspace)}"]
    if stop.page != HOME and not opened.encoders:
        return [f"{opened.name} has no vectors yet. Make them with: explorer prepare {opened.name!r}"]
    found = _unreadable(stop)
    for kind, names in _named(stop).items():
        found += NAMED[kind](opened, list(dict.fromkeys(names)))
    return found


def address_of_page(page: str) -> "Address[Any] | None":
    """The parameters that a page keeps what it shows in; None for one that keeps nothing in its address."""
    name = f"explorer.app.{ROOMS.get(page, page.lower())}.view"
    found: Address[Any] | None = getattr(import_module(name), "ADDRESS", None) if find_spec(name) else None
    return found


def _folder(name: str) -> Path:
    return workspace_folder(renamed_to(workspaces_root(), name) or name)


def _how_to_make(name: str) -> str:
    return f" It is one of the demos; make it with: explorer demo {name}" if name in DEMOS else ""


def _unreadable(stop: Stop) -> list[str]:
    """What of the address its page cannot read."""
    address = address_of_page(stop.page)
    return address.read(stop.params)[1] if address else []


def _named(stop: Stop) -> dict[str, list[str]]:
    """By kind of thing, the names that a stop's address holds."""
    found = {"model": _given(stop, "model")}
    for kind, names in NAMES.get(stop.page, {}).items():
        found[kind] = [*found.get(kind, []), *_given(stop, *names)]
    if stop.page == "Explore":
        parts = [one.split(":", 2) for one in _given(stop, "q") if one.count(":") >= 2]
        found["item"] = [value for kind, _, value in parts if kind == "item"]
    if stop.page == "Relational":
        found["model"] += [f"{PREFIX}{head}" for head in _given(stop, "head")]
    return found


def _given(stop: Stop, *names: str) -> list[str]:
    return [value for name in names for value in stop.params.get(name, []) if value]


def _models(opened: Opened, names: Sequence[str]) -> list[str]:
    cure = f"Make its vectors with: explorer prepare {opened.name!r} --model"
    return [
        f"The model {name} has not looked at {opened.name}. {cure} {name!r}"
        for name in names
        if name not in opened.encoders
    ]


def _items(opened: Opened, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    gone = [name for name in names if opened.dataset.row_of(name) < 0]
    listed = ", ".join(gone[:SHOWN]) + ("" if len(gone) <= SHOWN else f" and {len(gone) - SHOWN} more")
    return [f"{opened.name} has no item {listed}. Choose another one on the page, and add that view."] if gone else []


def _views(opened: Opened, names: Sequence[str]) -> list[str]:
    known = {view.name for view in load_views(opened.workspace)} if names else set()
    return [
        f"{opened.name} has no saved view {name!r}. Save it again on Explore." for name in names if name not in known
    ]


def _maps(opened: Opened, names: Sequence[str]) -> list[str]:
    from explorer.features.elites.store import run_names

    known = run_names(opened.workspace)
    return [
        f"{opened.name} has no MAP-Elites map {name!r}. Make it on the page MAP-Elites, or choose another one."
        for name in names
        if name not in known
    ]


def _campaigns(opened: Opened, names: Sequence[str]) -> list[str]:
    from explorer.features.judgments.agreement.judged import campaigns_with_answers

    known = campaigns_with_answers(opened) if names else {}
    return [
        f"No campaign {name!r} with answers is in {opened.name}. Ask people on Annotate, or choose another one."
        for name in names
        if name not in known
    ]


NAMED: dict[str, Callable[[Opened, Sequence[str]], list[str]]] = {
    "model": _models,
    "item": _items,
    "view": _views,
    "map": _maps,
    "campaign": _campaigns,
}
