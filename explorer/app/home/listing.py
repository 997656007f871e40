"""All workspaces, to open one, and the trash, to bring one back."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.home.manage import bring_back
from explorer.app.home.starting import open_button
from explorer.app.home.words import kind, made, size
from explorer.base.permission import may
from explorer.base.settings import workspaces_root
from explorer.io.copying import size_on_disk
from explorer.workspace.folder import Workspace, WorkspaceSummary, list_workspaces
from explorer.workspace.job_words import clock
from explorer.workspace.layout import manifest_stamp
from explorer.workspace.trashed import KEPT_DAYS, Trashed, list_trash

FOLDER, HERE = ":material/folder_open:", ":material/check:"


def all_data(shown: Workspace) -> None:
    """A line a workspace, the open one marked; below, what was deleted."""
    for one in list_workspaces(workspaces_root()):
        _line(one, one.path == shown.path)
    if may("manage data"):
        trash()


def trash() -> None:
    """The deleted workspaces; nothing without any."""
    found = list_trash(workspaces_root())
    if not found:
        return
    st.subheader("Trash", anchor=False)
    st.caption(f"What was deleted goes for good when the app is started {KEPT_DAYS} days later.")
    for one in found:
        _trashed(one)


def _line(one: WorkspaceSummary, shown: bool) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        if one.error:
            st.markdown(f"**{plain(one.name)}** cannot be opened: {plain(one.error)}")
            return
        name = one.path.name
        open_button(f"**{plain(name)}**", HERE if shown else FOLDER, f"open_{name}", ws=name)
        manifest = Workspace.open(one.path).manifest
        disk = size(_on_disk(str(one.path), manifest_stamp(one.path)))
        parts = [kind(manifest), f"{one.count:,} items", f"{disk} on disk", f"made {made(manifest)}"]
        st.caption(" · ".join([*parts, "**shown now**"] if shown else parts), width="content")


def _trashed(one: Trashed) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(one.name)}**", width="content")
        st.caption(f"deleted {clock(one.deleted)} · kept for {one.days_left:,} more days", width="content")
        if st.button("Bring back", key=f"restore_{one.id}", icon=":material/restore_from_trash:"):
            bring_back(one)


@st.cache_data(ttl=300, max_entries=200, show_spinner=False)
def _on_disk(folder: str, stamp: str) -> int:
    from pathlib import Path

    return size_on_disk(Path(folder))
