"""The choices of the Compare page: each goes to the address."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from explorer.app.compare.view import ADDRESS, View
from explorer.app.frame.foreign import QUOTED, plain
from explorer.features.compare.contract import METHODS
from explorer.workspace.opened import Opened


@dataclass(frozen=True)
class Pair:
    """Two models of a workspace, and the view that asks for them. a, b: specs, the same where layers are compared."""

    opened: Opened
    view: View
    a: str
    b: str


def known_model(field: str, asked: str, names: Sequence[str], otherwise: str) -> str:
    """The model that the address asks for, else another one; one that is not there is told."""
    if asked and asked not in names:
        st.warning(
            f"The link asks for {plain(field)}={plain(asked, QUOTED)}, which is not there; another one is shown."
        )
    return asked if asked in names else otherwise


def picker(
    label: str,
    field: str,
    options: Sequence[Hashable],
    current: Hashable,
    *,
    format_func: Callable[..., str] = str,
    width: int | None = None,
    labelled: bool = False,
    help: str | None = None,
) -> None:
    """A selectbox whose choice goes to a field of the view. labelled: its label stands above it.

    A new choice forgets the picked item; another model also the picked cell.
    """
    widget = f"compare.{ADDRESS.codec[field].name}"
    st.selectbox(
        label,
        options,
        key=widget,
        on_change=bound(field, widget, current),
        format_func=format_func,
        label_visibility="visible" if labelled else "collapsed",
        help=help,
        width=width or "stretch",
    )


def bound(field: str, widget: str, current: object) -> Callable[[], None]:
    """Let the widget with this key show `current`; its `on_change`, by which a new choice goes to a field of the view.

    As of `picker`.
    """
    st.session_state[widget] = current
    return partial(_picked, field, widget)


def _picked(field: str, widget: str) -> None:
    forgotten = {"item": "", "cell": None} if field in ("a", "b") else {"item": ""}
    ADDRESS.change(**forgotten, **{field: st.session_state[widget]})


def known_value(asked: str, names: Sequence[str], otherwise: str) -> str:
    """What the address asks for where it is there, else another one."""
    return asked if asked in names else otherwise


def measure_label(name: str) -> str:
    """What a measure is called in lists."""
    return METHODS[name].label
