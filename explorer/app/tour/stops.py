"""The stops of a tour as lines that can be changed: captions, order, and what the check found."""

from collections.abc import Callable
from hashlib import blake2b

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.tour.now import go
from explorer.app.tour.start import ICON
from explorer.base.errors import ExplorerError
from explorer.base.permission import may
from explorer.workspace.tours import HOME, LONGEST_CAPTION, Stop, Tour, stop_of
from explorer.workspace.tours_store import change_stops

CHECKED, SAID = "tours.checked", "tours.said"  # a tour's name with what each of its stops lacks; a message
Change = Callable[[list[Stop]], list[Stop]]


def stop_rows(tour: Tour) -> None:
    """A line a stop; whoever may not change the tour can open them."""
    name, found = st.session_state.get(CHECKED, ("", []))
    checked: list[list[str]] = found if name == tour.name and len(found) == len(tour.stops) else []
    bad = sum(map(bool, checked))
    if bad:
        st.markdown(f"**{bad:,} of {len(checked)} stops lack something.**")
    elif checked:
        st.markdown(f"**All {len(checked)} stops open.**")
    for number, stop in enumerate(tour.stops, 1):
        _row(tour, number, stop)
        for problem in checked[number - 1] if checked else []:
            st.warning(plain(problem), icon=":material/link_off:")


def _row(tour: Tour, number: int, stop: Stop) -> None:
    key = f"tours.{blake2b(f'{tour.name} {number} {stop}'.encode(), digest_size=6).hexdigest()}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        label, about = f"{number:,} {plain(stop.page)}", f"Opens the tour here. Workspace: {plain(stop.workspace)}"
        if st.button(label, key=f"{key}.open", icon=ICON, type="tertiary", help=about, width=150):
            go(tour, number, HOME)
        if tour.built_in or not may("save views"):
            st.text(stop.caption)
            return
        st.text_input(
            "Caption",
            stop.caption,
            key=f"{key}.caption",
            max_chars=LONGEST_CAPTION,
            label_visibility="collapsed",
            on_change=_recaption,
            args=(tour, number, f"{key}.caption"),
        )
        _button(tour, "Earlier", ":material/arrow_upward:", f"{key}.up", _moved(number, -1), off=number == 1)
        _button(
            tour, "Later", ":material/arrow_downward:", f"{key}.down", _moved(number, 1), off=number == len(tour.stops)
        )
        _button(tour, "Take out of the tour", ":material/close:", f"{key}.out", _without(number))


def _button(tour: Tour, help_: str, icon: str, key: str, change: Change, *, off: bool = False) -> None:
    st.button("", key=key, icon=icon, help=help_, disabled=off, type="tertiary", on_click=_change, args=(tour, change))


def _moved(number: int, by: int) -> Change:
    def change(stops: list[Stop]) -> list[Stop]:
        stops.insert(number - 1 + by, stops.pop(number - 1))
        return stops

    return change


def _without(number: int) -> Change:
    return lambda stops: stops[: number - 1] + stops[number:]


def _recaption(tour: Tour, number: int, key: str) -> None:
    caption = st.session_state[key]

    def change(stops: list[Stop]) -> list[Stop]:
        stops[number - 1] = stop_of(stops[number - 1].page, stops[number - 1].params, caption)
        return stops

    _change(tour, change)


def _change(tour: Tour, change: Change) -> None:
    try:
        change_stops(tour, change)
        st.session_state.pop(CHECKED, None)
    except ExplorerError as error:
        st.session_state[SAID] = str(error)
