"""Agreement: how far people agree, which models agree with them, and models that learn from them."""

import streamlit as st

from explorer.app.agreement.answers import Asking
from explorer.app.agreement.disagreement_panel import disagreement_panel
from explorer.app.agreement.empty import nothing_yet
from explorer.app.agreement.head import choose_campaign, choose_tab, facts
from explorer.app.agreement.learn_panel import learn_panel
from explorer.app.agreement.models_panel import models_panel
from explorer.app.agreement.people_panel import people_panel
from explorer.app.agreement.state import read_view
from explorer.app.frame.page import run_page
from explorer.features.judgments.agreement.candidates import answers_key, campaigns_with_answers
from explorer.workspace.folder import Workspace

PANELS = {
    "people": people_panel,
    "models": models_panel,
    "disagreements": disagreement_panel,
    "learn": learn_panel,
}


def agreement(workspace: Workspace) -> None:
    """The page."""
    st.header("Agreement", anchor=False)
    campaigns = campaigns_with_answers(workspace)
    if not campaigns:
        nothing_yet(workspace)
        return
    view = read_view()
    campaign = choose_campaign(campaigns, view)
    asking = Asking(str(workspace.path), answers_key(workspace), campaign, view.least)
    facts(asking, view)
    choose_tab(view)
    PANELS[view.tab](asking, view)


run_page("Agreement", agreement)
