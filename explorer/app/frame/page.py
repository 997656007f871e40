"""The frame that every page runs in: page config, sidebar with workspace and model, errors as messages."""

from collections.abc import Callable
from pathlib import PurePath
from typing import Literal, overload

import streamlit as st

from explorer.app.access.session import show_way_in
from explorer.app.frame import theme
from explorer.app.frame.address import keep
from explorer.app.frame.foreign import QUOTED, plain
from explorer.app.frame.visits import address_of, remember
from explorer.app.tour.present import present
from explorer.app.tour.views import views_and_tours
from explorer.base.errors import ExplorerError, WorkspaceError
from explorer.base.permission import may
from explorer.base.settings import open_first, workspaces_root
from explorer.base.shipped import ASSETS, PAGES
from explorer.io.disk import DISK_ERRORS, disk_message
from explorer.workspace.finding import workspace_folder
from explorer.workspace.folder import Workspace, list_workspaces
from explorer.workspace.opened import Opened, open_shared
from explorer.workspace.renamed import renamed_to

ICON = ASSETS / "icon.png"
SIDEBAR = 268  # pixels
PAGE_ICONS = {
    "Explore": ":material/travel_explore:",
    "Conditional": ":material/tune:",
    "Relational": ":material/hub:",
    "Compare": ":material/compare_arrows:",
    "MAP-Elites": ":material/grid_view:",
    "Annotate": ":material/rate_review:",
    "Agreement": ":material/groups:",
    "Diagnose": ":material/stethoscope:",
    "Search_lab": ":material/speed:",
    "Label": ":material/label:",
    "Tune": ":material/model_training:",
    "Match": ":material/join_inner:",
}


@overload
def run_page(title: str, body: Callable[[Opened], None]) -> None: ...
@overload
def run_page(title: str, body: Callable[[Opened | None], None], *, needs_workspace: Literal[False]) -> None: ...
def run_page(title: str, body: Callable[..., None], *, needs_workspace: bool = True) -> None:
    """Draw one page: `body` gets the workspace that the address names (`?ws=`), or the first one.

    An ExplorerError, or a full or locked disk, becomes a message with a way on; every other error is a bug and stays a
    traceback.
    """
    st.set_page_config(
        page_title=f"{_label(title)} · Similarity Explorer",
        page_icon=str(ICON),
        layout="wide",
        initial_sidebar_state=SIDEBAR,
    )
    theme.apply()
    if not may("look"):
        show_way_in()
        return
    shown = present(title)
    try:
        opened = _sidebar(title)
        if opened is None and needs_workspace:
            _no_workspace()
        elif opened is not None and needs_workspace and not opened.encoders:
            _not_ready(opened.workspace)
        else:
            body(opened)
            remember(title)  # the page may have corrected its address
    except (ExplorerError, *DISK_ERRORS) as error:
        message = str(error) if isinstance(error, ExplorerError) else disk_message(error)
        if not message:
            raise
        st.error(plain(message), icon=":material/error:")
        if needs_workspace:
            st.page_link("app.py", label="Go to the home page", icon=":material/home:")
    if shown:
        shown.end(title)
    with st.sidebar:
        if not may("run work"):
            st.caption(":material/visibility: You look as a viewer; organisers of this server make changes.")
        theme.light_or_dark(["", *map(_name, _pages())])


def current_encoder() -> str:
    """Spec of the model chosen in the sidebar; WorkspaceError when nothing is embedded yet."""
    spec = str(st.session_state.get("current_encoder", ""))
    if not spec:
        raise WorkspaceError("These items have no vectors yet. Open the home page and press “Prepare for search”.")
    return spec


def link_to(page: str, label: str, icon: str, *, item: str = "") -> None:
    """A link to another page as it was left, in the same workspace and model; about `item` where one is given."""
    st.page_link(page, label=label, icon=icon, query_params=address_of(_name(page), item))


def _sidebar(title: str) -> Opened | None:
    with st.sidebar:
        theme.brand()
        names = [summary.path.name for summary in list_workspaces(workspaces_root()) if not summary.error]
        links = st.container(gap="xsmall")
        try:
            opened = _pick_workspace(names)
            _pick_encoder(opened)
            remember(title)
            if opened:
                views_and_tours(title, opened, st.session_state["current_encoder"])
        finally:
            with links:
                _links()
    return opened


def _pick_workspace(names: list[str]) -> Opened | None:
    if not names:
        return None
    asked = st.query_params.get("ws", "") or (open_first() if open_first() in names else names[0])
    now = "" if asked in names else renamed_to(workspaces_root(), asked)
    if now:
        st.toast(f"“{plain(asked, QUOTED)}” is called “{plain(now)}” now.", icon=":material/edit:")
        asked = now
    keep("ws", asked)
    options = names if asked in names else [asked, *names]
    st.session_state["pick_ws"] = asked
    st.selectbox(
        "Data", options, key="pick_ws", on_change=_workspace_picked, help="The collection that all pages show."
    )
    return open_shared(workspace_folder(asked))


def _workspace_picked() -> None:
    st.query_params.from_dict({"ws": st.session_state["pick_ws"]})


def _pick_encoder(opened: Opened | None) -> None:
    specs = opened.encoders if opened else ()
    asked = st.query_params.get("model", "")
    spec = opened.best_encoder(asked) if opened and specs else ""
    st.session_state["current_encoder"] = spec
    if not specs:
        return
    keep("model", spec if asked else "")
    st.session_state["pick_model"] = spec
    st.selectbox(
        "Model",
        specs,
        key="pick_model",
        on_change=_encoder_picked,
        help="What turns images and texts into vectors. Two items are similar when their vectors point the same way.",
    )


def _encoder_picked() -> None:
    st.query_params["model"] = st.session_state["pick_model"]


def _links() -> None:
    link_to("app.py", "Home", ":material/home:")
    for page in _pages():
        link_to(page, _label(_name(page)), PAGE_ICONS.get(_name(page), ":material/chevron_right:"))


def _pages() -> list[str]:
    found = sorted(PAGES.glob("[0-9]*.py"), key=lambda path: int(path.stem.split("_")[0]))
    return [f"pages/{path.name}" for path in found]


def _name(page: str) -> str:
    """Name of a page by its file: "pages/5_MAP-Elites.py" is MAP-Elites, the last part of its address."""
    return PurePath(page).stem.partition("_")[2]


def _label(name: str) -> str:
    """A page's name for people."""
    return name.replace("_", " ")


def _not_ready(workspace: Workspace) -> None:
    """Before the first model has looked at the items: how far it is, or where to start it."""
    from explorer.app.frame.jobs import (
        running,
        show_jobs,
    )

    if running(workspace):
        st.info("These items are being prepared. The page opens by itself when that is done.")
        show_jobs(workspace)
    else:
        st.info("These items have no vectors yet. Open the home page and press “Prepare for search”.")
    st.page_link("app.py", label="Go to the home page", icon=":material/home:")


def _no_workspace() -> None:
    st.info("There is no data yet. Open the demo, or bring your own images or texts, on the home page.")
    st.page_link("app.py", label="Go to the home page", icon=":material/home:")
