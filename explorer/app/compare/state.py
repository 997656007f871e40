"""What the Compare page shows, as a value; it is kept in the address, so that a link shows the same."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from explorer.app.frame.page import keep_in_url
from explorer.features.compare.contract import MEASURES, METRICS
from explorer.workspace.folder import Workspace

SIZES = (500, 1_000, 2_000, 5_000)
NAMES = {
    "a": "",
    "b": "",
    "n": "1000",
    "view": "two",
    "m": "cka_debiased",
    "metric": "procrustes_angle",
    "cell": "",
    "item": "",
}
"""Parts of the address and what stands for each when it is not there."""


@dataclass(frozen=True)
class Pair:
    """Two models of a workspace and how many items are compared.

    path, key: of the workspace, for caches. a, b: specs; a may equal b where layers are compared.
    """

    workspace: Workspace
    path: str
    key: str
    a: str
    b: str
    items: int


def get(name: str) -> str:
    """A part of the address, or what stands for it."""
    return str(st.query_params.get(name, NAMES[name]))


def put(name: str, value: str) -> None:
    """Set a part of the address; what is usual is left out."""
    keep_in_url(name, "" if value == NAMES[name] else value)


def choice(name: str, options: Sequence[str], first: str = "") -> str:
    """The option that the address names, else `first`; an unknown one is told."""
    asked = get(name)
    if asked in options:
        return asked
    if asked and asked != NAMES[name]:
        st.warning(f"The link asks for {name}={asked[:60]!r}, which is not there; another one is shown.")
    return first or options[0]


def size() -> int:
    """Number of items that are compared."""
    return int(choice("n", [str(one) for one in SIZES], "1000"))


def measure() -> str:
    """The measure of the heatmap."""
    return choice("m", list(MEASURES), "cka_debiased")


def metric() -> str:
    """The metric that models are laid out by."""
    return choice("metric", METRICS, "procrustes_angle")


def picker(label: str, name: str, options: Sequence[str], current: str, **more: object) -> None:
    """A selectbox whose choice goes to the address; choosing anew forgets the cell and the item."""
    widget = f"compare.{name}"
    st.session_state[widget] = current
    st.selectbox(label, options, key=widget, on_change=_picked, args=(name, widget), **more)  # type: ignore[call-overload]


def _picked(name: str, widget: str) -> None:
    put(name, str(st.session_state[widget]))
    if name in ("a", "b"):
        put("cell", "")
    put("item", "")


def measure_title(key: str) -> str:
    """What a measure is called in lists."""
    return MEASURES[key].title
