"""The frame that every page runs in: page config, sidebar with workspace and model, errors as messages."""

from collections.abc import Callable
from typing import Literal, overload

import streamlit as st

from explorer.app.frame import theme
from explorer.app.frame.cache import get_workspace
from explorer.base.errors import ExplorerError, WorkspaceError
from explorer.base.settings import open_first, workspaces_root
from explorer.base.shipped import ASSETS, PAGES
from explorer.workspace.folder import Workspace, list_workspaces

ICON = ASSETS / "icon.png"
PAGE_ICONS = {
    "Explore": ":material/travel_explore:",
    "Conditional": ":material/tune:",
    "Relational": ":material/hub:",
    "Compare": ":material/compare_arrows:",
    "MAP-Elites": ":material/grid_view:",
    "Annotate": ":material/rate_review:",
    "Agreement": ":material/groups:",
}


@overload
def run_page(title: str, body: Callable[[Workspace], None]) -> None: ...
@overload
def run_page(title: str, body: Callable[[Workspace | None], None], *, needs_workspace: Literal[False]) -> None: ...
def run_page(title: str, body: Callable[..., None], *, needs_workspace: bool = True) -> None:
    """Draw one page: `body` gets the workspace that the address names (`?ws=`), or the first one.

    An ExplorerError becomes a message with a way on; every other error is a bug and stays a traceback.
    """
    st.set_page_config(page_title=f"{title} · Similarity Explorer", page_icon=str(ICON), layout="wide")
    theme.apply()
    try:
        workspace = _sidebar()
        if workspace is None and needs_workspace:
            _no_workspace()
        elif workspace is not None and needs_workspace and not workspace.encoders():
            _not_ready(workspace)
        else:
            body(workspace)
    except ExplorerError as error:
        st.error(str(error), icon=":material/error:")
        if needs_workspace:
            st.page_link("app.py", label="Go to the home page", icon=":material/home:")


def current_encoder() -> str:
    """Spec of the model chosen in the sidebar; WorkspaceError when nothing is embedded yet."""
    spec = str(st.session_state.get("current_encoder", ""))
    if not spec:
        raise WorkspaceError("These items have no vectors yet. Open the home page and press “Prepare for search”.")
    return spec


def keep_in_url(name: str, value: str) -> None:
    """Set one part of the address, or remove it when `value` is empty; nothing happens when it is so already."""
    if st.query_params.get(name, "") == value:
        return
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)


def link_to(page: str, label: str, icon: str) -> None:
    """A link to another page that keeps the workspace and the model."""
    st.page_link(page, label=label, icon=icon, query_params=kept_query())


def kept_query() -> dict[str, str]:
    """The parts of the address that hold on every page: workspace and model."""
    return {name: st.query_params[name] for name in ("ws", "model") if name in st.query_params}


def _sidebar() -> Workspace | None:
    with st.sidebar:
        theme.brand()
        names = [summary.path.name for summary in list_workspaces(workspaces_root()) if not summary.error]
        links = st.container(gap="xsmall")
        try:
            workspace = _pick_workspace(names)
            _pick_encoder(workspace)
        finally:
            with links:
                _links()
    return workspace


def _pick_workspace(names: list[str]) -> Workspace | None:
    if not names:
        return None
    asked = st.query_params.get("ws", "") or (open_first() if open_first() in names else names[0])
    keep_in_url("ws", asked)
    options = names if asked in names else [asked, *names]
    st.session_state["pick_ws"] = asked
    st.selectbox(
        "Data", options, key="pick_ws", on_change=_workspace_picked, help="The collection that all pages show."
    )
    return get_workspace(asked)


def _workspace_picked() -> None:
    st.query_params.from_dict({"ws": st.session_state["pick_ws"]})


def _pick_encoder(workspace: Workspace | None) -> None:
    specs = workspace.encoders() if workspace else []
    asked = st.query_params.get("model", "")
    spec = asked if asked in specs else ("pocket" if "pocket" in specs else specs[0] if specs else "")
    st.session_state["current_encoder"] = spec
    if not specs:
        return
    keep_in_url("model", spec if asked else "")
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
    for path in sorted(PAGES.glob("[0-9]*.py"), key=lambda p: int(p.stem.split("_")[0])):
        name = path.stem.split("_", 1)[1].replace("_", " ")
        link_to(f"pages/{path.name}", name, PAGE_ICONS.get(name, ":material/chevron_right:"))


def _not_ready(workspace: Workspace) -> None:
    """Before the first model has looked at the items: how far it is, or where to start it."""
    from explorer.app.frame.jobs import (
        running,
        show_jobs,
    )  # the home page imports this frame

    if running(workspace):
        st.info("These items are being prepared. The page opens by itself when that is done.")
        show_jobs(workspace)
    else:
        st.info("These items have no vectors yet. Open the home page and press “Prepare for search”.")
    st.page_link("app.py", label="Go to the home page", icon=":material/home:")


def _no_workspace() -> None:
    st.info("There is no data yet. Open the demo, or bring your own images or texts, on the home page.")
    st.page_link("app.py", label="Go to the home page", icon=":material/home:")
