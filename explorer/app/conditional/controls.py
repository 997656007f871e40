"""The picked item, the strength, and the controls of one condition."""

from dataclasses import replace

import streamlit as st

from explorer.app.conditional import state
from explorer.app.conditional.answers import Key
from explorer.app.conditional.state import Page
from explorer.app.explore import answers as explore
from explorer.app.frame import cache
from explorer.base.errors import ExplorerError
from explorer.encoders.base import Abilities
from explorer.features.conditional.aspect_values import column_values, named_aspects
from explorer.features.conditional.conditions import Condition, check_condition, format_condition
from explorer.features.conditional.contract import METHODS
from explorer.features.conditional.service import best_method, heads_for, why_not

KIND_WORDS = {"aspect": "Aspect", "column": "Column", "text": "Words"}
MODE_WORDS = {False: "same", True: "like it, but"}
FIRST_WORDS = {False: "with the same hat", True: "at night"}


def begin(page: Page) -> tuple[Condition, Condition]:
    """The conditions that the page begins with: of the address, else two that the data and the model can answer."""
    can = cache.get_encoder(page.encoder).abilities
    reads = can.texts and (can.joint or not can.images)
    columns = tuple(Condition("column", name) for name in usable_columns(page.path, page.key))
    aspects = tuple(Condition("aspect", name) for name in ("colour", "background"))
    offered = aspects if reads and page.dataset.has_images else (columns or aspects)
    first, second = page.view.conditions
    return first or offered[0], second or offered[-1]


@st.cache_data(max_entries=16, show_spinner=False)
def usable_columns(path: str, key: str) -> tuple[str, ...]:
    """Columns with at least two values, of which one occurs twice."""
    dataset, found = explore.open_data(path)[1], []
    for name in dataset.attributes:
        try:
            column_values(dataset, name)
        except ExplorerError:
            continue
        found.append(name)
    return tuple(found)


@st.cache_data(max_entries=64, show_spinner=False)
def values_of(path: str, key: str, kind: str, name: str) -> tuple[str, ...]:
    """Values that a change can ask for."""
    if kind == "aspect":
        return named_aspects()[name].values if name in named_aspects() else ()
    return column_values(explore.open_data(path)[1], name).names


def condition_controls(page: Page, side: int, condition: Condition) -> None:
    """Kind and direction of one condition; each change goes to the address."""
    name = f"conditional.{state.SIDES[side]}"
    st.session_state[f"{name}.mode"], st.session_state[f"{name}.kind"] = condition.change, condition.kind
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{state.SIDES[side].upper()}**", width="content")
        st.segmented_control(
            "Kind of condition",
            list(KIND_WORDS),
            format_func=KIND_WORDS.__getitem__,
            key=f"{name}.kind",
            required=True,
            on_change=_new_kind,
            args=(page, side, condition),
            label_visibility="collapsed",
            help="Aspect: a named one, such as colour. Column: what your data says. Words: your own.",
        )
        st.segmented_control(
            "Direction",
            [False, True],
            format_func=MODE_WORDS.__getitem__,
            key=f"{name}.mode",
            required=True,
            on_change=_new_mode,
            args=(page, side, condition),
            label_visibility="collapsed",
            help="“same”: alike in this respect, whatever else. “like it, but”: as the item, with this changed.",
        )


def condition_value(page: Page, side: int, condition: Condition) -> None:
    """The name of the aspect or column and the value asked for, or the words."""
    name = f"conditional.{state.SIDES[side]}"
    if condition.kind == "text":
        _words(side, condition, name)
    else:
        _choice(page, side, condition, name)


def _words(side: int, condition: Condition, name: str) -> None:
    st.session_state[f"{name}.text"] = condition.name
    st.text_input(
        "In your words",
        key=f"{name}.text",
        max_chars=500,
        placeholder="such as: with the same hat",
        on_change=_typed,
        args=(side, condition, name),
    )


def _typed(side: int, condition: Condition, name: str) -> None:
    words = st.session_state[f"{name}.text"].strip()
    if words:
        state.set_side(side, replace(condition, name=words))
    else:
        st.session_state["conditional.note"] = (
            "The condition is empty: name what should be the same, or what should change. The last one is kept."
        )


