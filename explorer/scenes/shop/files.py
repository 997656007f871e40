"""The shop as files: what is matched with what."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
from numpy.random import PCG64, Generator

from explorer.io.export import csv_bytes
from explorer.scenes.shop.baskets import shop_baskets
from explorer.scenes.shop.letters import CANDIDATE, ORIGINAL, REFERENCE, revision_rows
from explorer.scenes.shop.other import Listing, other_listings
from explorer.scenes.shop.products import Product, one_of
from explorer.scenes.shop.questions import answer_rows, question_rows
from explorer.scenes.shop.tables import shop_tables
from explorer.scenes.shop.terms import column_rows, glossary_rows
from explorer.scenes.shop.words import BRANDS

Row = dict[str, Any]
FILES = {
    "catalogue": "catalogue.csv",
    "other catalogue": "other-catalogue.csv",
    "catalogue pairs": "catalogue-pairs.csv",
    "baskets": "baskets.csv",
    "glossary": "glossary.csv",
    "columns": "columns.csv",
    "answers": "answers.csv",
    "questions": "questions.csv",
    "brand names": "brand-names.csv",
    "suppliers": "suppliers.csv",
    "other suppliers": "other-suppliers.csv",
    "revisions": "revisions.csv",
    "original": "revision/original.txt",
    "reference": "revision/reference.txt",
    "candidate": "revision/candidate.txt",
    "tables": "tables",
    "table subjects": "table-subjects.csv",
}
"""What the shop has besides its products, by name for people: files, and one folder of tables."""


def write_shop(folder: Path, products: Sequence[Product]) -> None:
    """Write all of `FILES` into the new `folder`, the same bytes every time."""
    (folder / "tables").mkdir(parents=True)
    (folder / "revision").mkdir()
    listings = other_listings(products)
    made: dict[str, Callable[[], list[Row]]] = {
        "catalogue": lambda: [_catalogued(one) for one in products],
        "other catalogue": lambda: [vars(one) for one in listings],
        "catalogue pairs": lambda: _pairs(products, listings),
        "baskets": lambda: _baskets(products),
        "glossary": glossary_rows,
        "columns": column_rows,
        "answers": answer_rows,
        "questions": question_rows,
        "brand names": _brand_names,
        "suppliers": lambda: _suppliers(0),
        "other suppliers": lambda: _suppliers(1),
        "revisions": revision_rows,
    }
    for name, rows in made.items():
        _write(folder / FILES[name], rows())
    for name, text in (("original", ORIGINAL), ("reference", REFERENCE), ("candidate", CANDIDATE)):
        (folder / FILES[name]).write_text(text + "\n", encoding="utf-8")
    _write_tables(folder, products)


def _write(path: Path, rows: Sequence[Row]) -> None:
    path.write_bytes(csv_bytes(pa.Table.from_pylist(list(rows))))


def _catalogued(one: Product) -> Row:
    return {
        "id": one.id,
        "name": one.name,
        "brand": one.brand,
        "description": one.description,
        "specification": one.specification,
        "price": one.price,
        "category": one.sort.category,
    }


def _pairs(products: Sequence[Product], listings: Sequence[Listing], seed: int = 4) -> list[Row]:
    """Pairs that are the same, pairs that are close (one kind) and medium (one category, another kind or far apart)."""
    rng = Generator(PCG64(seed))
    known = {one.id: one for one in products}
    rows = []
    for listing in listings:
        if not listing.same_as:
            continue
        this = known[listing.same_as]
        close = one_of([one for one in products if one.kind == this.kind and one != this], rng)
        medium = one_of(
            [one for one in products if one.sort.category == this.sort.category and one.kind != this.kind], rng
        )
        for kind, one in (("same", this), ("close", close), ("medium", medium)):
            rows.append({"left": one.id, "right": listing.sku, "same": int(kind == "same"), "kind": kind})
    return rows


def _baskets(products: Sequence[Product]) -> list[Row]:
    return [
        {"basket": f"B{number:04d}", "item": item}
        for number, basket in enumerate(shop_baskets(products), 1)
        for item in basket
    ]


def _brand_names() -> list[Row]:
    """A directory: each name that a brand goes by, with the brand's number."""
    return [
        {"alias": alias, "id": f"BR{place:02d}"}
        for place, (brand, others) in enumerate(BRANDS.items(), 1)
        for alias in (brand, *others)
    ]


def _suppliers(which: int) -> list[Row]:
    """A list of firms as one of two clerks writes them; the first has the id that the second gives the same firm."""
    rows = []
    for place, (brand, others) in enumerate(BRANDS.items(), 1):
        names = [brand, *others]
        name = names[(place * 2 + which * 3) % len(names)]
        row: Row = {"id": f"{'ST'[which]}{place:02d}", "name": name}
        rows.append(row if which else {**row, "same_as": f"T{place:02d}"})
    stray = ("Ferrow Glass", "Ysolde Papers") if which else ("Brackwater Tools", "Mallow Press", "Ferris Glas")
    none: Row = {} if which else {"same_as": ""}
    return [*rows, *({"id": f"{'ST'[which]}{n}", "name": name, **none} for n, name in enumerate(stray, 90))]


def _write_tables(folder: Path, products: Sequence[Product]) -> None:
    subjects = []
    for name, subject, header, rows in shop_tables(products):
        columns = list(zip(*rows, strict=True))
        table = pa.table([pa.array(one) for one in columns], names=list(header))
        (folder / FILES["tables"] / f"{name}.csv").write_bytes(csv_bytes(table))
        subjects.append({"table": f"{name}.csv", "subject": subject})
    _write(folder / FILES["table subjects"], subjects)
