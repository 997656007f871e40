"""Baskets, what is learned from them, things that nobody bought, and how it is measured."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.features.match.together.baskets import Baskets, baskets_of, counted_pairs, read_baskets
from explorer.features.match.together.cold import coverage, made_pairs
from explorer.features.match.together.evaluate import evaluate_together, split_baskets
from explorer.features.match.together.model import Choices, Together, learn, little, load_together, save_together

GROUPS, MEMBERS = 8, 6
ITEMS = [f"i{n}" for n in range(GROUPS * MEMBERS)]
LABELS = [str(n // MEMBERS) for n in range(GROUPS * MEMBERS)]
SAME = {str(n): str(n) for n in range(GROUPS)}
PARTNER = {str(n): str(n ^ 1) for n in range(GROUPS)}
UNSOLD = [5, 29]
FEW = Choices(dim=16, epochs=10)


def planted(count: int = 900) -> Baskets:
    """One of a group and one of its partner group; the last two members of no group 0 and 4 are never sold."""
    rng = np.random.default_rng(0)
    where: list[str] = []
    things: list[str] = []
    while len(where) < 2 * count:
        group = int(rng.integers(GROUPS))
        pair = [group * MEMBERS + int(rng.integers(MEMBERS)), (group ^ 1) * MEMBERS + int(rng.integers(MEMBERS))]
        if not set(pair) & set(UNSOLD):
            where += [f"b{len(where)}"] * 2
            things += [ITEMS[one] for one in pair]
    return baskets_of(where, things, ITEMS)


def looks() -> Floats:
    """What the things look like: those of a group alike."""
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(GROUPS, 24))
    vectors = centres.repeat(MEMBERS, 0) + 0.2 * rng.normal(size=(len(ITEMS), 24))
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def label_shares(find: Callable[[int, int], tuple[Rows, Floats]], wanted: Mapping[str, str], rows: Rows) -> float:
    """How many of the first five that `find` gives for each of `rows` have the label that goes with the row's own."""
    known = np.array(LABELS, dtype=object)
    found = [known[find(int(row), 5)[0]] == wanted[LABELS[row]] for row in rows]
    return float(np.mean([one.mean() for one in found if len(one)]))


@pytest.fixture(scope="module")
def model() -> Together:
    return learn(planted(), FEW, looks())


def test_what_stands_in_is_found_by_in_and_what_goes_with_by_out(model: Together) -> None:
    rows = np.arange(len(ITEMS))
    assert label_shares(model.instead, SAME, rows) > 0.95
    assert label_shares(model.beside, PARTNER, rows) > 0.9
    assert label_shares(model.instead, PARTNER, rows) < 0.02
    assert label_shares(model.beside, SAME, rows) < 0.05


def test_few_baskets_are_told_to_say_little(model: Together) -> None:
    assert little(model.about) == ""
    assert little({"baskets": 1}).startswith("1 basket with several items: fewer than 100 say little")


def test_scores_are_cosines_of_in_and_products_of_in_with_out(model: Together) -> None:
    rows, scores = model.instead(7, 3)
    inside, outside = model.inside, model.outside
    lengths = np.linalg.norm(inside, axis=1)
    np.testing.assert_allclose(scores, inside[rows] @ inside[7] / lengths[rows] / lengths[7], rtol=1e-5)
    rows, scores = model.beside(7, 3)
    np.testing.assert_allclose(scores, outside[rows] @ inside[7], rtol=1e-5)
    assert 7 not in rows and (np.diff(scores) <= 0).all()
    best = np.delete(outside @ inside[7], 7).max()
    assert scores[0] == pytest.approx(best)


def test_unsold_things_get_pairs_through_their_looks(model: Together) -> None:
    assert model.about["covered"] == len(ITEMS) - 2 and model.about["covered_with_made"] == len(ITEMS)
    assert np.flatnonzero(model.made).tolist() == UNSOLD
    assert label_shares(model.beside, PARTNER, np.array(UNSOLD)) > 0.7
    without = learn(planted(200), Choices(dim=8, epochs=2))
    assert without.about["covered_with_made"] == len(ITEMS) - 2
    rows, scores = without.beside(UNSOLD[0], 5)
    assert len(rows) == len(scores) == 0 and len(without.instead(UNSOLD[0], 5)[0]) == 0
    assert not set(UNSOLD) & set(without.beside(0, len(ITEMS))[0].tolist())


def test_made_pairs_take_the_place_of_the_neighbour_in_all_its_pairs() -> None:
    vectors = np.eye(5, dtype=np.float32)
    vectors[4] = vectors[0]
    seen, amounts = np.array([[0, 1], [1, 0], [0, 2], [2, 0], [3, 1], [1, 3]]), np.array([4.0, 4, 1, 1, 9, 9])
    made = made_pairs(seen, amounts, vectors, neighbours=1, share=0.5)
    assert made.cold.tolist() == [4] and made.near.tolist() == [[0]]
    found = {tuple(pair): weight for pair, weight in zip(made.pairs.tolist(), made.weights, strict=True)}
    assert found == {(4, 1): 2.0, (1, 4): 2.0, (4, 2): 0.5, (2, 4): 0.5}
    assert coverage(seen, made.pairs, 5) == (4, 5)