def _choice(page: Page, side: int, condition: Condition, name: str) -> None:
    known = list(named_aspects()) if condition.kind == "aspect" else list(usable_columns(page.path, page.key))
    options = known if condition.name in known else [condition.name, *known]
    st.session_state[f"{name}.name"] = condition.name
    st.selectbox(
        KIND_WORDS[condition.kind], options, key=f"{name}.name", on_change=_named, args=(page, side, condition, name)
    )
    if not condition.change or condition.name not in known:
        return
    values = list(values_of(page.path, page.key, condition.kind, condition.name))
    options = values if condition.value in values else [condition.value, *values]
    st.session_state[f"{name}.value"] = condition.value
    st.selectbox(
        "should become",
        options,
        key=f"{name}.value",
        accept_new_options=condition.kind == "aspect",
        on_change=lambda: state.set_side(side, replace(condition, value=st.session_state[f"{name}.value"] or "")),
        help="Type other words than those listed for a named aspect." if condition.kind == "aspect" else None,
    )


def _new_kind(page: Page, side: int, condition: Condition) -> None:
    kind = st.session_state[f"conditional.{state.SIDES[side]}.kind"]
    columns = usable_columns(page.path, page.key)
    if kind == "column" and not columns:
        st.session_state["conditional.note"] = (
            "This data has no attribute column with repeated values. Use a named aspect or your own words."
        )
        return
    name = (
        FIRST_WORDS[condition.change]
        if kind == "text"
        else next(iter(columns if kind == "column" else named_aspects()))
    )
    state.set_side(side, _filled(page, Condition(kind, name, condition.change)))


def _new_mode(page: Page, side: int, condition: Condition) -> None:
    mode = st.session_state[f"conditional.{state.SIDES[side]}.mode"]
    kept = condition.value if mode and condition.kind != "text" else ""
    state.set_side(side, _filled(page, replace(condition, change=mode, value=kept)))


def _named(page: Page, side: int, condition: Condition, name: str) -> None:
    state.set_side(side, _filled(page, replace(condition, name=st.session_state[f"{name}.name"], value="")))


def _filled(page: Page, condition: Condition) -> Condition:
    """A change of an aspect or column with a value to begin with."""
    if condition.change and condition.kind != "text" and not condition.value:
        return replace(condition, value=values_of(page.path, page.key, condition.kind, condition.name)[0])
    return condition


def method_key(page: Page, side: int, condition: Condition) -> Key:
    """The condition with its method: the one of the address, else the best that can answer here."""
    check_condition(condition)
    can = cache.get_encoder(page.encoder).abilities
    chosen = page.view.methods[side] or best_method(condition, can, page.encoder)
    name, _, head = chosen.partition("/")
    heads = [need for need in METHODS[name].needs if need in ("combiner", "aspect")]
    if heads and not head:
        head = next(iter(heads_for(heads[0], page.encoder, condition)), "")
    return Key(page.path, page.key, page.encoder, format_condition(condition), name, head)


def method_choice(page: Page, side: int, condition: Condition, key: Key) -> str:
    """The picker of methods with the formula; returns why the chosen one cannot answer here, "" when it can."""
    name = f"conditional.{state.SIDES[side]}.method"
    can = cache.get_encoder(page.encoder).abilities
    reasons = {method.name: why_not(method, condition, can, page.encoder) for method in METHODS.values()}
    options = sorted(METHODS, key=lambda option: bool(reasons[option]))
    st.session_state[name] = key.method
    st.selectbox(
        "How it is compared",
        options,
        key=name,
        format_func=lambda option: METHODS[option].label + (" (not here)" if reasons[option] else ""),
        on_change=lambda: state.set_side(side, method=st.session_state[name]),
    )
    _head_choice(page, side, condition, key, can)
    return reasons[key.method]


def _head_choice(page: Page, side: int, condition: Condition, key: Key, can: Abilities) -> None:
    kinds = [need for need in METHODS[key.method].needs if need in ("combiner", "aspect")]
    names = heads_for(kinds[0], page.encoder, condition) if kinds else []
    if len(names) > 1:
        name = f"conditional.{state.SIDES[side]}.head"
        st.session_state[name] = key.head
        st.selectbox(
            "Trained head",
            names,
            key=name,
            on_change=lambda: state.set_side(side, method=f"{key.method}/{st.session_state[name]}"),
        )
