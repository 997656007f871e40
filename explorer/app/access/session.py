"""Who looks at the page that is being drawn."""

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from explorer.app.access.login import login_is_configured, mail_of
from explorer.app.access.passes import Visitor
from explorer.app.access.who import EVERYTHING, guard
from explorer.base.permission import Actor, ask, current_user


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


ask(page_actor)
