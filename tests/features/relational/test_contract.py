"""What every method of relational similarity promises, and what page and guide take from the registry."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from explorer.base.arrays import Vectors, unit_rows
from explorer.base.errors import InputError
from explorer.features.relational.answering import answer
from explorer.features.relational.contract import METHODS, NEEDS, Ask, Method, methods_of
from explorer.features.relational.method import Pairs

GUIDE = Path(__file__).parents[3] / "docs" / "relational.md"
PLACES = {"base": "pocket", "head": "pocket-relational"}
COUNT = 40
every_method = pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)


Spaces = dict[str, Vectors]


def spaces() -> Spaces:
    rng = np.random.default_rng(0)
    parts = {"looks": 12, "logic": 8, "captions": 6}
    return {name: unit_rows(rng.normal(size=(COUNT, dim))).astype(np.float16) for name, dim in parts.items()}


def question(method: Method, parts: Spaces | None = None, item: int = 5, pairs: Pairs = ((1, 2), (3, 4))) -> Ask:
    parts = parts or spaces()
    pairs = pairs if method.kind == "analogy" else ()
    return Ask(item=item, pairs=pairs, looks=parts["looks"], logic=parts["logic"], captions=parts["captions"])


def test_names_are_keys_and_labels_of_a_kind_differ() -> None:
    assert all(name == method.name for name, method in METHODS.items())
    for kind in ("logic", "analogy"):
        labels = [method.label for method in methods_of(kind).values()]
        assert len(labels) == len(set(labels)) > 1
    assert len(methods_of("logic")) + len(methods_of("analogy")) == len(METHODS)


@every_method
def test_card_is_complete(method: Method) -> None:
    assert method.label and method.formula
    assert all("{" not in text for text in (method.label, method.formula))
    assert method.explained.format(**PLACES).endswith(".")
    assert set(method.needs) <= set(NEEDS)
    assert method.baseline == "" or METHODS[method.baseline].kind == method.kind != method.baseline
    assert method.source or not method.baseline, "a method with a baseline names its source"


@every_method
def test_a_finite_score_for_every_item(method: Method) -> None:
    scores = method.scores(question(method))
    assert scores.shape == (COUNT,) and scores.dtype == np.float32
    assert np.isfinite(scores).all()


@every_method
def test_the_same_each_time_and_nothing_is_changed(method: Method) -> None:
    ask, before = question(method), spaces()
    first, second = method.scores(ask), method.scores(ask)
    assert first.tobytes() == second.tobytes()
    for name, rows in before.items():
        np.testing.assert_array_equal(getattr(ask, name), rows)


@every_method
def test_half_and_single_precision_agree(method: Method) -> None:
    wide: Spaces = {name: rows.astype(np.float32) for name, rows in spaces().items()}
    assert method.scores(question(method)).tobytes() == method.scores(question(method, wide)).tobytes()


@every_method
def test_items_in_another_order_get_their_scores_in_that_order(method: Method) -> None:
    order = np.random.default_rng(1).permutation(COUNT)
    place = np.argsort(order).tolist()
    parts = {name: rows[order] for name, rows in spaces().items()}
    moved = question(method, parts, place[5], ((place[1], place[2]), (place[3], place[4])))
    np.testing.assert_array_equal(method.scores(moved), method.scores(question(method))[order])


@every_method
def test_equal_items_get_equal_scores(method: Method) -> None:
    parts = spaces()
    for rows in parts.values():
        rows[30] = rows[20]
    scores = method.scores(question(method, parts))
    assert scores[30] == scores[20]


@pytest.mark.parametrize("method", methods_of("logic").values(), ids=methods_of("logic"))
def test_an_item_is_most_like_itself(method: Method) -> None:
    for item in range(COUNT):
        assert method.scores(question(method, item=item)).argmax() == item


@pytest.mark.parametrize("method", methods_of("analogy").values(), ids=methods_of("analogy"))
def test_a_pair_that_changes_nothing_leads_back_to_the_third_item(method: Method) -> None:
    parts = spaces()
    for rows in parts.values():
        rows[2], rows[4] = rows[1], rows[3]
    assert method.scores(question(method, parts)).argmax() == 5


@every_method
def test_the_best_answers_are_a_full_sort_without_the_question(method: Method) -> None:
    ask = question(method)
    rows, scores = answer(method.name, ask, 7)
    asked = {ask.item, *(row for pair in ask.pairs for row in pair)}
    all_scores = method.scores(ask)
    plain = sorted(set(range(COUNT)) - asked, key=lambda row: (-float(all_scores[row]), row))
    assert rows.tolist() == plain[:7]
    np.testing.assert_array_equal(scores, all_scores[rows])


@every_method
def test_what_is_missing_is_named(method: Method) -> None:
    bare = replace(question(method), logic=None, captions=None)
    if not method.needs:
        assert len(answer(method.name, bare, 3)[0]) == 3
        return
    with pytest.raises(InputError, match="Expected the .* and there (is no head|are none)"):
        answer(method.name, bare, 3)


@every_method
def test_the_guide_lists_the_method(method: Method) -> None:
    assert f"| {method.label} | {method.formula} |" in GUIDE.read_text("utf-8")
