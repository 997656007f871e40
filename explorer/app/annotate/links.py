"""The links of a campaign: one for all who are invited, one for a recruiting service, and one for each person."""

from urllib.parse import urlencode

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.base.errors import InputError
from explorer.features.judgments.asking.invitations import link, own_key, page_address
from explorer.features.judgments.settings import Campaign
from explorer.workspace.opened import Opened

SERVICES = {
    "everybody who is invited": "",
    "Prolific": "&PROLIFIC_PID={{%PROLIFIC_PID%}}&STUDY_ID={{%STUDY_ID%}}&SESSION_ID={{%SESSION_ID%}}",
    "SONA": "&survey_code=%SURVEY_CODE%",
}
"""What a service fills in behind the link, as it writes it."""


def links_of(opened: Opened, campaign: Campaign) -> None:
    """Show the link for all, and a field that makes the links of single people."""
    if not campaign.settings.personal:
        service = st.selectbox("Link for", list(SERVICES), key=f"service_{campaign.name}", width=360)
        st.code(_link(opened, campaign) + SERVICES[service], language=None, wrap_lines=True)
    names = st.text_area(
        "Links for single people, one name a line",
        key=f"link_for_{campaign.name}",
        placeholder="Ann B\nBo",
        height=96,
        help="Whoever opens one answers under this name, and goes on under it on any device.",
    )
    people = list(dict.fromkeys(line.strip() for line in names.splitlines() if line.strip()))
    if people:
        try:
            lines = [f"{person}\t{_link(opened, campaign, person)}" for person in people]
            st.code("\n".join(lines), language=None, wrap_lines=True)
        except InputError as error:
            st.error(plain(error))


def campaign_link(opened: Opened, campaign: Campaign) -> str:
    """The address of the campaign's page, for those who run it: no key is in it."""
    return page_address(_here(), opened.path.name, campaign.name)


def own_link(opened: Opened, campaign: Campaign, key: str) -> str:
    """The address under which a person who is there already goes on, whatever browser they have."""
    return f"{campaign_link(opened, campaign)}?{urlencode({'own': own_key(campaign, key)})}"


def _here() -> str:
    return (st.context.url or "").split("?")[0].removesuffix("/Annotate")


def _link(opened: Opened, campaign: Campaign, person: str = "") -> str:
    return link(campaign, opened.path.name, _here(), person)
