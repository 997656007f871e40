"""The made shop: the same every time, with known answers in all its files."""

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import ImageChops

from explorer.scenes.shop import draw_product, shop_products, write_shop
from explorer.scenes.shop.baskets import shop_baskets
from explorer.scenes.shop.files import FILES
from explorer.scenes.shop.words import BRANDS, KINDS


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop") / "made"
    write_shop(folder, shop_products())
    return folder


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_products_are_400_all_different_and_the_same_every_time() -> None:
    products = shop_products()
    assert len({one.id for one in products}) == len({one.name for one in products}) == 400
    assert shop_products.__wrapped__() == products
    assert Counter(one.kind for one in products) == dict.fromkeys(KINDS, 20)
    assert not any("{" in one.description or " a orange" in one.description for one in products)


def test_partners_are_partners_of_each_other() -> None:
    assert all(KINDS[kind.partner].partner == name for name, kind in KINDS.items())


def test_every_kind_has_a_picture_that_shows_its_colour() -> None:
    products = shop_products()
    pictures = {one.kind: draw_product(one, 48) for one in products[::20]}
    assert len({picture.tobytes() for picture in pictures.values()}) == len(KINDS)
    first = next(one for one in products if one.colour == "red")
    again = draw_product(first, 48)
    assert ImageChops.difference(draw_product(first, 48), again).getbbox() is None
    reds = int(((np.asarray(again)[..., 0] > 150) & (np.asarray(again)[..., 1] < 90)).sum())
    assert reds > 100


def test_the_files_are_the_same_bytes_again(shop: Path, tmp_path: Path) -> None:
    write_shop(tmp_path / "again", shop_products())
    made = {path.relative_to(shop): path.read_bytes() for path in shop.rglob("*") if path.is_file()}
    assert made == {
        path.relative_to(tmp_path / "again"): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()
    }
    assert all((shop / file).exists() for file in FILES.values())


@pytest.mark.parametrize(
    ("left", "column", "right", "key", "some", "without"),
    [
        ("other catalogue", "same_as", "catalogue", "id", 300, 40),
        ("columns", "term", "glossary", "id", 36, 2),
        ("questions", "answer", "answers", "id", 54, 4),
        ("suppliers", "same_as", "other suppliers", "id", 12, 3),
    ],
)
def test_truth_names_things_that_are_there(
    shop: Path, left: str, column: str, right: str, key: str, some: int, without: int
) -> None:
    known = {row[key] for row in rows_of(shop / FILES[right])}
    named = [row[column] for row in rows_of(shop / FILES[left])]
    assert len([one for one in named if one]) == some and named.count("") == without
    assert {one for one in named if one} <= known


def test_the_other_catalogue_is_in_other_words(shop: Path) -> None:
    products = {row["id"]: row for row in rows_of(shop / FILES["catalogue"])}
    listings = [row for row in rows_of(shop / FILES["other catalogue"]) if row["same_as"]]
    assert not any(row["title"] == products[row["same_as"]]["name"] for row in listings)
    moved = [float(row["cost"]) / float(products[row["same_as"]]["price"]) for row in listings if row["cost"]]
    assert 0.89 < min(moved) < 0.95 and 1.05 < max(moved) < 1.11
    for field in ("maker", "details", "specs", "cost"):
        assert 10 < sum(not row[field] for row in listings) < 100


def test_pairs_that_are_not_the_same_are_close_or_medium(shop: Path) -> None:
    kind = {one.id: one.kind for one in shop_products()}
    same_as = {row["sku"]: row["same_as"] for row in rows_of(shop / FILES["other catalogue"])}
    pairs = rows_of(shop / FILES["catalogue pairs"])
    assert Counter(row["kind"] for row in pairs) == {"same": 300, "close": 300, "medium": 300}
    for row in pairs:
        right = same_as[row["right"]]
        assert (row["left"] == right) == (row["same"] == "1") == (row["kind"] == "same")
        assert (kind[row["left"]] == kind[right]) == (row["kind"] != "medium")


def test_baskets_hold_partners_and_seldom_two_of_a_kind() -> None:
    products = {one.id: one for one in shop_products()}
    baskets = shop_baskets(shop_products())
    assert len(baskets) == 4000 and all(len(set(one)) == len(one) for one in baskets)
    pairs = [(products[a].kind, products[b].kind) for one in baskets for a in one for b in one if a < b]
    partners = sum(KINDS[a].partner == b for a, b in pairs) / len(pairs)
    assert partners > 0.6
    assert sum(a == b for a, b in pairs) / len(pairs) < 0.1
    sold = {item for one in baskets for item in one}
    assert 20 < 400 - len(sold) < 70


def test_names_of_a_brand_stand_for_it_alone(shop: Path) -> None:
    names = rows_of(shop / FILES["brand names"])
    assert len({row["alias"] for row in names}) == len(names) == sum(1 + len(others) for others in BRANDS.values())
    firms = rows_of(shop / FILES["suppliers"])
    brand = {row["alias"]: row["id"] for row in names}
    others = {row["id"]: row["name"] for row in rows_of(shop / FILES["other suppliers"])}
    for row in firms:
        if row["same_as"]:
            assert brand[row["name"]] == brand[others[row["same_as"]]]
