"""The settings of a matcher as fields of the page, whatever it declares."""

from collections.abc import Mapping, Sequence

import streamlit as st

from explorer.app.frame.foreign import plain
from explorer.app.match.links_sources import KINDS, PROBLEM, keep_file
from explorer.app.match.view import ADDRESS
from explorer.base.errors import ExplorerError, InputError
from explorer.base.permission import may
from explorer.features.match.method import MatchMethod, Option
from explorer.features.match.service import settled

NOT_SET = "not set"
STEPS = 20


def option_fields(card: MatchMethod, given: Mapping[str, str], left: Sequence[str], right: Sequence[str]) -> None:
    """Draw a field for each option. given: values that differ from the usual. left, right: columns of the sides."""
    for option in card.options:
        now = _now(option, given)
        if option.file:
            _file_field(card, option, now)
        elif option.columns:
            both = [name for name in left if name in right]
            names = {"left": list(left), "right": list(right), "both": both}[option.columns]
            _choice_field(card, option, now, ["", *names])
        elif isinstance(option.default, bool):
            _toggle(card, option, now)
        elif isinstance(option.default, str):
            _choice_field(card, option, now, option.choices) if option.choices else _text_field(card, option, now)
        else:
            _number_field(card, option, now)


def _now(option: Option, given: Mapping[str, str]) -> str:
    """The value as the address writes it; the usual one where it cannot be used."""
    try:
        value = settled([option], {option.name: given[option.name]})[option.name] if option.name in given else None
    except InputError:
        value = None
    return written(option.default if value is None else value)


def written(value: object) -> str:
    """A value of an option as the address and the command write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _key(card: MatchMethod, option: Option) -> str:
    return f"match.links.set.{card.name}.{option.name}"


def _change(option: Option, value: object) -> None:
    """Put a value into the address; the usual one is left out of it."""
    kept = [one for one in ADDRESS.view().links_set if one.partition("=")[0] != option.name]
    own = [] if written(value) == written(option.default) else [f"{option.name}={written(value)}"]
    ADDRESS.change(links_set=(*kept, *own), links_kept="", links_learned=False)


def _help(option: Option) -> str | None:
    return plain(option.help) if option.help else None


def _toggle(card: MatchMethod, option: Option, now: str) -> None:
    key = _key(card, option)
    st.session_state[key] = now == "yes"
    st.toggle(
        plain(option.label),
        key=key,
        help=_help(option),
        on_change=lambda: _change(option, bool(st.session_state[key])),
    )


def _choice_field(card: MatchMethod, option: Option, now: str, choices: Sequence[str]) -> None:
    key = _key(card, option)
    st.session_state[key] = now
    st.selectbox(
        plain(option.label),
        choices if now in choices else [*choices, now],
        key=key,
        accept_new_options=bool(option.columns),
        format_func=lambda one: one or NOT_SET,
        help=_help(option),
        on_change=lambda: _change(option, st.session_state[key] or ""),
    )


def _text_field(card: MatchMethod, option: Option, now: str) -> None:
    key = _key(card, option)
    st.session_state[key] = now
    st.text_input(
        plain(option.label),
        key=key,
        max_chars=200,
        help=_help(option),
        on_change=lambda: _change(option, str(st.session_state[key]).strip()),
    )


def _number_field(card: MatchMethod, option: Option, now: str) -> None:
    key = _key(card, option)
    whole = all(float(one).is_integer() for one in (option.default, option.least, option.most)) and option.most > 1
    st.session_state[key] = float(now)
    st.number_input(
        plain(option.label),
        float(option.least),
        float(option.most),
        step=1.0 if whole else (option.most - option.least) / STEPS,
        format="%g",
        key=key,
        help=_help(option),
        on_change=lambda: _change(option, float(st.session_state[key])),
    )


def _file_field(card: MatchMethod, option: Option, now: str) -> None:
    """A file that the matcher needs; the address names it by what is in it."""
    key = _key(card, option)
    if now:
        st.caption(plain(f"{option.label}: {_file_name(now)}"))
        st.button("Without it", key=f"{key}.away", on_click=_change, args=(option, option.default))
    if may("upload"):
        st.file_uploader(
            plain(option.label), type=KINDS, key=key, help=_help(option), on_change=_brought, args=(option, key)
        )


def _file_name(value: str) -> str:
    """The name in KEY/NAME, or in shop:NAME."""
    return value.rpartition("/")[2].rpartition(":")[2]


def _brought(option: Option, key: str) -> None:
    file = st.session_state.get(key)
    if file is None:
        return
    try:
        _change(option, keep_file(file.name, file.getvalue()))
    except ExplorerError as error:
        st.session_state[PROBLEM] = str(error)
