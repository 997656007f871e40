"""The form that makes a campaign."""

import secrets
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.base.errors import ExplorerError
from explorer.features.judgments.asking.listed import parse_list
from explorer.features.judgments.asking.page_data import ask_key
from explorer.features.judgments.contract import ASKING
from explorer.features.judgments.service import choose_items, make_campaign
from explorer.features.judgments.settings import SHOWN, Settings
from explorer.features.judgments.values import TASKS, TITLES
from explorer.features.judgments.wording import DEFAULT
from explorer.search.filters import Filter, format_filters
from explorer.workspace.opened import Opened
from explorer.workspace.saved import load_views

SAMPLER_HELP = (
    "Active: an embedding is fitted to the answers as they come in, and the next questions are those whose answers it "
    "is least sure of. 15 % stay random and are marked, so that you can measure on them. Where models disagree: "
    "the questions whose answers differ most between the models that you choose, and 15 % random ones."
)
RESUME_LABELS = {
    "resume": "goes on where they were",
    "restart": "starts over (earlier answers are set aside)",
    "block": "is turned away",
}


def make(opened: Opened) -> None:
    """Draw the form in three steps, of which the last two may stay as they are; a campaign that is made is opened."""
    st.markdown("**1. The question**")
    left, right = st.columns(2, gap="large")
    with left:
        name = st.text_input("Name of the campaign", key="new_name", max_chars=60)
        task = st.selectbox("Task", TASKS, format_func=TITLES.__getitem__, key="new_task")
    with right:
        values = _word_fields(task)
    values |= _task_fields(task)
    with st.expander("**2. The items, and how many questions**"):
        left, right = st.columns(2, gap="large")
        with left:
            view, filters = _item_fields(opened)
            values |= _shown_field(opened)
        with right:
            values |= _sampler_fields(opened, task)
            listed = values.pop("listed")
            values |= _amount_fields(task, values["sampler"])
    with st.expander("**3. The people, and how they are checked**"):
        left, right = st.columns(2, gap="large")
        with left:
            values |= _people_fields()
        with right:
            values |= _share_fields(task)
    if st.button("Create the campaign", key="new_go", type="primary", icon=":material/add:"):
        try:
            settings = Settings(task=task, seed=secrets.randbelow(2**31), **values)
            made = make_campaign(opened, name, settings, choose_items(opened, view, filters), listed=listed)
        except ExplorerError as error:
            st.error(plain(error))
        else:
            st.session_state["campaign_made"] = made.name
            st.rerun()


def _task_fields(task: str) -> dict[str, Any]:
    if task == "odd_one_out":
        wording = st.segmented_control(
            "The annotator picks",
            ["odd", "pair"],
            default="odd",
            key="new_wording",
            required=True,
            format_func={"odd": "the odd one", "pair": "the two most alike"}.__getitem__,
            help="Both ways give the same data; some people find the pair easier.",
        )
        return {"wording": str(wording)}
    if task == "pair_rating":
        low, high = st.slider("Scale", 0, 9, (1, 7), key="new_scale", help="More is more alike; one key a number.")
        return {"scale": (float(low), float(high))}
    if task == "arrangement":
        size = st.number_input("Items in one arrangement", 3, 20, 6, key="new_size")
        return {"items_per_question": int(size)}
    return {}


def _word_fields(task: str) -> dict[str, Any]:
    condition = st.text_input(
        "Condition",
        key="new_condition",
        placeholder="none; for example: by colour",
        help="Shown with every question and kept with every answer.",
    )
    instruction = st.text_input(
        "Instruction", key="new_instruction", placeholder=DEFAULT[ask_key(Settings(task=task))], max_chars=500
    )
    return {"condition": condition.strip(), "instruction": instruction.strip()}


