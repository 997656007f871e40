"""Agreement: how far people agree, which models agree with them, and models that learn from them."""

import streamlit as st

from explorer.app.agreement.disagreement_panel import disagreement_panel
from explorer.app.agreement.empty import nothing_yet
from explorer.app.agreement.head import choose_campaign, facts
from explorer.app.agreement.learn_panel import learn_panel
from explorer.app.agreement.models_panel import models_panel
from explorer.app.agreement.people_panel import people_panel
from explorer.app.agreement.view import ADDRESS, TABS, Context
from explorer.app.frame.foreign import plain
from explorer.app.frame.page import run_page
from explorer.app.frame.tabs import choose_tab
from explorer.features.judgments.agreement.judged import campaigns_with_answers
from explorer.features.judgments.agreement.service import asking_about
from explorer.workspace.opened import Opened

PANELS = {
    "people": people_panel,
    "models": models_panel,
    "disagreements": disagreement_panel,
    "learn": learn_panel,
}


def agreement(opened: Opened) -> None:
    """The page."""
    st.header("Agreement", anchor=False)
    campaigns = campaigns_with_answers(opened)
    if not campaigns:
        nothing_yet(opened)
        return
    view, problems = ADDRESS.current()
    for problem in problems:
        st.warning(plain(problem))
    campaign = choose_campaign(campaigns, view)
    asking = asking_about(opened, campaign, view.least, which=view.which, condition=view.condition)
    context = Context(opened, asking, view)
    facts(context)
    choose_tab(ADDRESS, "agreement", TABS, view.tab)
    PANELS[view.tab](context)


run_page("Agreement", agreement)
