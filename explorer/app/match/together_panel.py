"""The tab "together" of the page Match: what is bought with an item, and what stands in for it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.frame.jobs import running, show_jobs, start_job, work_button
from explorer.app.match.links_sources import FILE, SHOP, keep_file, source_name, source_path
from explorer.app.match.together_figure import coverage_figure
from explorer.app.match.together_found import found_columns, pick_item
from explorer.app.match.view import ADDRESS, NEGATIVES, NEIGHBOURS, Context
from explorer.base.errors import ExplorerError
from explorer.base.permission import may
from explorer.features.match.together.model import Choices, Together, little
from explorer.features.match.together.service import AT_ONCE, columns_of_baskets, learn_baskets, learned, measure
from explorer.io.text import counted
from explorer.workspace.shop import shop_files

PROBLEM, OF_SHOP = "match.together.problem", f"{SHOP}:baskets"
TIMES = "match.together.brought"
"""In the session: how often a table was brought."""
FIELDS: dict[str, Callable[..., object]] = {
    "negatives": partial(
        st.selectbox,
        "Noise a pair",
        NEGATIVES,
        width=130,
        help="k: so many items are drawn against each pair that was seen.",
    ),
    "exponent": partial(
        st.slider,
        "Exponent of the noise",
        -1.0,
        1.0,
        step=0.25,
        width=220,
        help="1: items are noise as often as they are bought; 0: all alike; below 0: rare ones more often.",
    ),
    "subsampling": partial(
        st.number_input,
        "Frequent items count less above",
        0.0,
        1.0,
        step=0.001,
        format="%.3f",
        width=220,
        help="Share of all purchases above which an item counts less (subsampling); 0 for none.",
    ),
    "cold": partial(
        st.selectbox,
        "Neighbours of unsold items",
        NEIGHBOURS,
        width=190,
        help="An item that was never bought takes the place of so many items that look or read like it.",
    ),
}
ABOUT = (
    "Each item has two vectors, learned from what lay in one basket (skip-gram with negative sampling): **IN** is what "
    "it is, **OUT** what lies beside it. Items of similar IN stand in for each other; the OUT that fits an item’s IN "
    "goes with it."
)
WAYS = {
    "in-out": "IN with OUT: goes with it",
    "in-in": "IN with IN: stands in for it",
    "counts": "how often bought with it (baseline)",
    "popular": "how often bought at all (baseline)",
    "made": "IN with OUT, pairs made through neighbours",
    "without": "IN with OUT, no pairs made",
}


def together_panel(context: Context) -> None:
    """The tab."""
    st.markdown(ABOUT)
    path = _baskets(context)
    if path is None:
        st.info(
            "Bring baskets: a table with a row for each item of each basket, a column of baskets and a column of ids "
            f"of this collection, such as {plain(context.opened.dataset.ids[0], 60)}.",
            icon=":material/shopping_basket:",
        )
        return
    columns = _columns(context, path)
    model = _learned(context, path, _choices(context), columns)
    if model is None:
        return
    for note in model.about["notes"]:
        st.caption(plain(note))
    _coverage(model)
    row = pick_item(context, model)
    if row >= 0:
        found_columns(context, model, row)
    _measured(context, path, columns)


def _baskets(context: Context) -> Path | None:
    """The table that the address names, else that of the made shop; a place to bring one."""
    opened = context.opened
    known = [OF_SHOP] if "baskets" in shop_files(opened.workspace) else []
    now = context.view.together_baskets or (known[0] if known else "")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        choices = [*known, *([now] if now and now not in known else [])]
        if choices:
            st.session_state["match.together.baskets"] = now
            st.selectbox(
                "Baskets",
                choices,
                key="match.together.baskets",
                width=320,
                format_func=lambda word: source_name(word, opened),
                on_change=lambda: _change_baskets(st.session_state["match.together.baskets"]),
            )
        if may("upload"):
            _bring()
    if PROBLEM in st.session_state:
        st.error(plain(st.session_state.pop(PROBLEM)))
    return source_path(opened, now.removeprefix(f"{FILE}:")) if now else None


def _bring() -> None:
    """The field of a table, which closes when one was brought."""
    key = f"match.together.file.{st.session_state.get(TIMES, 0)}"
    with st.popover("Bring baskets", icon=":material/upload_file:", key=f"{key}.popover"):
        st.file_uploader(
            "A table of baskets",
            type=["csv", "tsv", "jsonl", "parquet"],
            key=key,
            on_change=_brought,
            args=(key,),
            help="One row for each item of each basket.",
        )


def _brought(key: str) -> None:
    file = st.session_state.get(key)
    if file is None:
        return
    try:
        _change_baskets(f"{FILE}:{keep_file(file.name, file.getvalue())}")
        st.session_state[TIMES] = st.session_state.get(TIMES, 0) + 1
    except ExplorerError as error:
        st.session_state[PROBLEM] = str(error)


def _change_baskets(word: str) -> None:
    """Go to other baskets; columns of the old ones are left out."""
    ADDRESS.change(together_baskets=word, together_basket="", together_thing="")


def _columns(context: Context, path: Path) -> tuple[str, str]:
    """The columns of baskets and of ids, "" for the likeliest; fields for them where the table has more than two."""
    view = context.view
    names, chosen = columns_of_baskets(context.opened, path, view.together_basket, view.together_thing)
    if len(names) < 3:
        return "", ""
    asked = (view.together_basket, view.together_thing)
    if gone := [name for name in asked if name and name not in names]:
        st.warning(f"The table has no column {plain(gone[0], 80)} any more: the likeliest is taken.")
    with st.container(horizontal=True):
        for which, label, now in zip(("basket", "thing"), ("Column of baskets", "Column of ids"), chosen, strict=True):
            key = f"match.together.column.{which}"
            st.session_state[key] = now
            st.selectbox(label, names, key=key, width=220, on_change=_change_column, args=(which, key))
    return chosen


def _change_column(which: str, key: str) -> None:
    """Take another column; the other of the two is told anew where it was this one."""
    now, other = st.session_state[key], {"basket": "thing", "thing": "basket"}[which]
    taken = getattr(ADDRESS.view(), f"together_{other}") == now
    ADDRESS.change(**{f"together_{which}": now, **({f"together_{other}": ""} if taken else {})})


def _choices(context: Context) -> Choices:
    with st.expander("How it is learned"), st.container(horizontal=True, vertical_alignment="bottom"):
        for name, draw in FIELDS.items():
            _field(context, name, draw)
    return chosen(context)


def _field(context: Context, name: str, draw: Callable[..., object]) -> None:
    """A widget of the field `together_NAME` of the view."""
    field, key = f"together_{name}", f"match.together.{name}"
    st.session_state[key] = getattr(context.view, field)
    draw(key=key, on_change=lambda: ADDRESS.change(**{field: st.session_state[key]}))


def chosen(context: Context) -> Choices:
    """How it is learned, as the address has it."""
    view = context.view
    return Choices(
        negatives=view.together_negatives,
        exponent=view.together_exponent,
        subsampling=view.together_subsampling,
        cold=view.together_cold,
    )


def _learned(context: Context, path: Path, choices: Choices, columns: tuple[str, str]) -> Together | None:
    opened, spec = context.opened, context.encoder
    known = learned(opened, path, spec, choices, columns)
    if known is not None:
        return known
    if path.stat().st_size <= AT_ONCE:
        with st.spinner("Learning from the baskets"):
            return learn_baskets(opened, path, spec, choices, columns=columns)
    if work_button(
        "Learn from these baskets",
        key="match.together.learn",
        type="primary",
        icon=":material/play_arrow:",
        disabled=running(opened.workspace),
    ):
        args = ["goes-with", str(opened.path), "--baskets", str(path), "--model", spec]
        for name in ("negatives", "exponent", "subsampling", "cold"):
            args += [f"--{name}", str(getattr(choices, name))]
        for option, column in zip(("--basket-column", "--item-column"), columns, strict=True):
            args += [option, column] if column else []
        start_job(opened.path, args, "Learn from baskets")
    show_jobs(opened.workspace)
    return None


def _coverage(model: Together) -> None:
    about = model.about
    alone = about.get("alone", 0)
    more = f" {counted(alone, 'basket')} with one item say nothing." if alone else ""
    st.markdown(
        f"{counted(about['baskets'], 'basket')} of several items, {about['pairs']:,} ordered pairs.{more} "
        f"**{about['covered']:,}** of {about['things']:,} items stand in a pair; with pairs made through their "
        f"neighbours **{about['covered_with_made']:,}**."
    )
    if said := little(about):
        st.warning(plain(said), icon=":material/info:")
    st.plotly_chart(coverage_figure(model), key="match.together.coverage", config={"displayModeBar": False})
    st.caption("Dark: bought with others. Light: through their neighbours alone. Grey: no company.")


def _measured(context: Context, path: Path, columns: tuple[str, str]) -> None:
    """How well held-out baskets are told: asked for, since it learns again."""
    import pandas as pd

    with st.expander("How well does it tell baskets that it never saw?"):
        if not st.button("Measure", key="match.together.measure", icon=":material/straighten:"):
            st.caption("Learns again from four fifths of the baskets and asks for the others: some seconds.")
            return
        with st.spinner("Learning again from four fifths of the baskets"):
            told = measure(context.opened, path, context.encoder, chosen(context), columns)
        rows = [
            {
                "asked": name,
                "found by": WAYS[way],
                "recall@10": round(score.value, 3),
                "95 %": f"{score.low:.3f} to {score.high:.3f}",
                "n": score.items,
            }
            for name, scores in (
                ("mean over baskets", told.baskets),
                ("mean over items", told.things),
                ("items whose purchases were hidden", told.cold),
            )
            for way, score in scores.items()
        ]
        digits = {"recall@10": st.column_config.NumberColumn(format="%.3f")}
        st.dataframe(
            pd.DataFrame(rows), hide_index=True, width="stretch", key="match.together.table", column_config=digits
        )
        st.caption(
            "Recall@10: of the other items of a held-out basket, how many are among the first ten. Pairs are made from "
            "the baskets that are learned from alone. The mean over items keeps popular ones from deciding alone."
        )