def _item_fields(opened: Opened) -> tuple[str, str]:
    """Which items: a saved view ("" for all), and a filter in the form of the address."""
    views = [view.name for view in load_views(opened.workspace)]
    dataset = opened.dataset
    view = st.selectbox(
        "Items",
        ["", *views],
        key="new_view",
        format_func=lambda one: one or f"All {len(dataset):,} items",
        help="Save a view on the page Explore to ask about a part of the items.",
    )
    if not dataset.attributes:
        return view, ""
    column = st.selectbox("Only items whose …", ["", *dataset.attributes], key="new_column", format_func=_or_any)
    if not column:
        return view, ""
    known = _known_values(dataset.table.column(column))
    chosen = st.multiselect(f"… {plain(column)} is one of", known, key=f"new_values_{column}")
    return view, format_filters([Filter(column=column, kind="values", values=tuple(chosen))]) if chosen else ""


def _known_values(column: pa.ChunkedArray) -> list[str]:
    """At most 500 of the values, or of the entries of lists, as texts in order."""
    flat = pc.list_flatten(column) if pa.types.is_list(column.type) else column
    return sorted(str(value) for value in flat.drop_null().unique()[:500].cast(pa.string()).to_pylist())


def _shown_field(opened: Opened) -> dict[str, Any]:
    if not (opened.dataset.has_images and opened.dataset.has_texts):
        return {}
    labels = {"both": "image and text", "images": "image only", "texts": "text only"}
    shown = st.segmented_control(
        "People see",
        list(SHOWN),
        default="both",
        key="new_show",
        required=True,
        format_func=labels.__getitem__,
        help="Of items that have both.",
    )
    return {"show": str(shown)}


def _or_any(column: str) -> str:
    return column or "(no filter)"


def _sampler_fields(opened: Opened, task: str) -> dict[str, Any]:
    fitting = [name for name, method in ASKING.items() if task in method.tasks]
    sampler = st.selectbox(
        "Which questions", fitting, format_func=lambda name: ASKING[name].label, key="new_sampler", help=SAMPLER_HELP
    )
    models: list[str] = []
    listed: list[list[str]] = []
    if "models" in ASKING[sampler].needs:
        models = st.multiselect("Models to set against each other", opened.encoders, key="new_models")
    if "list" in ASKING[sampler].needs:
        listed = parse_list(
            st.text_area(
                "Questions, one a line: ids separated by commas",
                key="new_list",
                help="Of a triplet, the reference comes first.",
            )
        )
    return {"sampler": sampler, "models": tuple(models), "listed": listed}


def _amount_fields(task: str, sampler: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if "list" not in ASKING[sampler].needs:
            values["questions"] = int(st.number_input("Different questions", 1, 200_000, 100, key="new_questions"))
        values["answers_per_question"] = int(
            st.number_input(
                "Answers a question",
                1,
                1000,
                3 if task == "tags" else 1,
                key="new_answers",
                help="Each by another person.",
            )
        )
        values["per_person"] = int(
            st.number_input("Most questions a person", 0, 100_000, 0, key="new_per_person", help="0 for no limit.")
        )
    return values


def _share_fields(task: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    if task not in ("tags", "arrangement"):
        values["check_share"] = _share(
            "Attention checks, %",
            key="new_checks",
            help="Questions with a known answer: one item is shown twice, so it must be the most alike.",
        )
    if task != "tags":
        values["repeat_share"] = _share(
            "Repeated questions, %",
            key="new_repeats",
            help="Asked again later, in another order: shows how consistent a person is.",
        )
    return values


def _share(label: str, *, key: str, help: str) -> float:
    return int(st.slider(label, min_value=0, max_value=50, value=0, step=5, key=key, help=help)) / 100


def _people_fields() -> dict[str, Any]:
    resume = st.selectbox(
        "Who comes back after half an hour or more",
        list(RESUME_LABELS),
        format_func=RESUME_LABELS.__getitem__,
        key="new_resume",
    )
    values: dict[str, Any] = {"resume": resume}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if resume == "resume":
            values["max_age_hours"] = float(
                st.number_input(
                    "… for at most so many hours",
                    min_value=0,
                    max_value=10_000,
                    value=0,
                    step=24,
                    key="new_age",
                    help="After that they start over; 0 for no limit.",
                )
            )
        values["personal"] = st.toggle(
            "Links of their own",
            key="new_personal",
            help="You make a secret link for each person, so that nobody answers under another's name.",
        )
        values["code"] = st.text_input(
            "Invitation code", key="new_code", placeholder="none", help="Only people who know it can take part."
        ).strip()
    return values
