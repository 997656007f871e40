"""Products from two lists: candidates, parts, reasons, and what is said of what cannot be used."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image, ImageEnhance

from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.features.match.method import Candidates, Task
from explorer.features.match.products import matcher
from explorer.features.match.products.fields import LIKELY
from explorer.features.match.products.matcher import PRODUCTS
from explorer.features.match.products.pictures import bit_similarity, hash_similarities, perceptual_hash, way_of
from explorer.features.match.service import make_task
from explorer.features.match.side import Side
from explorer.features.match.sides import side_of_strings

Columns = dict[str, Sequence[object]]

LEFT: Columns = {
    "Title": ["Lemon wipes 80 ct", 'Steel toaster oven TO3250XSB 16"', "Garden chair", "Lamp"],
    "price": ["16.99", "nan", "40", "9"],
    "brand": ["Cleano", "Warmo", "", None],
    "specs": ['{"Colour": "yellow"}', "[]", "", "nothing"],
}
RIGHT: Columns = {
    "Title": ["Lemon wipes, 80ct", "Toaster oven TO3250XSB 16 inch steel", "Garden chair set", "Garden hose"],
    "price": [12.5, 99.0, 120.0, None],
    "brand": ["cleano", "Other", "Gardo", "Gardo"],
    "specs": ['{"colour": "yellow"}', "[]", "", ""],
}


def side(name: str, columns: Columns, **more: object) -> Side:
    count = len(next(iter(columns.values())))
    table = pa.table({key: pa.array(list(values)) for key, values in columns.items()})
    return Side(name=name, ids=tuple(f"{name}{n}" for n in range(count)), table=table, **more)  # type: ignore[arg-type]


def task(**options: str | float | bool) -> Task:
    return Task(left=side("left", LEFT), right=side("right", RIGHT), options=options)


def found(asked: Task) -> Candidates:
    return PRODUCTS.propose(asked, Silent())


def links(pairs: Candidates) -> list[tuple[int, int]]:
    return list(zip(pairs.left.tolist(), pairs.right.tolist(), strict=True))


def test_products_that_share_words_and_a_price_are_candidates() -> None:
    pairs = found(task())
    assert links(pairs) == [(0, 0), (1, 1), (2, 3)]  # the chair of 40 is not the set of 120; unknown prices fit
    assert pairs.scores[0] > 0.8
    assert [pairs.routes[one] for one in pairs.route] == ["words of the name and price"] + 2 * ["words of the name"]
    notes = pairs.about["notes"]
    assert notes == (
        "left: 1 of 4 have no price that can be read; they fit any price. "
        "right: 1 of 4 have no price that can be read; they fit any price."
    )
    assert (2, 2) in links(found(task(prices=False)))


def test_parts_have_the_names_and_signs_of_the_authors_files() -> None:
    parts = found(task()).parts
    assert parts["name_id"].tolist() == [0, 1, 0]
    assert parts["name_units"].tolist() == [0, 0, 0]  # all agree: distance 0
    assert parts["brand"].tolist() == [1, -1, -1]
    assert parts["specification_key_value_matches"].tolist() == [1, 0, 0]
    np.testing.assert_allclose(parts["price_ratio"], [12.5 / 16.99, np.nan, np.nan], rtol=1e-6)
    assert "short_description_cos" not in parts
    assert "picture" not in parts
    pairs = found(task())
    np.testing.assert_allclose(pairs.scores, (1 + pairs.parts["name_cos"]) / 2, atol=1e-6)


def test_one_list_with_itself_gives_each_pair_once() -> None:
    one = side("right", RIGHT)
    pairs = found(Task(left=one, right=one, same=True))
    assert links(pairs) == [(2, 3)]


def test_columns_are_named_or_guessed() -> None:
    renamed: Columns = {"label": LEFT["Title"], "Description": ["soft"] * 4}
    left = side("left", renamed)
    right = side("right", {"label": RIGHT["Title"], "Description": ["soft"] * 4})
    pairs = found(Task(left=left, right=right, options={"name": "label"}))
    assert pairs.about == {"compares": "label as name, Description as short description"}
    without = found(Task(left=left, right=right, options={"name": "label", "short_description": "-"}))
    assert not any(name.startswith("short") for name in without.parts)
    with pytest.raises(
        InputError, match="left: expected a column of names of products.*it has label, Description. Name"
    ):
        found(Task(left=left, right=right))
    with pytest.raises(InputError, match="left, column for brand: expected one of label, Description; got 'Brand'"):
        found(Task(left=left, right=right, options={"name": "label", "brand": "Brand"}))


def test_two_shops_may_name_their_columns_differently() -> None:
    left = side("left", {"title": LEFT["Title"], "list_price": ["1", "2", "", "x"]})
    right = side("right", {"label": RIGHT["Title"], "price": ["1"] * len(RIGHT["Title"])}, text="label")
    guessed = found(Task(left=left, right=right))
    assert guessed.about["compares"] == "title with label as name, list_price with price as price"
    more = side("right", {"label": RIGHT["Title"], "details": ["soft"] * len(RIGHT["Title"])}, text="label")
    described = found(Task(left=side("left", {"title": LEFT["Title"], "description": ["soft"] * 4}), right=more))
    assert "description with details as short description" in str(described.about["compares"])
    named = found(Task(left=left, right=right, options={"name": "title=label", "price": "-"}))
    assert named.about["compares"] == "title with label as name"
    with pytest.raises(InputError, match="right, column for name: expected one of label, price; got 'name'"):
        found(Task(left=left, right=right, options={"name": "title=name"}))


def test_the_compared_text_is_the_name_where_no_column_looks_like_one() -> None:
    left, right = side("left", {"x": LEFT["Title"]}, text="x"), side("right", {"x": RIGHT["Title"]}, text="x")
    assert links(found(Task(left=left, right=right)))[0] == (0, 0)


def test_nothing_in_common_is_no_pair_and_no_error() -> None:
    pairs = found(Task(left=side("left", {"name": ["a", ""]}), right=side("right", {"name": ["b", None]})))
    assert len(pairs) == 0
    assert set(pairs.parts) >= {"name_cos", "name_units"}


def test_reasons_stand_field_by_field_with_words_and_signs() -> None:
    reasons = PRODUCTS.explain(task(), 1, 1)
    named = {one.name: one for one in reasons.fields}
    marked = [named["Name"].left[start:end] for (start, end), _ in named["Name"].left_spans]
    assert marked == ["Steel", "toaster", "oven", "TO3250XSB", "16"]
    assert (named["Name: codes"].score, named["Name: codes"].least) == (1, -1)
    assert named["Name: units, a distance"].score == 0
    assert (named["Brand"].left, named["Brand"].right, named["Brand"].score) == ("Warmo", "Other", -1)
    assert np.isnan(named["Price"].score)
    fields = {one.name: one for one in PRODUCTS.explain(task(), 0, 0).fields}
    assert (fields["Specification"].left, fields["Specification"].right) == ("Colour: yellow", "colour: yellow")
    assert fields["Specification: key matches"].score == 1
    assert "distances" in reasons.notes[1]


def pictures(folder: Path) -> list[str]:
    rng = np.random.default_rng(3)
    first = Image.fromarray(rng.integers(0, 255, (9, 9, 3), dtype=np.uint8)).resize((90, 90), Image.Resampling.BICUBIC)
    other = Image.fromarray(rng.integers(0, 255, (9, 9, 3), dtype=np.uint8)).resize((90, 90), Image.Resampling.BICUBIC)
    made = {"a": first, "b": ImageEnhance.Brightness(first.resize((60, 60))).enhance(0.8), "c": other}
    for name, picture in made.items():
        picture.save(folder / f"{name}.png")
    return [str(folder / f"{name}.png") for name in made]


def test_pictures_agree_bit_by_bit_and_the_most_alike_are_not_dropped(tmp_path: Path) -> None:
    a, b, c = pictures(tmp_path)
    left = side("left", {"name": ["x"] * 3}, pictures=(a, a, ""))
    right = side("right", {"name": ["x"] * 3}, pictures=(b, c, str(tmp_path / "gone.png")))
    rows = np.array([0, 0, 1, 2, 0])
    found_bits = hash_similarities(left, right, rows, np.array([0, 1, 1, 0, 2]))
    assert found_bits[0] > 0.9
    assert found_bits[1] < 0.75
    assert found_bits[1] == found_bits[2]
    assert np.isnan(found_bits[3:]).all()
    pairs = found(Task(left=left, right=right))
    assert pairs.parts["picture"][0] == found_bits[0]


def test_a_hash_has_sixty_four_bits_half_of_them_set(rng: np.random.Generator) -> None:
    bits = perceptual_hash(rng.random((32, 32)).astype(np.float32))
    assert bits.shape == (64,)
    assert bits.sum() == 32
    assert bit_similarity(bits, bits) == 1
    assert bit_similarity(bits, ~bits) == 0


def unit(rng: np.random.Generator) -> Floats:
    rows = rng.normal(size=(4, 8)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def test_vectors_of_one_model_are_compared_before_hashes(rng: np.random.Generator) -> None:
    vectors = unit(rng)
    left = side("left", LEFT, vectors=vectors, encoder="pocket")
    right = side("right", RIGHT, vectors=vectors, encoder="pocket")
    pairs = found(Task(left=left, right=right))
    np.testing.assert_allclose(pairs.parts["picture"][:2], 1, atol=1e-6)
    assert way_of(left, side("right", RIGHT, vectors=vectors, encoder="other"), "auto") == "off"
    with pytest.raises(InputError, match="vectors of the same model on both sides"):
        found(Task(left=left, right=side("right", RIGHT), options={"pictures": "vectors"}))
    with pytest.raises(InputError, match="pictures on both sides"):
        found(task(pictures="hash"))


def test_every_field_is_an_option_over_both_sides() -> None:
    assert {one.name for one in PRODUCTS.options if one.columns == "both"} == set(LIKELY)


def test_reasons_of_a_pair_do_not_read_the_lists_again(monkeypatch: pytest.MonkeyPatch) -> None:
    one = task()
    pairs = found(one)
    monkeypatch.setattr(matcher, "weigh", lambda *_: pytest.fail("read again"))
    assert PRODUCTS.explain(one, int(pairs.left[0]), int(pairs.right[0])).fields
    with pytest.raises(pytest.fail.Exception, match="read again"):
        PRODUCTS.explain(replace(one, options={"brand": "-"}), 0, 0)  # other options, other columns


def test_of_plain_names_only_what_says_something_is_shown() -> None:
    shop = side_of_strings(["Vine tomato", "Vine tomatoes"], "shop")
    reasons = PRODUCTS.explain(make_task(shop, None, "products", model=""), 0, 1)
    assert [one.name for one in reasons.fields] == [
        "Name",
        "Name: shared words",
        "Name: rare words",
        "Name: weightiest words, of 50",
    ]
    assert np.isinf(reasons.fields[-1].most)
    assert len(reasons.notes) == 1 and "rare words of the name decide" in reasons.notes[0]
