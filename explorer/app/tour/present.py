"""Showing a tour on a page: the band above it, and what is said where a stop does not open whole."""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from explorer.app.frame.foreign import QUOTED, plain
from explorer.app.tour.band import band
from explorer.app.tour.check import lacking
from explorer.app.tour.now import asked, forget, go, is_away
from explorer.base.errors import ExplorerError
from explorer.base.shipped import page_files
from explorer.workspace.tours import HOME, STOP, TOUR, Stop, Tour
from explorer.workspace.tours_store import load_tour


@dataclass(frozen=True)
class Shown:
    """The stop that this run of a page shows. stop: None where the address asks for one that the tour does not have.

    below: the place below the band.
    """

    tour: Tour
    stop: Stop | None
    number: int
    below: DeltaGenerator

    def end(self, page: str) -> None:
        """Say what the stop lacks, with the way on; the page is drawn, or has said why it cannot be."""
        if self.stop is None or is_away(page, self.stop):
            return
        missing = lacking(self.stop)
        if missing:
            with self.below:
                st.warning(f"Not all of this stop is here. {plain(' '.join(missing))}")
                _way_on(self.tour, self.number, page)


def present(page: str) -> Shown | None:
    """Draw the band where the address asks for a stop, after going where a key asked; None for no tour."""
    now = asked()
    if now is None:
        return None
    try:
        tour = load_tour(now.tour)
    except ExplorerError as error:
        st.warning(f"The tour “{plain(now.tour, QUOTED)}” cannot be shown. {plain(error)}")
        forget()
        return None
    if set(st.query_params) <= {TOUR, STOP}:  # a short link: the tour and the number of the stop alone
        go(tour, now.stop, page)
    stop = tour.stop(now.stop)
    names = ["" if name == HOME else name for name in page_files()]
    wanted = band(tour, now.stop, away=stop is None or is_away(page, stop), pages=names)
    go(tour, wanted, page)
    below = st.container()
    if stop is None:
        with below:
            st.warning(f"The tour has {len(tour.stops)} stops, and no stop {now.stop:,}.")
            _way_on(tour, 0, page)
    return Shown(tour, stop, now.stop, below)


def _way_on(tour: Tour, number: int, page: str) -> None:
    """A button to the next stop, where there is one; to the first one from the last."""
    following = number + 1 if tour.stop(number + 1) else 1
    if following == number or not tour.stops:
        return
    if st.button(f"Go on to stop {following}", icon=":material/arrow_forward:", key="tour.on"):
        go(tour, following, page)
