"""The links of a campaign: one for all who are invited, and one a person that nobody else can answer under."""

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.base.errors import InputError
from explorer.features.judgments.asking.invitations import link, page_address
from explorer.features.judgments.settings import Campaign
from explorer.workspace.opened import Opened


def links_of(opened: Opened, campaign: Campaign) -> None:
    """Show the link for all, and a field that makes the link of one person."""
    if not campaign.settings.personal:
        st.caption("Link for annotators")
        _show(opened, campaign)
    person = st.text_input(
        "Link for one person",
        key=f"link_for_{campaign.name}",
        placeholder="their name",
        max_chars=60,
        help="Whoever opens it answers under this name, and no one else can where the campaign asks for such links.",
    )
    if person.strip():
        try:
            _show(opened, campaign, person)
        except InputError as error:
            st.error(plain(error))


def campaign_link(opened: Opened, campaign: Campaign) -> str:
    """The address of the campaign's page, for those who run it: no key is in it."""
    return page_address(_here(), opened.path.name, campaign.name)


def _here() -> str:
    return (st.context.url or "").split("?")[0].removesuffix("/Annotate")


def _show(opened: Opened, campaign: Campaign, person: str = "") -> None:
    st.code(link(campaign, opened.path.name, _here(), person), language=None, wrap_lines=True)
