"""The people of a campaign on its card: how each did, the link of one of them, deleting all that they answered."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from explorer.app.annotate.links import own_link
from explorer.app.frame.foreign import plain
from explorer.app.frame.table_file import table_button
from explorer.base.errors import InputError
from explorer.features.judgments.exclusion import REASONS
from explorer.features.judgments.members import Member
from explorer.features.judgments.service import delete_person, people_of
from explorer.features.judgments.settings import Campaign
from explorer.workspace.opened import Opened

SURE = "deleting_of_"


def people_panel(opened: Opened, campaign: Campaign) -> None:
    """A table of the people, those who may be one person named, and what can be done with one of them."""
    found = people_of(opened, campaign.name)
    if not found:
        st.write("Nobody came yet.")
        return
    frame = people_frame(found)
    st.dataframe(frame, hide_index=True, key=f"people_{campaign.name}")
    table_button(frame, f"{campaign.name} people", key=f"people_file_{campaign.name}")
    for sentence in doubles(found):
        st.warning(plain(sentence))
    _one_person(opened, campaign, [one for one in found if one.via != "import" and not one.withdrawn])


def people_frame(found: Sequence[Member]) -> pd.DataFrame:
    """One row a person; a column for each parameter that somebody's link had; columns of nobody are left out."""
    extras = sorted({name for one in found for name in one.extra})
    rows = [
        {
            "key": one.key,
            "name": one.label,
            **{name: one.extra.get(name, "") for name in extras},
            "condition": one.condition,
            "language": one.language,
            "answers": one.answers,
            "median s": None if one.median_ms is None else round(one.median_ms / 1000, 1),
            "checks passed": f"{one.checks[0]} of {one.checks[1]}" if one.checks[1] else "",
            "late": one.late,
            "left out": REASONS.get(one.left_out, ""),
            "came": one.came[:16].replace("T", " "),
            "deleted": one.withdrawn[:16].replace("T", " "),
        }
        for one in found
    ]
    frame = pd.DataFrame(rows)
    empty = [
        name
        for name in ("name", "condition", "language", "checks passed", "left out", "deleted")
        if not any(frame[name])
    ]
    return frame.drop(columns=empty + ([] if frame["late"].any() else ["late"]))


def doubles(found: Sequence[Member]) -> list[str]:
    """A sentence on each parameter by which several came as one person."""
    said: dict[tuple[str, str], list[str]] = {}
    for one in found:
        if one.shared:
            said.setdefault((one.shared, one.extra[one.shared]), []).append(one.key)
    return [f"{', '.join(keys)} came with the same {name}, {value}." for (name, value), keys in said.items()]


def _one_person(opened: Opened, campaign: Campaign, found: Sequence[Member]) -> None:
    """The own link of a person who lost their way back, and deleting all that is known of them."""
    if not found:
        return
    names = {one.key: f"{one.key} ({one.label})" if one.label else one.key for one in found}
    chosen = st.selectbox(
        "One person: their link, deleting what they answered",
        list(names),
        index=None,
        placeholder="nobody",
        format_func=names.__getitem__,
        key=f"person_{campaign.name}",
        width=420,
    )
    if chosen:
        st.code(own_link(opened, campaign, chosen), language=None, wrap_lines=True)
        st.caption("Whoever opens it answers as this person: send it to them alone.")
        with st.container(horizontal=True, vertical_alignment="center"):
            sure = st.checkbox("I am sure", key=f"{SURE}{campaign.name}")
            st.button(
                "Delete for good",
                key=f"erase_{campaign.name}",
                icon=":material/delete_forever:",
                disabled=not sure,
                on_click=_delete,
                args=(opened, campaign.name, chosen),
                help="All that is known of them in this campaign; backups keep what they have.",
            )
    if gone := st.session_state.pop(f"erased_{campaign.name}", ""):
        st.info(plain(gone))


def _delete(opened: Opened, campaign: str, key: str) -> None:
    st.session_state[f"{SURE}{campaign}"] = False
    try:
        said = f"Deleted: {delete_person(opened, campaign, key):,} events of {key}."
    except InputError as error:  # somebody else was first
        said = str(error)
    st.session_state[f"erased_{campaign}"] = said
