"""All campaigns of a workspace: how far they are, and what can be done with each."""

import streamlit as st

from explorer.app.annotate.links import campaign_link
from explorer.app.annotate.more import more
from explorer.app.frame.foreign import plain
from explorer.base.permission import may
from explorer.features.judgments.service import CampaignProgress, are_in_a_database, how_far
from explorer.features.judgments.settings import IMPORTED, Campaign
from explorer.features.judgments.values import TITLES
from explorer.workspace.opened import Opened

COLOURS = {"open": "green", "closed": "gray", "imported": "blue"}


def show_campaigns(opened: Opened, found: list[Campaign]) -> None:
    """One card a campaign, the newest first; those in the archive behind a switch."""
    if are_in_a_database(opened):
        st.caption("Answers are kept in a PostgreSQL database.")
    archived = sum(bool(one.archived) for one in found)
    shown = archived and st.toggle(f"Show the archive ({archived:,})", key="show_archive")
    for campaign in found:
        if shown or not campaign.archived:
            with st.container(border=True):
                _card(opened, campaign, how_far(opened, campaign))


def _card(opened: Opened, campaign: Campaign, progress: CampaignProgress) -> None:
    settings = campaign.settings
    imported = settings.sampler == IMPORTED
    left, right = st.columns([3, 1], vertical_alignment="center")
    with left:
        badge = f":{COLOURS[campaign.state]}-badge[{plain(campaign.state)}]"
        away = " :gray-badge[archived]" if campaign.archived else ""
        st.markdown(f"**{plain(campaign.name)}** &nbsp; {badge}{away}")
        condition = settings.condition or " / ".join(settings.conditions)
        st.caption(f"{TITLES[settings.task]}{plain(f', {condition}' if condition else '')}. {plain(progress.sentence)}")
    with right, st.container(horizontal=True, horizontal_alignment="right"):
        if not imported and not campaign.closed and may("answer"):
            st.link_button("Take part", campaign_link(opened, campaign), type="primary", icon=":material/edit_note:")
    if not imported and progress.target:
        st.progress(min(progress.answers / progress.target, 1.0))
    key = f"more_{campaign.name}"
    place = st.expander("More", icon=":material/more_horiz:", key=key, on_change="rerun", type="compact")
    if place.open:
        with place:
            more(opened, campaign)
