"""The parts of a page, one open at a time, as the address has it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

import streamlit as st

from explorer.app.frame.address import Address
from explorer.app.frame.foreign import plain
from explorer.app.frame.page import current_encoder
from explorer.workspace.opened import Opened


class Tabbed(Protocol):
    """The view of a page with parts. tab: name of the open one."""

    @property
    def tab(self) -> str: ...  # noqa: D102


V = TypeVar("V", bound=Tabbed)


@dataclass(frozen=True)
class TabContext(Generic[V]):
    """What one run of a page works on: a workspace in one state, the chosen encoder, the view of the address."""

    opened: Opened
    encoder: str
    view: V


@dataclass(frozen=True, kw_only=True)
class Parts(Generic[V]):
    """The parts of a page by name. names: for people. questions: the first sentence of each. panels: what draws it."""

    names: Mapping[str, str]
    questions: Mapping[str, str]
    panels: Mapping[str, Callable[[TabContext[V]], None]]


def show_parts(opened: Opened, page: str, address: Address[V], parts: Parts[V]) -> None:
    """A whole page: what of the address could not be used, the choice of a part, its question, the part."""
    view, problems = address.current()
    for problem in problems:
        st.warning(plain(problem))
    choose_tab(address, page, parts.names, view.tab)
    st.markdown(f"**{plain(parts.questions[view.tab])}**")
    parts.panels[view.tab](TabContext(opened, current_encoder(), view))


def choose_tab(address: Address[Any], page: str, names: Mapping[str, str], now: str) -> None:
    """Draw the choice of a part, `tab` in the address; names: of the parts for people, by name. now: the open one."""
    key = f"{page}.tab"
    st.session_state[key] = now
    st.segmented_control(
        "Part of the page",
        list(names),
        key=key,
        format_func=lambda name: plain(names[name]),
        label_visibility="collapsed",
        required=True,
        on_change=lambda: address.change(tab=st.session_state[key]),
    )
