"""The controls of one condition: what kind it is, in which direction, its name and the value that a change asks for."""

from dataclasses import replace

import streamlit as st

from explorer.app.conditional.view import SIDES, Context, set_condition
from explorer.encoders.pool import POOL
from explorer.features.conditional.aspect_values import named_aspects
from explorer.features.conditional.conditions import LONGEST, Condition
from explorer.features.conditional.service import values_of
from explorer.features.conditional.usable import reads_words
from explorer.features.conditional.wish import usable_columns

KIND_WORDS = {"aspect": "Aspect", "column": "Column", "text": "Words"}
MODE_WORDS = {False: "same", True: "like it, but"}
FIRST_WORDS = {False: "with the same hat", True: "at night"}
FIRST_ASPECTS = ("colour", "background")
NOTE = "conditional.note"


def begin(context: Context) -> dict[str, Condition]:
    """The condition of each side: of the address, else one that the data and the model can answer."""
    view = context.view
    first, last = _offered(context)
    return dict(zip(SIDES, (view.a or first, view.b or last), strict=True))


def _offered(context: Context) -> tuple[Condition, Condition]:
    known = usable_columns(context.opened)
    columns = tuple(Condition("column", name) for name in known)
    aspects = tuple(Condition("column" if name in known else "aspect", name) for name in FIRST_ASPECTS)
    sees = reads_words(POOL.get(context.encoder).abilities) and context.opened.dataset.has_images
    offered = aspects if sees else (columns or aspects)
    return offered[0], offered[-1]


def condition_controls(context: Context, side: str, condition: Condition) -> None:
    """Kind and direction of one condition; each change goes to the address."""
    name = f"conditional.{side}"
    st.session_state[f"{name}.mode"], st.session_state[f"{name}.kind"] = condition.change, condition.kind
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f"**{side.upper()}**", width="content")
        st.segmented_control(
            "Kind of condition",
            list(KIND_WORDS),
            format_func=KIND_WORDS.__getitem__,
            key=f"{name}.kind",
            required=True,
            on_change=_new_kind,
            args=(context, side, condition),
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
            args=(context, side, condition),
            label_visibility="collapsed",
            help="“same”: alike in this respect, whatever else. “like it, but”: as the item, with this changed.",
        )


def condition_value(context: Context, side: str, condition: Condition) -> None:
    """The name of the aspect or column and the value asked for, or the words."""
    if condition.kind == "text":
        _words(side, condition)
    else:
        known = list(named_aspects()) if condition.kind == "aspect" else list(usable_columns(context.opened))
        _name(context, side, condition, known)
        if condition.change and condition.name in known:
            _value(context, side, condition)


def _words(side: str, condition: Condition) -> None:
    key = f"conditional.{side}.text"
    st.session_state[key] = condition.name
    st.text_input(
        "In your words",
        key=key,
        max_chars=LONGEST,
        placeholder="such as: with the same hat",
        on_change=_typed,
        args=(side, condition, key),
    )


def _typed(side: str, condition: Condition, key: str) -> None:
    words = st.session_state[key].strip()
    if words:
        set_condition(side, replace(condition, name=words))
    else:
        st.session_state[NOTE] = (
            "The condition is empty: name what should be the same, or what should change. The last one is kept."
        )


def _name(context: Context, side: str, condition: Condition, known: list[str]) -> None:
    key = f"conditional.{side}.name"
    st.session_state[key] = condition.name
    st.selectbox(
        KIND_WORDS[condition.kind],
        _with(condition.name, known),
        key=key,
        on_change=lambda: set_condition(
            side, _filled(context, replace(condition, name=st.session_state[key], value=""))
        ),
    )


def _value(context: Context, side: str, condition: Condition) -> None:
    key = f"conditional.{side}.value"
    st.session_state[key] = condition.value
    st.selectbox(
        "should become",
        _with(condition.value, list(values_of(context.opened, condition.kind, condition.name))),
        key=key,
        accept_new_options=condition.kind == "aspect",
        on_change=lambda: set_condition(side, replace(condition, value=st.session_state[key] or "")),
        help="Type other words than those listed for a named aspect." if condition.kind == "aspect" else None,
    )


def _with(chosen: str, known: list[str]) -> list[str]:
    """The options, the chosen one among them."""
    return known if chosen in known else [chosen, *known]


def _new_kind(context: Context, side: str, condition: Condition) -> None:
    kind = st.session_state[f"conditional.{side}.kind"]
    columns = usable_columns(context.opened)
    if kind == "column" and not columns:
        st.session_state[NOTE] = (
            "This data has no attribute column with repeated values. Use a named aspect or your own words."
        )
        return
    first = {"text": FIRST_WORDS[condition.change], "aspect": next(iter(named_aspects()))}
    name = columns[0] if kind == "column" else first[kind]
    set_condition(side, _filled(context, Condition(kind, name, condition.change)))


def _new_mode(context: Context, side: str, condition: Condition) -> None:
    mode = st.session_state[f"conditional.{side}.mode"]
    kept = condition.value if mode and condition.kind != "text" else ""
    set_condition(side, _filled(context, replace(condition, change=mode, value=kept)))


def _filled(context: Context, condition: Condition) -> Condition:
    """A change of an aspect or column with a value to begin with."""
    if condition.change and condition.kind != "text" and not condition.value:
        return replace(condition, value=values_of(context.opened, condition.kind, condition.name)[0])
    return condition
