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
        help=f"Column of both sides; by its name when empty, {NONE} for none.",
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


def columns_of(left: Side, right: Side, options: Mapping[str, Value]) -> dict[str, str]:
    """The column of each field that both sides have; InputError for a named one that a side lacks, or no names."""
    shared = [name for name in left.table.column_names if name in right.table.column_names]
    found: dict[str, str] = {}
    for field in LIKELY:
        asked = str(options.get(field, ""))
        if asked == NONE:
            continue
        chosen = _named(asked, field, left, right) if asked else _guessed(field, shared, found)
        if chosen:
            found[field] = chosen
    if NAME not in found and left.text and left.text == right.text:
        found = {NAME: left.text, **{field: column for field, column in found.items() if column != left.text}}
    if NAME not in found:
        raise InputError(
            f"{left.name} and {right.name}: expected a column of names that both have, such as name or title; both "
            f"have {', '.join(shared) or 'no column of one name'}. Name it with --set name=COLUMN."
        )
    return found


def _named(column: str, field: str, left: Side, right: Side) -> str:
    for side in (left, right):
        check_choice(column, side.table.column_names, f"{side.name}, column for {field.replace('_', ' ')}")
    return column


def _guessed(field: str, shared: list[str], taken: Mapping[str, str]) -> str:
    by_name = {name.casefold().strip().replace(" ", "_"): name for name in reversed(shared)}
    return next((by_name[one] for one in LIKELY[field] if one in by_name and by_name[one] not in taken.values()), "")
