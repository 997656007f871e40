"""Diagnose: what is wrong with an embedding or a collection: hubs, narrow spaces, doubtful labels, leaking splits."""

import streamlit as st

from explorer.app.diagnose.alike_panel import alike_panel
from explorer.app.diagnose.doctor_panel import doctor_panel
from explorer.app.diagnose.geometry_panel import geometry_panel
from explorer.app.diagnose.health_panel import health_panel
from explorer.app.diagnose.labels_panel import labels_panel
from explorer.app.diagnose.limits_panel import limits_panel
from explorer.app.diagnose.splits_panel import splits_panel
from explorer.app.diagnose.view import ADDRESS, QUESTIONS, TABS, Context, follow
from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import small_or_job
from explorer.app.frame.page import current_encoder, run_page
from explorer.app.frame.tabs import choose_tab
from explorer.features.diagnose.alike.service import known_links
from explorer.search.cleaning import known_copies
from explorer.search.nearest_items import known_neighbours
from explorer.workspace.opened import Opened

PANELS = {
    "geometry": geometry_panel,
    "labels": labels_panel,
    "splits": splits_panel,
    "alike": alike_panel,
    "index": doctor_panel,
    "health": health_panel,
    "limits": limits_panel,
}
OF_THEIR_OWN = ("index", "health", "limits")  # parts that start their work themselves
AT_ONCE, PICTURES_AT_ONCE, LINKS_AT_ONCE = 10_000, 300, 5_000


def diagnose(opened: Opened) -> None:
    """The page."""
    follow()
    view, problems = ADDRESS.current()
    for problem in problems:
        st.warning(plain(problem))
    choose_tab(ADDRESS, "diagnose", TABS, view.tab)
    st.markdown(f"**{QUESTIONS[view.tab]}**")
    context = Context(opened, current_encoder(), view)
    if _ready(context):
        with st.spinner("Looking at the items …", show_time=False):
            PANELS[view.tab](context)


def _ready(context: Context) -> bool:
    """Whether what the part works on is there or quick to make; otherwise offers the work."""
    opened, spec = context.opened, context.encoder
    if context.view.tab in OF_THEIR_OWN:
        return True
    args = [str(opened.path), "--model", spec]
    if context.view.tab == "alike":
        known, most, title = known_links(opened, spec) is not None, LINKS_AT_ONCE, "Compare every two items"
        command, args = "diagnose", [*args, "--alike"]
    elif context.view.tab == "splits":
        most = PICTURES_AT_ONCE if opened.dataset.has_images else AT_ONCE
        known, command, title = known_copies(opened, spec) is not None, "duplicates", "Find copies"
    else:
        known, command, title = known_neighbours(opened, spec) is not None, "diagnose", "Find neighbours"
        most = AT_ONCE
    return known or small_or_job(opened.workspace, [command, *args], title, count=len(opened.dataset), most=most)


run_page("Diagnose", diagnose)
