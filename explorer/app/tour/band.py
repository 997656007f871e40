"""The band above the page of a stop: its caption in large type, and the keys that lead on."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from explorer.app.tour.now import link_to_stop
from explorer.workspace.tours import Tour

JS = Path(__file__).parent / "js"
KEY, BAND = "tour.band", "tour-band"
STYLE = """
<style>
[data-testid="stSidebar"], [data-testid="stHeader"], [data-testid="stExpandSidebarButton"] {display: none !important;}
.block-container, header:has([data-testid="stToolbar"]) ~ [data-testid="stMain"] .block-container {
  padding: 0 1.2rem 1rem;
}
[data-testid="stLayoutWrapper"]:has(> .st-key-tour-band) {
  position: sticky; top: 0; z-index: 99; width: calc(100% + 2.4rem) !important; max-width: none; margin: 0 -1.2rem;
}
.st-key-tour-band, .st-key-tour-band > div {width: 100% !important;}
</style>
"""


def band(tour: Tour, number: int, *, away: bool, pages: Sequence[str]) -> int:
    """Draw the band, the page's sidebar put away; the number of the stop that a key or button asked for, 0 for none.

    pages: names of all pages, whose theme the tour makes dark.
    """
    st.html(STYLE)
    data = {
        "tour": tour.name,
        "captions": [one.caption for one in tour.stops],
        "stop": number,
        "away": away,
        "first": link_to_stop(tour, 1),
        "pages": list(pages),
    }
    with st.container(key=BAND):
        said = _component()(data=data, key=KEY, on_go_change=_nothing, height="content")
    asked = getattr(said, "go", None)
    return int(asked) if isinstance(asked, int | float) else 0


def _nothing() -> None:
    """Triggers reach the run that follows by the component's value."""


@cache
def _component() -> Any:
    css, js = ((JS / f"band.{kind}").read_text("utf-8") for kind in ("css", "js"))
    return st.components.v2.component("explorer_tour_band", css=css, js=js)
