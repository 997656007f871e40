"""The way into a campaign: who the annotator is, the invitation code, coming back."""

from dataclasses import asdict

import streamlit as st

from explorer.app.access.joining import check_way_in, named_person
from explorer.app.access.login import login_is_configured
from explorer.app.access.session import visitor
from explorer.app.annotate.component import instruction_of, question_page
from explorer.app.annotate.view import ADDRESS, View
from explorer.app.frame.foreign import plain
from explorer.base.errors import InputError
from explorer.base.permission import may
from explorer.features.judgments.asking.way import check_open
from explorer.features.judgments.service import come_in
from explorer.features.judgments.settings import Campaign, check_person
from explorer.workspace.opened import Opened


def annotate(opened: Opened, campaign: Campaign, view: View) -> None:
    """The questions of a campaign, or what is missing before they can be shown."""
    check_open(campaign)
    if not may("answer"):
        st.info(
            "A viewer's key shows everything and answers nothing. To take part, open the link in a private window, "
            "or let this browser forget the key first: the address /leave of this server does that."
        )
        return
    named = _named(opened, campaign, view)
    known = bool(named) or visitor().is_invited(opened.path.name, campaign.name)
    if not check_way_in(campaign, asdict(view), known=known):
        _ask_code(view.code)
    person = named or _person(campaign, view.person)
    if not person:
        return
    start = come_in(opened, campaign, person)
    if start.restarted:
        st.info("You were away for a while: this campaign starts over. Your earlier answers are set aside.")
    question_page(opened, campaign, person)
    _who(person, start.answered, returning=start.returning, fixed=bool(named) or login_is_configured())


def _named(opened: Opened, campaign: Campaign, view: View) -> str:
    """The person whom a personal link names, in the address or at the door; "" without one."""
    invited = visitor().invitation(opened.path.name, campaign.name)
    return named_person(campaign, asdict(view)) or (invited.person if invited else "")


def _ask_code(given: str) -> None:
    if given:
        st.warning("That is not the invitation code of this campaign.")
    st.text_input("Invitation code", key="code_given", on_change=_code_given, help="You got it with the link.")
    st.stop()


def _code_given() -> None:
    ADDRESS.change(code=str(st.session_state["code_given"]).strip())


def _person(campaign: Campaign, given: str) -> str:
    """Name of the annotator: from the login, else from the address, else asked for; "" while there is none."""
    if login_is_configured():
        if not getattr(st.user, "is_logged_in", False):
            st.write("Log in to take part: your answers are stored under your name.")
            st.button("Log in", on_click=st.login, type="primary", key="log_in")
            return ""
        return check_person(str(st.user.get("email") or st.user.get("name") or ""))
    if given:
        try:
            return check_person(given)
        except InputError as error:
            st.error(plain(error), icon=":material/error:")
    _ask_name(campaign)
    return ""


def _ask_name(campaign: Campaign) -> None:
    st.subheader(plain(instruction_of(campaign.settings)))
    if campaign.settings.condition:
        st.write(f"Judge {plain(campaign.settings.condition)}.")
    st.write(
        "Answer at your own pace: each answer is stored at once. You can undo, skip and pause at any time. "
        "There are no wrong answers; your first impression counts."
    )
    with st.form("who", border=False, width=420):
        st.text_input(
            "Your name, or any name that you will remember",
            key="person_given",
            max_chars=60,
            help="Come back with the same name and you go on where you were.",
        )
        st.form_submit_button("Start", type="primary", on_click=_name_given, key="start")


def _name_given() -> None:
    ADDRESS.change(person=" ".join(str(st.session_state["person_given"]).split()))


def _who(person: str, answered: int, *, returning: bool, fixed: bool) -> None:
    back = f" Welcome back: {answered} answers of yours are stored." if returning and answered else ""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(f"You answer as **{plain(person)}**.{back}", width="content")
        if not fixed:
            st.button("Not you?", key="not_you", type="tertiary", on_click=ADDRESS.change, kwargs={"person": ""})
