"""The home page: what is here, how far it is, and how to bring more."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import finished_jobs, show_jobs
from explorer.app.home.arriving import arriving
from explorer.app.home.bring import bring_data
from explorer.app.home.examples import examples
from explorer.app.home.header import header
from explorer.app.home.listing import all_data, trash
from explorer.app.home.manage import undo
from explorer.app.home.models import models_and_maps
from explorer.app.home.others import others_at_work
from explorer.app.home.overview import overview, skipped
from explorer.app.home.runs import show_runs
from explorer.app.home.step_up import offer_step_up
from explorer.app.home.view import ADDRESS, TABS, View
from explorer.app.home.welcome import demos, welcome
from explorer.app.tour.manage import tours
from explorer.base.permission import may
from explorer.workspace.opened import Opened

LABELS = {
    "what": "What is in it",
    "models": "Models",
    "skipped": "Skipped",
    "add": "Add data",
    "all": "All data",
    "tours": "Tours",
}


def body(opened: Opened | None) -> None:
    """Draw the home page of a workspace, or the welcome when there is none yet."""
    view, problems = ADDRESS.current()
    for problem in problems:
        st.warning(plain(problem))
    if view.job and arriving(view.job, opened.workspace if opened else None):
        return
    if view.gone and may("manage data"):
        undo(view.gone)
    if opened is None:
        _first_time()
        return
    header(opened.workspace)
    if view.tab == "what":
        examples(opened.workspace)
        offer_step_up(opened)
    show_jobs(opened.workspace, home_page=True)
    others_at_work(opened.path)
    _tabs(opened, view)


def _first_time() -> None:
    welcome()
    show_jobs(None)
    if not may("upload"):
        return
    demos()
    st.subheader("Your own data", anchor=False)
    bring_data(None)
    trash()


def _tabs(opened: Opened, view: View) -> None:
    """Only what is open is worked out; which that is stands in the address."""
    names = [name for name in TABS if name != "add" or may("upload")]
    now = view.tab if view.tab in names else "what"
    st.session_state["home_tab"] = LABELS[now]
    tabs = st.tabs([LABELS[name] for name in names], key="home_tab", on_change=_tab_picked)
    with tabs[names.index(now)]:
        _content(opened, now, view)


def _tab_picked() -> None:
    label = st.session_state["home_tab"]
    ADDRESS.change(tab=next(name for name, shown in LABELS.items() if shown == label))


def _content(opened: Opened, tab: str, view: View) -> None:
    workspace = opened.workspace
    if tab == "what":
        overview(opened)
    elif tab == "models":
        models_and_maps(opened, view.trial)
        finished_jobs(workspace)
        if may("run work"):
            show_runs(workspace)
    elif tab == "skipped":
        skipped(workspace)
    elif tab == "add":
        bring_data(workspace)
        demos()
    elif tab == "tours":
        tours(opened, view.chosen, lambda name: ADDRESS.change(chosen=name))
    else:
        all_data(workspace)
