"""The people of a campaign on its card: how each did, deleting all that one person answered."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.table_file import table_button
from explorer.base.errors import InputError
from explorer.features.judgments.members import Member
from explorer.features.judgments.service import delete_person, people_of
from explorer.features.judgments.settings import Campaign
from explorer.workspace.opened import Opened

SURE = "deleting_of_"


def people_panel(opened: Opened, campaign: Campaign) -> None:
    """A table of the people, those who may be one person named, and a way to delete one of them."""
    found = people_of(opened, campaign.name)
    if not found:
        st.write("Nobody came yet.")
        return
    frame = people_frame(found)
    st.dataframe(frame, hide_index=True, key=f"people_{campaign.name}")
    table_button(frame, f"{campaign.name} people", key=f"people_file_{campaign.name}")
    for sentence in doubles(found):
        st.warning(plain(sentence))
    _deleting(opened, campaign, [one for one in found if one.via != "import" and not one.withdrawn])


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
            "came": one.came[:16].replace("T", " "),
            "deleted": one.withdrawn[:16].replace("T", " "),
        }
        for one in found
    ]
    frame = pd.DataFrame(rows)
    empty = [name for name in ("name", "condition", "language", "checks passed", "deleted") if not any(frame[name])]
    return frame.drop(columns=empty + ([] if frame["late"].any() else ["late"]))


def doubles(found: Sequence[Member]) -> list[str]:
    """A sentence on each parameter by which several came as one person."""
    said: dict[tuple[str, str], list[str]] = {}
    for one in found:
        if one.shared:
            said.setdefault((one.shared, one.extra[one.shared]), []).append(one.label or one.key)
    return [f"{', '.join(keys)} came with the same {name}, {value}." for (name, value), keys in said.items()]


def _deleting(opened: Opened, campaign: Campaign, found: Sequence[Member]) -> None:
    if not found:
        return
    names = {one.key: f"{one.key} ({one.label})" if one.label else one.key for one in found}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Delete the answers of a person for good",
            list(names),
            index=None,
            placeholder="nobody",
            format_func=names.__getitem__,
            key=f"person_{campaign.name}",
            width=360,
        )
        sure = st.checkbox("I am sure", key=f"{SURE}{campaign.name}", disabled=chosen is None)
        st.button(
            "Delete for good",
            key=f"erase_{campaign.name}",
            icon=":material/delete_forever:",
            disabled=not (chosen and sure),
            on_click=_delete,
            args=(opened, campaign.name, str(chosen)),
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
