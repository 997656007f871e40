"""Two models as a file to send: a page that works alone, or the scores as a figure."""

import importlib.util
from collections.abc import Callable

import streamlit as st

from explorer.app.compare.controls import Pair
from explorer.features.compare.networks import is_network

KINDS = {
    "html": ("Web page", "text/html"),
    "svg": ("Figure (SVG)", "image/svg+xml"),
    "pdf": ("Figure (PDF)", "application/pdf"),
    "png": ("Figure (PNG)", "image/png"),
}
HELP = (
    "The page holds scores, both maps, and the most changed items with what is nearest to each under both models. It "
    "works without this app and without a network. A figure is the table of scores: of the layers of both models where "
    "they were collected, else of all models."
)


def send(pair: Pair) -> None:
    """Draw the choice and the button; nothing for one model alone, or for networks, which have layers only."""
    if pair.a == pair.b or is_network(pair.a) or is_network(pair.b):
        return
    known = [kind for kind in KINDS if kind == "html" or importlib.util.find_spec("matplotlib")]
    with st.expander("Export", icon=":material/download:"), st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            "Format",
            known,
            key="compare.send.kind",
            format_func=lambda one: KINDS[one][0],
            default="html",
            required=True,
            help=HELP,
        )
        st.download_button(
            "Download",
            _maker(pair, str(kind)),
            f"{pair.opened.name}-models.{kind}",
            KINDS[str(kind)][1],
            key="compare.send.download",
            on_click="ignore",
            icon=":material/download:",
        )


def _maker(pair: Pair, kind: str) -> Callable[[], bytes]:
    def make() -> bytes:
        from explorer.features.compare.export import comparison_page, scores_figure, tables

        names, view = (pair.a, pair.b), pair.view
        if kind == "html":
            return comparison_page(pair.opened, names, measure=view.measure, items=view.items)
        return scores_figure(tables(pair.opened, names, view.measure, view.items)[-1], kind)

    return make
