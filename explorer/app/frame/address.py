"""State in the address of a page: each page declares its fields once, here they are read, written and changed.

A link is a promise: whoever opens it sees the same. So reading what was written gives an equal value, only what
differs from the plain view is written, and what cannot be read is left out and named.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Generic, TypeVar

import streamlit as st

from explorer.base.errors import InputError

V = TypeVar("V")
Params = Mapping[str, Sequence[str]]
KEPT = ("ws", "model", "tour", "stop")  # parts of the address that hold on every page


@dataclass(frozen=True)
class Field:
    """One field of a view: its name in the address, and how its value is read and written.

    read: raises InputError or ValueError with what was expected. many: the field is a tuple, one parameter an entry,
    of at most `most` entries.
    """

    name: str
    read: Callable[[str], Any]
    write: Callable[[Any], str]
    many: bool = False
    most: int = 20


def text(name: str, most: int = 2_000) -> Field:
    """Any text of up to `most` characters."""

    def read(value: str) -> str:
        expect(len(value) <= most, f"expected at most {most:,} characters, got {len(value):,}")
        return value

    return Field(name, read, str)


def choice(name: str, choices: Sequence[str]) -> Field:
    """One of a few words."""

    def read(value: str) -> str:
        expect(value in choices, f"expected one of {', '.join(choices)}")
        return value

    return Field(name, read, str)


def whole(name: str, choices: Sequence[int]) -> Field:
    """One of a few whole numbers."""

    def read(value: str) -> int:
        expect(value in {str(one) for one in choices}, f"expected one of {', '.join(map(str, choices))}")
        return int(value)

    return Field(name, read, str)


def number(name: str, low: float, high: float) -> Field:
    """A number between two ends."""

    def read(value: str) -> float:
        found = float(value)
        expect(math.isfinite(found) and low <= found <= high, f"expected a number from {low:g} to {high:g}")
        return found

    return Field(name, read, shortest)


def flag(name: str) -> Field:
    """Yes or no."""

    def read(value: str) -> bool:
        expect(value in ("0", "1"), "expected 0 or 1")
        return value == "1"

    return Field(name, read, lambda value: str(int(value)))


def each(name: str, read: Callable[[str], Any], write: Callable[[Any], str], most: int) -> Field:
    """A tuple of up to `most` entries, one parameter each."""
    return Field(name, read, write, many=True, most=most)


def expect(condition: bool, message: str) -> None:
    """Raise InputError with `message` unless `condition` holds."""
    if not condition:
        raise InputError(message)


def shortest(value: float) -> str:
    """Shortest form of a finite float that reads back as the same float."""
    short = f"{value:g}"
    return short if float(short) == value else repr(float(value))


class Address(Generic[V]):
    """The address of one page: `plain` is the view of an address without parameters, a frozen dataclass.

    codec: a `Field` for each field of the dataclass that the address carries, by the dataclass' own names.
    """

    def __init__(self, plain: V, **codec: Field) -> None:
        unknown = set(codec) - {field.name for field in fields(plain)}  # type: ignore[arg-type]
        if unknown:
            raise TypeError(f"{type(plain).__name__} has no field {', '.join(sorted(unknown))}")
        self.plain, self.codec = plain, codec

    @property
    def names(self) -> tuple[str, ...]:
        """Names of this page's parameters."""
        return tuple(field.name for field in self.codec.values())

    def write(self, view: V) -> dict[str, list[str]]:
        """Parameters of the address, only those that differ from the plain view."""
        params = {}
        for own, field in self.codec.items():
            value = getattr(view, own)
            if value != getattr(self.plain, own):
                params[field.name] = [field.write(one) for one in (value if field.many else (value,))]
        return params

    def read(self, params: Params) -> tuple[V, list[str]]:
        """The view of these parameters, and a sentence for each that could not be used and was left out."""
        problems: list[str] = []
        changes = {}
        for own, field in self.codec.items():
            found = _entries(field, params.get(field.name) or (), problems)
            if found:
                changes[own] = found if field.many else found[-1]
        return replace(self.plain, **changes), problems  # type: ignore[type-var]

    def current(self) -> tuple[V, list[str]]:
        """The view that the shown address asks for, and sentences about what in it could not be used."""
        return self.read(parameters())

    def view(self) -> V:
        """The view that the shown address asks for."""
        return self.current()[0]

    def change(self, **changes: Any) -> None:
        """Go to the current view with these fields changed; one new entry in the browser's history."""
        self.show(replace(self.view(), **changes))  # type: ignore[type-var]

    def show(self, view: V) -> None:
        """Go to this view; what else stands in the address stays."""
        kept = {name: values for name, values in parameters().items() if name not in self.names}
        st.query_params.from_dict(kept | self.write(view))


def parameters() -> dict[str, list[str]]:
    """All parameters of the shown address."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def kept_parameters() -> dict[str, str]:
    """The parts of the address that hold on every page: workspace and model."""
    return {name: st.query_params[name] for name in KEPT if name in st.query_params}


def keep(name: str, value: str) -> None:
    """Set one parameter, or remove it when `value` is empty; nothing happens when it is so already."""
    if st.query_params.get(name, "") == value:
        return
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)


def _entries(field: Field, given: Sequence[str], problems: list[str]) -> tuple[Any, ...]:
    used = given[: field.most] if field.many else given[-1:]
    found = []
    for value in used:
        try:
            found.append(field.read(value))
        except (InputError, ValueError) as error:
            reason = str(error).rstrip(".")
            shown = f"{field.name}={value[:60]!r}"
            problems.append(f"The link holds something that cannot be read and was left out: {shown} ({reason}).")
    if field.many and len(given) > field.most:
        problems.append(f"The link holds {len(given)} values of {field.name}; the first {field.most} were used.")
    return tuple(found)
