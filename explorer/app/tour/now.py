"""Which stop of which tour is being shown. It stands in the address, so a link opens at a stop and a reload stays."""

from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from explorer.app.frame.address import keep, parameters
from explorer.base.settings import workspaces_root
from explorer.base.shipped import page_files
from explorer.workspace.renamed import renamed_to
from explorer.workspace.tours import HOME, STOP, TOUR, Params, Stop, Tour

NOW = "tour.now"


@dataclass(frozen=True)
class Now:
    """The tour and the number of the stop, from 1 on."""

    tour: str
    stop: int


def asked() -> Now | None:
    """What the address asks for; where a link within the tour has lost it, what was shown before; None for no tour.

    A tour goes on until the page is loaded anew without it, which is how the band ends it.
    """
    name, number = st.query_params.get(TOUR, ""), st.query_params.get(STOP, "1")
    if name:
        now = Now(name, int(number) if number.isdecimal() and len(number) < 5 else 1)
        st.session_state[NOW] = (now.tour, now.stop)
        return now
    if NOW not in st.session_state:
        return None
    now = Now(*st.session_state[NOW])
    keep(TOUR, now.tour)
    keep(STOP, str(now.stop))
    return now


def forget() -> None:
    """Show no tour any more."""
    st.session_state.pop(NOW, None)
    for name in (TOUR, STOP):
        keep(name, "")


def go(tour: Tour, number: int, page: str) -> None:
    """Go from `page` to a stop and end this run; nothing happens where the tour has no such stop."""
    stop = tour.stop(number)
    if stop is None:
        return
    move(page, stop.page, address_of_stop(tour, number, stop))


def move(page: str, target: str, query: Params) -> None:
    """Go from one page to another, or to another address of the same one, and end this run."""
    if target != page:
        st.switch_page(page_files()[target], query_params=query)
    st.query_params.from_dict(query)
    st.rerun()


def address_of_stop(tour: Tour, number: int, stop: Stop) -> dict[str, list[str]]:
    """Parameters of the address that shows a stop as part of its tour."""
    return stop.params | {TOUR: [tour.name], STOP: [str(number)]}


def link_to_stop(tour: Tour, number: int) -> str:
    """Address of a stop from the page's name on, as part of its tour; "" where there is no such stop."""
    stop = tour.stop(number)
    if stop is None:
        return ""
    page = "" if stop.page == HOME else stop.page
    return f"{page}?{urlencode(address_of_stop(tour, number, stop), doseq=True)}"


def is_away(page: str, stop: Stop) -> bool:
    """Whether something else than the stop is shown now."""
    now = renamed_to(workspaces_root(), stop.workspace) or stop.workspace
    return page != stop.page or _own(parameters()) != _own(stop.params | {"ws": [now]})


def _own(params: Params) -> dict[str, list[str]]:
    return {name: list(values) for name, values in params.items() if name not in (TOUR, STOP)}
