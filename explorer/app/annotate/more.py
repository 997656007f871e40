"""What a card of a campaign holds under More: links, people, settings, the answers as files."""

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from explorer.app.annotate.answers_panel import answers_panel
from explorer.app.annotate.links import links_of
from explorer.app.annotate.make import copy_campaign
from explorer.app.annotate.members_panel import people_panel
from explorer.app.annotate.rules_form import rules_form
from explorer.app.frame.foreign import plain
from explorer.base.permission import may
from explorer.features.judgments.service import (
    archive,
    items_of,
    set_open,
    why_unchangeable,
)
from explorer.features.judgments.settings import IMPORTED, Campaign
from explorer.features.judgments.telling import settings_in_words
from explorer.workspace.opened import Opened


def more(opened: Opened, campaign: Campaign) -> None:
    """Draw one part at a time."""
    parts: dict[str, Callable[[Opened, Campaign], None]] = {"Settings": _settings, "Answers": answers_panel}
    if may("run campaigns"):
        links = {"Links": links_of} if campaign.settings.sampler != IMPORTED else {}
        parts = {**links, "People": people_panel, **parts, "Rules": rules_form}
    chosen = st.segmented_control(
        "Part",
        list(parts),
        key=f"part_{campaign.name}",
        default=next(iter(parts)),
        required=True,
        label_visibility="collapsed",
        format_func=plain,
    )
    parts[str(chosen)](opened, campaign)
    if may("run campaigns"):
        _actions(opened, campaign)


def _settings(opened: Opened, campaign: Campaign) -> None:
    settings = campaign.settings
    if settings.code and not may("run campaigns"):
        settings = replace(settings, code="is asked for")
    for what, said in settings_in_words(settings, len(items_of(opened, campaign.name))):
        st.markdown(f"{plain(what)}: **{plain(said)}**")


def _actions(opened: Opened, campaign: Campaign) -> None:
    """Change, copy, close, archive; why it cannot be changed is said."""
    name, imported = campaign.name, campaign.settings.sampler == IMPORTED
    why = "" if imported else why_unchangeable(opened, campaign)
    with st.container(horizontal=True):
        if not imported:
            st.button(
                "Change",
                key=f"change_{name}",
                icon=":material/edit:",
                disabled=bool(why),
                on_click=copy_campaign,
                args=(opened, campaign),
                kwargs={"change": True},
            )
            st.button(
                "Copy",
                key=f"copy_{name}",
                icon=":material/content_copy:",
                on_click=copy_campaign,
                args=(opened, campaign),
            )
            if not campaign.archived:
                st.button(
                    "Open again" if campaign.closed else "Close: take no more answers",
                    key=f"close_{name}",
                    on_click=set_open,
                    args=(opened, name, bool(campaign.closed)),
                )
        st.button(
            "Bring back from the archive" if campaign.archived else "Archive",
            key=f"archive_{name}",
            icon=":material/archive:",
            on_click=archive,
            args=(opened, name, not campaign.archived),
            help="Closed, and out of the list; nothing is deleted.",
        )
    if why:
        st.caption(plain(why))