def test_made_pairs_come_from_the_given_pairs_alone() -> None:
    """Held-out baskets do not leak into them: a pair that was not given has no made twin."""
    vectors = looks()
    train, test = split_baskets(planted(), np.random.default_rng(3))
    assert not set(train.where) & set(test.where)
    pairs, amounts = counted_pairs(train)
    made = made_pairs(pairs, amounts, vectors, neighbours=3)
    company = {(int(a), int(b)) for a, b in pairs}
    near = dict(zip(made.cold.tolist(), made.near.tolist(), strict=True))
    for one, other in made.pairs.tolist():
        assert any((source, other) in company for source in near.get(one, [])) or any(
            (one, source) in company for source in near.get(other, [])
        )


def test_a_thing_without_a_look_gets_no_pairs() -> None:
    vectors = looks()
    vectors[UNSOLD[0]] = 0
    model = learn(planted(200), Choices(dim=8, epochs=2), vectors)
    assert np.flatnonzero(model.made).tolist() == UNSOLD[1:]
    assert model.about["covered_with_made"] == len(ITEMS) - 1


def test_pairs_are_all_ordered_ones_of_a_basket() -> None:
    baskets = baskets_of(["a", "a", "a", "b", "b", "b"], ["x", "y", "z", "x", "y", "x"], ["x", "y", "z"])
    pairs, amounts = counted_pairs(baskets)
    found = {tuple(pair): amount for pair, amount in zip(pairs.tolist(), amounts, strict=True)}
    assert found == {(0, 1): 2, (1, 0): 2, (0, 2): 1, (2, 0): 1, (1, 2): 1, (2, 1): 1}
    assert baskets.bought.tolist() == [2, 2, 1] and len(baskets) == 2


def test_measured_on_baskets_that_were_held_out() -> None:
    told = evaluate_together(planted(500), Choices(dim=16, epochs=6), looks())
    assert told.baskets["in-out"].value > 2 * told.baskets["popular"].value
    assert told.baskets["in-in"].value < 0.1
    assert told.cold["made"].value > told.cold["without"].value == 0
    assert told.baskets["in-out"].low <= told.baskets["in-out"].value <= told.baskets["in-out"].high
    assert told.covered == (len(ITEMS) - 2, len(ITEMS))
    with pytest.raises(InputError, match="at least 20 baskets"):
        evaluate_together(planted(10), FEW)


def test_learned_vectors_are_kept_and_damage_is_learned_again(model: Together, tmp_path: Path) -> None:
    folder = tmp_path / "kept"
    assert load_together(folder) is None
    save_together(folder, model)
    kept = load_together(folder)
    assert kept is not None and dict(kept.about) == dict(model.about)
    np.testing.assert_array_equal(kept.outside, model.outside)
    np.testing.assert_array_equal(kept.known, model.known)
    (folder / "out.npy").write_bytes(b"broken")
    assert load_together(folder) is None


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_tables_are_read_with_guessed_columns_and_notes(tmp_path: Path) -> None:
    table = write(tmp_path / "a.csv", "when,product_id,order\nmon,x,1\nmon,y,1\ntue,ghost,1\ntue,x,\n")
    baskets = read_baskets(table, ["x", "y"])
    assert len(baskets) == 1 and baskets.things.tolist() == [0, 1]
    assert any("ghost" in note for note in baskets.notes) and any("without a basket" in note for note in baskets.notes)
    assert read_baskets(table, ["x", "y"], basket="when", item="product_id").bought.tolist() == [2, 1]


ORDERS = (
    "order_date,customer_id,order_id,product_name,product_id,amount\n"
    "d1,c1,o1,A mug,x,1\nd1,c1,o1,A pot,y,1\nd1,c2,o2,A mug,x,1\nd1,c2,o2,A cup,z,1\nd2,c2,o3,A cup,z,1\n"
)


def test_the_columns_of_a_table_of_orders_are_told_by_what_they_hold(tmp_path: Path) -> None:
    found = read_baskets(write(tmp_path / "orders.csv", ORDERS), ["x", "y", "z"])
    assert (len(found), found.several, found.bought.tolist()) == (3, 2, [2, 1, 2])
    assert not found.notes
    unknown = write(tmp_path / "other.csv", "session,sku,when\n1,p,2\n1,q,2\n")
    with pytest.raises(InputError, match="such as 'p'"):
        read_baskets(unknown, ["x"])


def test_baskets_of_one_item_are_not_counted_among_those_that_say_something(tmp_path: Path) -> None:
    lines = ["order,item", *(f"o{place},x" for place in range(150)), "p,x", "p,y"]
    made = learn(read_baskets(write(tmp_path / "few.csv", "\n".join(lines)), ["x", "y"]), Choices(epochs=1))
    assert (made.about["baskets"], made.about["alone"]) == (1, 150)
    assert "1 basket with several items" in little(made.about)


@pytest.mark.parametrize(
    ("text", "columns", "message"),
    [
        ("order,item\n1,x\n2,y\n", ("", ""), "at least two things"),
        ("order,item\n1,p\n1,q\n", ("", ""), "'x'"),
        ("order\n1\n", ("", ""), "two columns"),
        ("order,item\n1,x\n1,y\n", ("when", ""), "column of baskets"),
        ("order,item\n1,x\n1,y\n", ("order", "order"), "different columns"),
    ],
)
def test_bad_baskets_are_said(tmp_path: Path, text: str, columns: tuple[str, str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_baskets(write(tmp_path / "b.csv", text), ["x", "y"], *columns)
