"""What can be sent of a view: a page that works without the app, and a figure for a paper."""

import importlib.util
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from explorer.app.explore.sent_view import stop_of_link
from explorer.app.explore.state import Context
from explorer.app.frame.address import parameters
from explorer.app.frame.jobs import running, show_jobs, start_job, work_button
from explorer.io.text import counted
from explorer.library.sending.choice import MOST_DRAWN, MOST_ITEMS, choose
from explorer.workspace.tours_store import tour_names

KINDS = {"pdf": "application/pdf", "svg": "image/svg+xml", "png": "image/png"}
WIDTHS = {85: "85 mm, one column", 180: "180 mm, the page"}
PAGE_HELP = (
    "Map, pictures, search by words and the nearest neighbours of each item, in one file that any browser opens from "
    "the disk. It works without this app and without a network, and it connects to nothing. Whoever has the file has "
    "all that is in it: small pictures, texts and columns."
)


def send_panel(context: Context) -> None:
    """Draw both parts."""
    st.markdown("**A file to send**", help=PAGE_HELP)
    _page(context)
    if context.maps:
        st.markdown("**A figure for a paper**", help="The map with these colours, its names and its legend, on white.")
        _figure(context)


def page_file(context: Context) -> Path:
    """Where the page of a workspace lies once it is made."""
    return context.workspace.folder("cache") / "sent" / f"{context.opened.name}.html"


def _page(context: Context) -> None:
    view = context.view
    narrowed = bool(view.regions or view.saved or view.filters or view.parts)
    count = len(context.dataset)
    only = st.checkbox("Only the items that are found or selected", key="explore.send.only", disabled=not narrowed)
    known = context.dataset.attributes
    left = st.multiselect("Columns to leave out", known, key="explore.send.left") if known else []
    columns = [name for name in known if name not in left]
    tour = st.selectbox(
        "Stops of a tour", ["", *tour_names()], format_func=lambda one: one or "none", key="explore.send.tour"
    )
    too_many = count > MOST_ITEMS and not (only and narrowed)
    if work_button(
        "Make the page",
        key="explore.send.page",
        icon=":material/web:",
        disabled=running(context.workspace) or too_many,
        help=f"A page holds at most {MOST_ITEMS:,} items." if too_many else "Some seconds for each thousand pictures.",
    ):
        start_job(context.workspace.path, _arguments(context, columns, tour, only and narrowed), "A page to send")
    if running(context.workspace):
        show_jobs(context.workspace)
    else:
        _offer(context)


def _arguments(context: Context, columns: list[str], tour: str, only: bool) -> list[str]:
    """Of the command that makes the page of this view."""
    chosen = [part for name in columns for part in ("--column", name)] if columns else ["--no-columns"]
    colour = context.view.colour if context.view.colour != "similarity" else ""
    return [
        "export",
        str(context.opened.path),
        str(page_file(context)),
        *("--model", context.encoder),
        *(("--map", context.method) if context.method else ()),
        *(("--colour", colour) if colour else ()),
        *("--link", urlencode(parameters(), doseq=True)),
        *chosen,
        *(("--tour", tour) if tour else ()),
        *(("--only",) if only else ()),
    ]


def _offer(context: Context) -> None:
    path = page_file(context)
    if not path.is_file():
        return
    found = path.stat()
    minutes = max(0, round((time.time() - found.st_mtime) / 60))
    st.download_button(
        f"Download the page ({found.st_size / 1e6:.1f} MB)",
        path.read_bytes,
        path.name,
        "text/html",
        key="explore.send.download",
        on_click="ignore",
        icon=":material/download:",
        help=f"It was made {counted(minutes, 'minute')} ago.",
    )


def _figure(context: Context) -> None:
    if importlib.util.find_spec("matplotlib") is None:
        st.caption("Figures need matplotlib: `pip install 'similarity-explorer[figures]'`, then start again.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            "Format", list(KINDS), key="explore.figure.kind", format_func=str.upper, default="pdf", required=True
        )
        width = st.segmented_control(
            "Width",
            list(WIDTHS),
            key="explore.figure.width",
            format_func=WIDTHS.__getitem__,
            default=180,
            required=True,
        )
    st.download_button(
        "Download the figure",
        _maker(context, str(kind), float(width or 180), urlencode(parameters(), doseq=True)),
        f"{context.opened.name}.{kind}",
        KINDS[str(kind)],
        key="explore.figure.download",
        on_click="ignore",
        icon=":material/download:",
    )


def _maker(context: Context, kind: str, width: float, link: str) -> Callable[[], bytes]:
    def make() -> bytes:
        from explorer.library.sending.figure import figure_bytes

        colour = context.view.colour if context.view.colour != "similarity" else ""
        start = stop_of_link(context.opened, link, context.encoder)
        sent = choose(
            context.opened, model=context.encoder, method=context.method, colour=colour, start=start, most=MOST_DRAWN
        )
        return figure_bytes(sent, kind, width)

    return make
