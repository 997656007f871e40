"""Who looks at the page that is being drawn."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from explorer.app.access.login import login_is_configured, mail_of
from explorer.app.access.passes import Visitor
from explorer.app.access.who import EVERYTHING, guard
from explorer.base.errors import Refused
from explorer.base.permission import Actor, Role, ask, current_user
from explorer.workspace.finding import workspace_folder
from explorer.workspace.opened import Opened, open_shared

NOT_YOURS = "Your link leads to its campaign alone. Open that link again, or ask whoever invited you for it."


def visitor() -> Visitor:
    """Whoever this browser belongs to; worked out anew for every run, so that keys that were replaced stop at once."""
    now = guard()
    if now.is_open:
        return EVERYTHING
    mail = mail_of(st.user) if now.mails else ""
    return now.visitor_with(st.context.cookies, mail)


def page_actor() -> Actor:
    """Who acts: whoever looks at the page that runs, else the user of this computer."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return current_user()
    one = visitor()
    return Actor(one.role, str(one.name or st.context.ip_address or "this computer"))


def show_way_in() -> None:
    """What stands in place of a page for whoever is nobody yet."""
    if login_is_configured() and not st.user.is_logged_in:
        st.write("Log in to see this page.")
        st.button("Log in", on_click=st.login, type="primary", key="log_in")
        return
    st.info("This browser has no key of this server, or other keys were made. Open a link with a key.")
    if login_is_configured():
        st.button("Log out", on_click=st.logout, key="log_out")


def campaigns_workspace(title: str) -> Opened:
    """The workspace of the campaign that an annotator was invited to; Refused for all else that an address may name."""
    name, campaign = st.query_params.get("ws", ""), st.query_params.get("campaign", "")
    if title != "Annotate" or not visitor().is_invited(name, campaign):
        raise Refused(NOT_YOURS)
    return open_shared(workspace_folder(name))


def is_annotator() -> bool:
    """Whether the page is drawn for somebody who may answer a campaign and see nothing else."""
    return visitor().role is Role.ANNOTATOR


ask(page_actor)
