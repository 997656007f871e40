"""The form that makes a campaign, or changes one: three steps, of which the last two may stay as they are."""

import secrets
from collections.abc import Callable

import streamlit as st

from explorer.app.annotate.composing import Draft, draft_of, filled, settings_of
from explorer.app.annotate.draft import OPEN, begin, draft, go, sync
from explorer.app.annotate.how_much import how_much_fields, how_much_said
from explorer.app.annotate.what import SAME, chosen_items, what_fields, what_said
from explorer.app.annotate.whom import whom_fields, whom_said
from explorer.app.frame.foreign import plain
from explorer.base.errors import ExplorerError
from explorer.features.judgments.asking.listed import parse_list
from explorer.features.judgments.service import change_campaign, make_campaign, questions_listed
from explorer.features.judgments.settings import Campaign
from explorer.workspace.opened import Opened

STEPS: tuple[tuple[str, Callable[[Draft], str]], ...] = (
    ("What", what_said),
    ("Whom", whom_said),
    ("How much", how_much_said),
)


def make(opened: Opened) -> None:
    """Draw the form, one step at a time, the others as a line each; what is made is said on the next run."""
    if draft().get("workspace", opened.path.name) != opened.path.name:  # a copy or a change belongs to its data
        begin({})
    draft()["workspace"] = opened.path.name
    sync()
    step, editing = int(draft().get("step", 0)), str(draft().get("editing", ""))
    if editing:
        st.info(f"You change the campaign {plain(editing)}, which nobody has answered yet. Its links stay good.")
    for number, (title, said) in enumerate(STEPS):
        if number == step:
            st.markdown(f"**{number + 1:d}. {plain(title)}**")
            _fields(opened, number)
            sync()
        else:
            st.button(
                f"{number + 1:d}. {plain(title)}: {plain(said(filled(draft())))}",
                key=f"step_{number}",
                type="tertiary",
                icon=":material/edit:",
                on_click=go,
                args=(number,),
            )
    _buttons(opened, step, editing)


def copy_campaign(opened: Opened, campaign: Campaign, *, change: bool = False) -> None:
    """Fill the form with the settings of a campaign, for another one, or with `change` for itself; a callback."""
    values = draft_of(campaign.settings) | {"items": SAME, "items_of": campaign.name}
    if campaign.settings.sampler == "list":
        values["list"] = "\n".join(", ".join(items) for items in questions_listed(opened, campaign.name))
    names = {"name": campaign.name, "editing": campaign.name} if change else {"name": f"{campaign.name} copy"[:60]}
    begin(values | names | {"workspace": opened.path.name})
    st.session_state[OPEN] = True
    st.toast(f"The form at the top of the page holds the settings of {plain(campaign.name)}.", icon=":material/edit:")


def _fields(opened: Opened, number: int) -> None:
    if number == 0:
        what_fields(opened)
    elif number == 1:
        whom_fields()
    else:
        how_much_fields(opened)


def _buttons(opened: Opened, step: int, editing: str) -> None:
    with st.container(horizontal=True):
        if step:
            st.button("Back", key="new_back", on_click=go, args=(step - 1,), icon=":material/arrow_back:")
        if step < len(STEPS) - 1:
            st.button("Next", key="new_next", on_click=go, args=(step + 1,), icon=":material/arrow_forward:")
        label = "Save the changes" if editing else "Create the campaign"
        pressed = st.button(label, key="new_go", type="primary", icon=":material/check:")
        if editing:
            st.button("Cancel", key="new_cancel", on_click=_leave)
    if pressed:
        _create(opened, editing)


def _create(opened: Opened, editing: str) -> None:
    form = filled(draft())
    if not form["seed"]:
        form["seed"] = secrets.randbelow(2**31)
    try:
        settings, ids = settings_of(form), chosen_items(opened, form)
        save = change_campaign if editing else make_campaign
        made = save(opened, editing or form["name"], settings, ids, listed=parse_list(form["list"]))
    except ExplorerError as error:
        st.error(plain(error))
        return
    said = "is changed" if editing else "is open"
    st.session_state["campaign_said"] = f"The campaign {made.name} {said}. Share its link, or try its page yourself."
    _leave()
    st.rerun()


def _leave() -> None:
    begin({})
    st.session_state.pop(OPEN, None)
