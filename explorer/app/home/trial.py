"""Trying another model: the button that starts it, and what it found on the user's own data."""

from html import escape
from urllib.parse import quote

import pandas as pd
import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import start_job, work_button
from explorer.app.home.recent import recent_texts
from explorer.app.home.view import ADDRESS
from explorer.base.dataset import TEXT
from explorer.encoders.recommended import Recommended, known
from explorer.library.trying.report import Beside, Lists, WhatChanges
from explorer.library.trying.service import load_trials
from explorer.library.trying.words import changed_line, cost_line, gain_text, verdict
from explorer.workspace.opened import Opened

COLUMN_HELP = (
    "Of each item's ten nearest in the sample: the share with the same value in this column. Both models have the same "
    "items to choose from; the difference is taken item by item, with its 95 % interval."
)
WORDS_HELP = (
    "Each item gets the name of the value whose words lie nearest to it, without any training: the share of items "
    "that get their own. By chance: always naming the commonest value."
)


def compare_button(opened: Opened, model: Recommended, label: str, key: str, *, primary: bool = False) -> None:
    """Start the comparison of a model with the one that is shown first, with the last texts that were asked."""
    old = opened.best_encoder()
    if work_button(label, key=key, type="primary" if primary else "secondary", icon=":material/science:"):
        asked = [part for text in recent_texts() for part in ("--query", text)]
        command = ["models", "compare", str(opened.path), model.name, "--beside", old, *asked]
        start_job(opened.path, command, f"Try {model.title} beside {old}")


def show_trials(opened: Opened, wanted: str) -> None:
    """What the trial of the model `wanted` found, else the newest; nothing while there is none."""
    trials = {one.new: one for one in reversed(load_trials(opened.workspace))}
    if not trials:
        return
    model = known(wanted)
    asked = model.spec if model else wanted
    newest = list(trials)[-1]
    with st.container(border=True, key="trial"):
        if len(trials) > 1:
            st.session_state["trial.which"] = asked if asked in trials else newest
            st.selectbox("Trial of", list(trials), format_func=_title, key="trial.which", on_change=_trial_picked)
        show_trial(opened, trials.get(asked, trials[newest]))


def _trial_picked() -> None:
    ADDRESS.change(trial=st.session_state["trial.which"])


def show_trial(opened: Opened, found: WhatChanges) -> None:
    """What changes: numbers first, then columns, then what both find, then the button that does it."""
    old, new = _title(found.old), _title(found.new)
    st.subheader(f"What changes for you: {plain(new)} beside {plain(old)}", anchor=False)
    st.markdown(plain(changed_line(found)))
    kept, none = found.counts[0], found.counts[-1]
    st.caption(f"{kept:,} of {found.items:,} items keep all ten, {none:,} keep none.")
    for title, scores, told in (
        ("Agreement with your columns", found.columns, COLUMN_HELP),
        ("Named by words alone", found.words, WORDS_HELP),
    ):
        if scores:
            st.markdown(f"**{title}**", help=told)
            st.dataframe(_table(scores, old, new), hide_index=True, key=f"trial.{title}")
    for title, lists in (("Your texts", found.queries), ("Items whose neighbours change most", found.moved)):
        _side_by_side(opened, title, lists, (old, new))
    st.caption(plain(cost_line(found)))
    _embed_all(opened, found, new)


def _table(scores: tuple[Beside, ...], old: str, new: str) -> pd.DataFrame:
    first, second = (old, new) if old != new else ("Before", "After")
    return pd.DataFrame(
        {
            "Column": [one.column for one in scores],
            first: [f"{one.old:.2f}" for one in scores],
            second: [f"{one.new:.2f}" for one in scores],
            "Difference (95 %)": [gain_text(one) for one in scores],
            "": [verdict(one) for one in scores],
            "By chance": [f"{one.chance:.2f}" for one in scores],
            "Items": [f"{one.gain.items:,}" for one in scores],
        }
    )


def _side_by_side(opened: Opened, title: str, lists: tuple[Lists, ...], names: tuple[str, str]) -> None:
    """For each text or item, what the one and the other model finds nearest in the sample."""
    if not lists:
        return
    st.markdown(f"**{title}**")
    for one in lists:
        about_item = one.asked in opened.dataset.ids
        for place, name, ids in zip(st.columns(2), names, (one.old, one.new), strict=True):
            with place:
                st.caption(plain(name) if about_item else f"{plain(name)}: “{plain(one.asked)}”")
                _items(opened, (one.asked, *ids) if about_item else ids, asked=about_item)


def _items(opened: Opened, ids: tuple[str, ...], *, asked: bool) -> None:
    """A row of small pictures, or the texts; `asked`: the first is the item that is asked about."""
    rows = [row for row in (opened.dataset.row_of(one) for one in ids) if row >= 0]
    if not opened.dataset.has_images:
        texts = opened.dataset.table[TEXT].take(rows).to_pylist()
        st.caption(
            "  \n".join(f"{'▸' if asked and not place else '·'} {plain(text, 120)}" for place, text in enumerate(texts))
        )
        return
    address, version = f"/thumbs/{quote(opened.name)}", quote(opened.key)
    shown = [
        f'<img alt="{escape(str(opened.dataset.ids[row]), quote=True)}" loading="lazy"'
        f'{" class=asked" if asked and not place else ""} src="{address}/{row}?size=128&v={version}">'
        for place, row in enumerate(rows)
    ]
    st.html(f'<div class="strip">{"".join(shown)}</div>')


def _embed_all(opened: Opened, found: WhatChanges, new: str) -> None:
    if found.new in opened.encoders:
        st.caption(f"{plain(new)} has vectors of all items; choose the default among the models above.")
    elif work_button(
        f"Embed all {found.collection:,} with this model",
        key="trial.all",
        type="primary",
        icon=":material/bolt:",
        help="What pocket or another model has made stays; you choose afterwards which one pages open with.",
    ):
        start_job(opened.path, ["prepare", str(opened.path), "--model", found.new], f"Embed everything with {new}")


def _title(spec: str) -> str:
    """What people call a model."""
    model = known(spec)
    return model.title if model else spec
