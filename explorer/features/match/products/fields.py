"""Which columns of a list of products hold what, and what is read of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from explorer.base.arrays import Doubles, check_choice
from explorer.base.errors import InputError
from explorer.features.match.method import Option, Value
from explorer.features.match.products.prices import prices_of
from explorer.features.match.products.similarities import Specification, specification_of
from explorer.features.match.products.words import Listed, listed
from explorer.features.match.side import Side

NAME, SHORT, LONG, SPECIFICATION, BRAND, PRICE = (
    "name",
    "short_description",
    "long_description",
    "specification",
    "brand",
    "price",
)
TEXTS = (NAME, SHORT, LONG)
LIKELY: Mapping[str, tuple[str, ...]] = {
    NAME: ("name", "title", "product", "product_name", "product_title", "item", "text"),
    SHORT: ("short_description", "description", "summary", "subtitle", "features"),
    LONG: ("long_description", "details", "full_description", "body"),
    SPECIFICATION: ("specification", "specifications", "specs", "attributes", "parameters"),
    BRAND: ("brand", "manufacturer", "vendor", "maker"),
    PRICE: ("price", "list_price", "cost", "amount"),
}
NONE = "-"
"""A field that is not to be compared, although a column looks like it."""
OPTIONS = tuple(
    Option(
        name=name,
        label=name.replace("_", " ").capitalize(),
        default="",
        columns="both",
        help=f"Column of both sides, or LEFT=RIGHT; by its name when empty, {NONE} for none.",
    )
    for name in LIKELY
)


@dataclass(frozen=True)
class Listings:
    """n products of a side. columns: the column of each field that is compared."""

    side: Side
    columns: Mapping[str, str]

    def __len__(self) -> int:
        return len(self.side)

    @cached_property
    def read(self) -> dict[str, list[Listed]]:
        """(n,) what each field of words says."""
        known: dict[str, Listed] = {}
        texts = {name: self.texts(name) for name in (*TEXTS, SPECIFICATION) if name in self.columns}
        return {name: [known.setdefault(text, listed(text)) for text in held] for name, held in texts.items()}

    @cached_property
    def specifications(self) -> list[Specification]:
        """(n,) keys and values; () where the field is not compared."""
        if SPECIFICATION not in self.columns:
            return []
        return [specification_of(one) for one in self.side.table.column(self.columns[SPECIFICATION]).to_pylist()]

    @cached_property
    def prices(self) -> Doubles:
        """(n,) NaN where a price is not known, everywhere when the field is not compared."""
        if PRICE not in self.columns:
            return np.full(len(self), np.nan)
        return prices_of(self.side.table.column(self.columns[PRICE]).to_pylist())

    @cached_property
    def brands(self) -> list[frozenset[str]]:
        """(n,) the brand of each, as a set of one or none; [] when the field is not compared."""
        if BRAND not in self.columns:
            return []
        cleaned = [" ".join(one.casefold().split()) for one in self.side.strings(self.columns[BRAND])]
        return [frozenset([one] if one else []) for one in cleaned]

    def texts(self, field: str) -> list[str]:
        """(n,) a field as it is read for words; a specification as one text of keys and values."""
        if field == SPECIFICATION:
            return [" ".join(f"{key} {value}" for key, value in one.items()) for one in self.specifications]
        return list(self.side.strings(self.columns[field]))


def columns_of(left: Side, right: Side, options: Mapping[str, Value]) -> tuple[dict[str, str], dict[str, str]]:
    """The column of each field on either side, of the fields that both sides have.

    Where none is named they are guessed by their names, on each side by itself; names of products may also be what is
    compared. InputError for a named column that a side lacks, or a side without names.
    """
    found: tuple[dict[str, str], dict[str, str]] = ({}, {})
    for field in LIKELY:
        asked = str(options.get(field, ""))
        if asked == NONE:
            continue
        named = _named(asked, field, (left, right)) if asked else None
        pair = named or tuple(_guessed(field, side, held) for side, held in zip((left, right), found, strict=True))
        if field == NAME and not named:
            pair = tuple(one or side.text for one, side in zip(pair, (left, right), strict=True))
        if all(pair):
            for held, column in zip(found, pair, strict=True):
                held[field] = column
    if not any(field in found[0] or options.get(field) == NONE for field in (SHORT, LONG)):
        _either(left, right, found)
    if NAME not in found[0]:
        lacking = next(side for side in (left, right) if not (_guessed(NAME, side, {}) or side.text))
        raise InputError(
            f"{lacking.name}: expected a column of names of products, such as name or title; it has "
            f"{', '.join(lacking.table.column_names)}. Name it with --set name=COLUMN, or name=LEFT=RIGHT."
        )
    return found


def _either(left: Side, right: Side, found: tuple[dict[str, str], dict[str, str]]) -> None:
    """Compare descriptions where one side has a short one and the other a long one alone."""
    pair = [
        _guessed(SHORT, side, held) or _guessed(LONG, side, held)
        for side, held in zip((left, right), found, strict=True)
    ]
    if all(pair):
        found[0][SHORT], found[1][SHORT] = pair


def _named(asked: str, field: str, sides: tuple[Side, Side]) -> tuple[str, str]:
    """The columns that were named: one for both sides, or LEFT=RIGHT; InputError for one that a side lacks."""
    pair = (asked, asked)
    if not all(asked in side.table.column_names for side in sides) and "=" in asked:
        first, _, second = asked.partition("=")
        pair = (first.strip(), second.strip())
    for column, side in zip(pair, sides, strict=True):
        check_choice(column, side.table.column_names, f"{side.name}, column for {field.replace('_', ' ')}")
    return pair


def _guessed(field: str, side: Side, taken: Mapping[str, str]) -> str:
    by_name = {name.casefold().strip().replace(" ", "_"): name for name in reversed(side.table.column_names)}
    return next((by_name[one] for one in LIKELY[field] if one in by_name and by_name[one] not in taken.values()), "")
