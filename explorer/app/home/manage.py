"""Rename, duplicate and delete the workspace that is open, and take a deletion back."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.home.starting import bring_in
from explorer.app.home.view import ADDRESS
from explorer.base.errors import ExplorerError
from explorer.base.settings import workspaces_root
from explorer.workspace.folder import Workspace
from explorer.workspace.jobs import jobs_of
from explorer.workspace.managing import free_place, rename_workspace
from explorer.workspace.names import free_name
from explorer.workspace.trash import delete_workspace, restore_workspace
from explorer.workspace.trashed import KEPT_DAYS, Trashed, list_trash


def manage(workspace: Workspace) -> None:
    """A quiet button with a form for each."""
    with st.popover("Manage", icon=":material/more_horiz:", type="tertiary", key="manage"), st.container(width=360):
        busy = next((job.title for job in jobs_of(workspace.path) if job.state == "running"), "")
        if busy:
            st.info(f"“{plain(busy)}” is running. Wait until it has ended, or cancel it.")
        _rename(workspace, bool(busy))
        _duplicate(workspace, bool(busy))
        _delete(workspace, bool(busy))


def _rename(workspace: Workspace, busy: bool) -> None:
    name = _name("New name", workspace.path.name, "manage.name")
    unchanged = name == workspace.path.name
    if st.button("Rename", key="manage.rename", icon=":material/edit:", disabled=busy or unchanged or not name):
        try:
            renamed = rename_workspace(workspace, name)
        except ExplorerError as error:
            st.error(plain(error))
            return
        _open(renamed)


def _duplicate(workspace: Workspace, busy: bool) -> None:
    st.divider()
    name = _name(
        "Name of the copy", free_name(workspace.path.parent, f"{workspace.path.name[:70]} copy"), "manage.copy"
    )
    if st.button("Duplicate", key="manage.duplicate", icon=":material/content_copy:", disabled=busy or not name):
        try:
            free_place(workspace.path.parent, name)
        except ExplorerError as error:
            st.error(plain(error))
            return
        args = ["workspace", "duplicate", workspace.path.name, name]
        bring_in(args, f"Duplicate {workspace.name} as {name}", name)


def _delete(workspace: Workspace, busy: bool) -> None:
    st.divider()
    st.caption(
        f"**{plain(workspace.name)}** goes to the trash with its views, tags and judgments, and can be brought back "
        f"for {KEPT_DAYS} days. The files that it was made from stay where they are."
    )
    if st.button("Move to the trash", key="manage.delete", icon=":material/delete:", disabled=busy):
        try:
            gone = delete_workspace(workspace)
        except ExplorerError as error:
            st.error(plain(error))
            return
        st.query_params.from_dict({"gone": gone.id})
        st.rerun()


def undo(trash_id: str) -> None:
    """Say that a workspace was just deleted, with the button that takes it back."""
    one = next((one for one in list_trash(workspaces_root()) if one.id == trash_id), None)
    if one is None:
        ADDRESS.change(gone="")
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/delete: **{plain(one.name)}** is in the trash for {one.days_left:,} days.", width="content"
        )
        if st.button("Undo", key="gone.undo", icon=":material/undo:"):
            bring_back(one)


def bring_back(one: Trashed) -> None:
    """Restore a deleted workspace and open it."""
    _open(restore_workspace(workspaces_root(), one.id))


def _open(workspace: Workspace) -> None:
    st.query_params.from_dict({"ws": workspace.path.name})
    st.rerun()


def _name(label: str, value: str, key: str) -> str:
    return st.text_input(label, value, key=f"{key}.{value}", max_chars=80).strip()
