"""The controls of one condition: in which direction, what it names, and the value that a change asks for."""

from dataclasses import replace

import streamlit as st

from explorer.app.conditional.view import SIDES, Context, set_condition
from explorer.app.frame.foreign import plain
from explorer.encoders.pool import POOL
from explorer.features.conditional.aspect_values import named_aspects
from explorer.features.conditional.conditions import LONGEST, Condition
from explorer.features.conditional.service import values_of
from explorer.features.conditional.wish import usable_columns

MODE_WORDS = {False: "same", True: "like it, but"}
FIRST_WORDS = {False: "with the same hat", True: "at night"}
FIRST_ASPECTS = ("colour", "background")
NOTE = "conditional.note"
WORDS = "text:"
HELP = (
    "“same”: alike in this respect, whatever else. “like it, but”: as the item, with this changed. Below it: a "
    "column of your data, a named aspect that is seen, or words of your own. At the right: how it is compared, and why."
)
Named = str
"""A kind of condition and what it names, such as "column:shape"; `WORDS` for words of one's own."""


def begin(context: Context) -> dict[str, Condition]:
    """The condition of each side: of the address, else one that the data and the model can answer."""
    view = context.view
    first, last = _offered(context)
    return dict(zip(SIDES, (view.a or first, view.b or last), strict=True))


def _offered(context: Context) -> tuple[Condition, Condition]:
    known = usable_columns(context.opened)
    columns = tuple(Condition("column", name) for name in known)
    aspects = tuple(Condition("column" if name in known else "aspect", name) for name in FIRST_ASPECTS)
    sees = POOL.get(context.encoder).abilities.words_find_items and context.opened.dataset.has_images
    offered = aspects if sees else (columns or aspects)
    return offered[0], offered[-1] if len(offered) > 1 else _filled(context, replace(offered[0], change=True))


def direction_control(context: Context, side: str, condition: Condition) -> None:
    """Whether the condition keeps something or changes it; a change of it goes to the address."""
    key = f"conditional.{side}.mode"
    st.session_state[key] = condition.change
    st.markdown(f"**{plain(side.upper())}**", width="content", help=HELP)
    st.segmented_control(
        "Direction",
        [False, True],
        format_func=MODE_WORDS.__getitem__,
        key=key,
        required=True,
        on_change=_new_mode,
        args=(context, side, condition),
        label_visibility="collapsed",
    )


def condition_controls(context: Context, side: str, condition: Condition) -> None:
    """What the condition names, and the value asked for or the words; each change goes to the address."""
    key, chosen = f"conditional.{side}.what", _named(condition)
    st.session_state[key] = chosen
    st.selectbox(
        "What",
        _with(chosen, _choices(context)),
        key=key,
        format_func=lambda named: _told(context, named),
        label_visibility="collapsed",
        on_change=lambda: _new_name(context, side, condition, st.session_state[key]),
    )
    if condition.kind == "text":
        _words(side, condition)
    elif condition.change and chosen in _choices(context):
        _value(context, side, condition)


def _choices(context: Context) -> list[Named]:
    columns = [f"column:{name}" for name in usable_columns(context.opened)]
    return [*columns, *(f"aspect:{name}" for name in named_aspects()), WORDS]


def _named(condition: Condition) -> Named:
    return WORDS if condition.kind == "text" else f"{condition.kind}:{condition.name}"


def _told(context: Context, named: Named) -> str:
    """What a choice is called; an aspect with the name of a column says that it is one."""
    kind, _, name = named.partition(":")
    both = kind == "aspect" and name in usable_columns(context.opened)
    return "your words" if kind == "text" else f"{name} (as seen)" if both else name


def _words(side: str, condition: Condition) -> None:
    key = f"conditional.{side}.text"
    st.session_state[key] = condition.name
    st.text_input(
        "In your words",
        key=key,
        max_chars=LONGEST,
        placeholder="such as: with the same hat",
        label_visibility="collapsed",
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


def _value(context: Context, side: str, condition: Condition) -> None:
    key = f"conditional.{side}.value"
    st.session_state[key] = condition.value
    st.selectbox(
        "should become",
        _with(condition.value, list(values_of(context.opened, condition.kind, condition.name))),
        key=key,
        accept_new_options=condition.kind == "aspect",
        label_visibility="collapsed",
        on_change=lambda: set_condition(side, replace(condition, value=st.session_state[key] or "")),
        placeholder="or type other words" if condition.kind == "aspect" else None,
    )


def _with(chosen: str, known: list[str]) -> list[str]:
    """The options, the chosen one among them."""
    return known if chosen in known else [chosen, *known]


def _new_name(context: Context, side: str, condition: Condition, named: Named) -> None:
    kind, _, name = named.partition(":")
    made = Condition(kind, name or FIRST_WORDS[condition.change], condition.change)
    set_condition(side, _filled(context, made))


def _new_mode(context: Context, side: str, condition: Condition) -> None:
    mode = st.session_state[f"conditional.{side}.mode"]
    kept = condition.value if mode and condition.kind != "text" else ""
    set_condition(side, _filled(context, replace(condition, change=mode, value=kept)))


def _filled(context: Context, condition: Condition) -> Condition:
    """A change of an aspect or column with a value to begin with."""
    if condition.change and condition.kind != "text" and not condition.value:
        return replace(condition, value=values_of(context.opened, condition.kind, condition.name)[0])
    return condition
