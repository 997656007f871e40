"""What each page showed last, so that going away and back changes nothing; and the picked item, which goes along."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from explorer.app.frame.address import KEPT, Params, parameters

VISITS, PICKED = "frame.visits", "frame.picked"
ITEM_PAGES = ("Conditional", "Relational")  # pages about one item, which is `item` in their address


def remember(page: str) -> None:
    """Keep the shown address as the last one of `page`; an item that was newly picked on it goes along from now on."""
    params, ws = parameters(), _ws()
    visits = st.session_state.setdefault(VISITS, {})
    picked = picked_item(page, params)
    if picked and picked != picked_item(page, visits.get((ws, page), {})):
        st.session_state[PICKED] = (ws, picked)
    visits[ws, page] = params


def address_of(page: str, item: str = "") -> dict[str, list[str]]:
    """Parameters of a link to `page`: as it was left in this workspace, with the workspace and model of now.

    item: the item that the page shall be about; "" for the one picked last.
    """
    visits: Mapping[Any, Params] = st.session_state.get(VISITS, {})
    found = {name: list(values) for name, values in visits.get((_ws(), page), {}).items() if name not in KEPT}
    found |= {name: values for name, values in parameters().items() if name in KEPT}
    ws, picked = st.session_state.get(PICKED, ("", ""))
    about = item or (picked if ws == _ws() else "")
    if about and page in ITEM_PAGES:
        found["item"] = [about]
    if item and page == "Explore":
        found["q"] = [f"item:1:{item}"]
    return found


def picked_item(page: str, params: Params) -> str:
    """The item that a page of these parameters is about, "" for none: on Explore a query of one item alone."""
    if page in ITEM_PAGES:
        return (params.get("item") or ("",))[-1]
    parts = params.get("q") or ()
    kind, _, rest = parts[0].partition(":") if len(parts) == 1 else ("", "", "")
    return rest.partition(":")[2] if page == "Explore" and kind == "item" else ""


def _ws() -> str:
    return st.query_params.get("ws", "")
