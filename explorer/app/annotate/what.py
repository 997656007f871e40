"""The first step of the form: the task, the question, the conditions and the items."""

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from explorer.app.annotate.composing import Draft, filled, languages_of
from explorer.app.annotate.draft import bound, draft
from explorer.app.frame.foreign import plain
from explorer.features.judgments.asking.page_data import ask_key
from explorer.features.judgments.service import choose_items, items_of
from explorer.features.judgments.settings import LONGEST_TEXT, SHOWN, Settings
from explorer.features.judgments.telling import SEEN
from explorer.features.judgments.values import MOST_ARRANGED, TASKS, TITLES
from explorer.features.judgments.wording import DEFAULT
from explorer.search.filters import Filter, format_filters
from explorer.workspace.opened import Opened
from explorer.workspace.saved import load_views

SAME, VIEW = "same", "view:"


def what_fields(opened: Opened) -> None:
    """Draw the step."""
    left, right = st.columns(2, gap="large")
    with left:
        st.text_input(
            "Name of the campaign",
            key=bound("name", ""),
            max_chars=60,
            placeholder="such as: Colours",
            disabled=bool(draft().get("editing")),
        )
        task = st.selectbox("Task", TASKS, format_func=TITLES.__getitem__, key=bound("task", TASKS[0], TASKS))
        _task_fields(task)
    with right:
        _words(task)
    left, right = st.columns(2, gap="large")
    with left:
        _item_fields(opened)
    with right:
        _shown_field(opened)


def what_said(form: Draft) -> str:
    """The step in a line."""
    conditions = [line.strip() for line in form["conditions"].splitlines() if line.strip()]
    under = f"one of {len(conditions)} conditions" if form["several"] and conditions else form["condition"].strip()
    items = {"all": "all items", SAME: f"the items of {form.get('items_of', '')}"}
    about = items.get(form["items"], form["items"].removeprefix(VIEW))
    parts = (form["name"].strip() or "no name yet", TITLES[form["task"]], under, about)
    return ", ".join(part for part in parts if part)


def chosen_items(opened: Opened, form: Draft) -> list[str]:
    """Ids of the items that the form stands for."""
    if form["items"] == SAME:
        return items_of(opened, form["items_of"])
    view = form["items"].removeprefix(VIEW) if form["items"].startswith(VIEW) else ""
    column = form.get("column", "")
    values = tuple(form.get(f"values_{column}", ())) if column else ()
    filters = [Filter(column=column, kind="values", values=values)] if values else []
    return choose_items(opened, view, format_filters(filters))


def _task_fields(task: str) -> None:
    if task == "odd_one_out":
        st.segmented_control(
            "People pick",
            ["odd", "pair"],
            key=bound("wording", "odd"),
            required=True,
            format_func={"odd": "the odd one", "pair": "the two most alike"}.__getitem__,
            help="Both ways give the same data; some people find the pair easier.",
        )
    if task == "pair_rating":
        st.slider("Scale", 0, 9, key=bound("scale", (1, 7)), help="More is more alike; one key a number.")
        first = languages_of(draft())[0]
        with st.container(horizontal=True):
            for key, label in (("scale_low", "Below the lowest stands"), ("scale_high", "Below the highest stands")):
                st.text_input(label, key=bound(f"text.{first}.{key}", _word(first, key)), placeholder=DEFAULT[key])
    if task == "arrangement":
        st.number_input("Items in one arrangement, at most", 3, MOST_ARRANGED, key=bound("size", 6))


def _word(language: str, key: str) -> str:
    return str(filled(draft())["words"].get(language, {}).get(key, ""))


def _words(task: str) -> None:
    if st.toggle(
        "Several conditions",
        key=bound("several", False),
        help="Each person judges under one of them, about as many people under each.",
    ):
        st.text_area(
            "Conditions, one a line", key=bound("conditions", ""), placeholder="by colour\nby shape", height=96
        )
    else:
        st.text_input(
            "Condition",
            key=bound("condition", ""),
            max_chars=LONGEST_TEXT,
            placeholder="none; for example: by colour",
            help="Shown with every question and kept with every answer.",
        )
    asked = Settings(task=task, wording=str(filled(draft())["wording"]))
    st.text_input("Question", key=bound("instruction", ""), placeholder=DEFAULT[ask_key(asked)], max_chars=LONGEST_TEXT)


def _item_fields(opened: Opened) -> None:
    """Which items: all, a saved view, those of the campaign that is copied or changed; and a filter."""
    form = filled(draft())
    views = [f"{VIEW}{view.name}" for view in load_views(opened.workspace) if view.ids]
    same = [SAME] if form.get("items_of") else []
    names = {"all": f"All {len(opened.dataset):,} items", SAME: f"Those of the campaign {form.get('items_of', '')}"}
    options = [*same, "all", *views]
    chosen = st.selectbox(
        "Items",
        options,
        key=bound("items", options[0], options),
        format_func=lambda one: names.get(one, one.removeprefix(VIEW)),
        help="Save a selection on the page Explore to ask about a part of the items.",
    )
    columns = opened.dataset.attributes
    if chosen == SAME or not columns:
        return
    options = ["", *columns]
    column = st.selectbox("Only items whose …", options, key=bound("column", "", options), format_func=_or_any)
    if column:
        known = _known_values(opened.dataset.table.column(column))
        st.multiselect(f"… {plain(column)} is one of", known, key=bound(f"values_{column}", [], known))


def _known_values(column: pa.ChunkedArray) -> list[str]:
    """At most 500 of the values, or of the entries of lists, as texts in order."""
    flat = pc.list_flatten(column) if pa.types.is_list(column.type) else column
    return sorted(str(value) for value in flat.drop_null().unique()[:500].cast(pa.string()).to_pylist())


def _shown_field(opened: Opened) -> None:
    if opened.dataset.has_images and opened.dataset.has_texts:
        st.segmented_control(
            "People see",
            list(SHOWN),
            key=bound("show", "both"),
            required=True,
            format_func=SEEN.__getitem__,
            help="Of items that have both.",
        )


def _or_any(column: str) -> str:
    return column or "(no filter)"
