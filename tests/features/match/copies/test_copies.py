"""Near copies: groups with the authors' numbers, the rule without a model, ranks, what was solved, what is learned."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from sklearn.metrics import ndcg_score

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.errors import InputError
from explorer.base.metrics import wilson
from explorer.base.progress import Silent
from explorer.encoders.pool import POOL
from explorer.features.match.copies import service
from explorer.features.match.copies.graph import graph_of
from explorer.features.match.copies.learn import SETTINGS, learn_from_groups
from explorer.features.match.copies.rates import nearest_cosines, rates_by_similarity, solved_column
from explorer.features.match.copies.rule import rule_links
from explorer.features.match.copies.service import (
    Copies,
    copies_of,
    curve_by_way,
    drift_between,
    groups_by_way,
    ndcg_of,
    period_columns,
    rates_of,
    rule_agreement,
    truth_codes,
    worst_chain,
)
from explorer.features.match.copies.similar import ndcg, ndcg_of_groups, nearest
from explorer.features.match.copies.table import group_table
from explorer.features.match.copies.vectors import text_rows, vectors_of
from explorer.features.match.side import Side
from explorer.heads.fit import FitSettings

# Written by the authors' code (NEWS-COPY @83c0418, networkx 3.6.1, seed 0) on planted noisy duplicates:
# cosine: F1 of raw pairs, of components, of Louvain, and the ARI of Louvain.
REFERENCE = {
    0.94: (0.0242914979757085, 0.02828282828282828, 0.02828282828282828, 0.02757326161678812),
    0.9: (0.56047197640118, 0.7965474722564735, 0.7965474722564735, 0.792278668019717),
    0.8: (0.9989743589743589, 1.0, 1.0, 1.0),
    0.5: (1.0, 1.0, 1.0, 1.0),
}
HEADLINES = (
    "PRESIDENT SIGNS FARM RELIEF BILL AFTER LONG DEBATE IN SENATE",
    "PRESIDENT SIGNS FARM RELlEF BILL AFTER LONG DEBATE IN SENATE",
    "FARM RELIEF BILL SIGNED BY PRESIDENT",
)


def things(count: int, **columns: Sequence[object]) -> Side:
    table = pa.table({"text": [f"text {number}" for number in range(count)], **columns})
    return Side(name="things", ids=tuple(map(str, range(count))), table=table, text="text")


def circle(*degrees: float) -> Floats:
    angles = np.deg2rad(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


@pytest.fixture(scope="module")
def reprints() -> tuple[Copies, Rows]:
    with np.load(Path(__file__).parents[2] / "diagnose" / "alike" / "headlines.npz") as stored:
        truth = stored["cluster"].astype(np.int64)
        return copies_of(things(len(truth)), unit_rows(stored["vectors"])), truth


@pytest.mark.parametrize("cosine", REFERENCE)
def test_groups_are_those_of_the_authors(reprints: tuple[Copies, Rows], cosine: float) -> None:
    found = groups_by_way(reprints[0], cosine, reprints[1])
    told = [found[name].agreement for name in ("pairs", "components", "louvain")]
    assert [one and one.f1 for one in told] == pytest.approx(list(REFERENCE[cosine][:3]))
    assert told[2]
    assert told[2].ari == pytest.approx(REFERENCE[cosine][3])


def test_the_curve_falls_where_the_threshold_is_another_models(reprints: tuple[Copies, Rows]) -> None:
    points = dict(curve_by_way(*reprints)["louvain"])
    cosines = sorted(points)
    assert points[cosines[-1]].f1 < 0.1
    assert max(one.f1 for one in points.values()) == 1


def test_components_chain_what_louvain_parts() -> None:
    """The trap: two tight groups joined by one link are one component."""
    left, right = (circle(*(base + 4 * place for place in range(6))) for base in (0, 50))
    found = copies_of(things(13), np.concatenate([left, right, circle(35)]))
    groups = groups_by_way(found, 0.96)
    assert len(groups["components"].groups) < len(groups["louvain"].groups)
    chain = worst_chain(found, groups["components"], 0.96)
    assert chain
    assert chain.ends < 0.96 <= chain.weakest + 1e-6
    graph = graph_of(found, groups, 0.96)
    assert graph
    assert graph.bridge.any()
    assert not graph.bridge.all()
    table = group_table(found, groups)
    assert table.column("component").to_pylist()[0] == 1
    assert sorted(set(table.column("component").to_pylist())) == list(range(1, len(groups["components"].groups) + 1))


def test_a_graph_leaves_out_what_does_not_fit_and_needs_a_link() -> None:
    found = copies_of(things(6), circle(0, 1, 60, 61, 120, 121))
    groups = groups_by_way(found, 0.99)
    graph = graph_of(found, groups, 0.99, most=4)
    assert graph
    assert (len(graph.rows), graph.left_out) == (4, 1)
    assert np.isfinite(graph.places).all()
    assert (
        graph_of(copies_of(things(2), circle(0, 90)), groups_by_way(copies_of(things(2), circle(0, 90)), 0.9), 0.9)
        is None
    )


def test_a_vector_with_a_gap_is_none() -> None:
    gap = np.array([[1, 0], [np.nan, 1], [0, 1], [np.inf, 0]], np.float32)
    assert copies_of(things(4), gap).present.tolist() == [0, 2]


def test_things_without_a_vector_are_compared_with_nothing() -> None:
    vectors = circle(0, 1, 2, 3)
    vectors[1], vectors[2] = np.nan, 0
    found = copies_of(things(4), vectors)
    assert found.present.tolist() == [0, 3]
    assert groups_by_way(found, 0.9)["components"].groups[0].tolist() == [0, 3]
    with pytest.raises(InputError, match="at least two things with a vector"):
        copies_of(things(4), np.zeros((4, 2), np.float32))


def test_more_links_than_louvain_takes_are_told(reprints: tuple[Copies, Rows], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Rows:
        raise InputError("Louvain: expected at most 1 links.")

    monkeypatch.setattr(service, "louvain", refuse)
    found = groups_by_way(reprints[0], 0.8)
    assert found["louvain"].missing.startswith("Louvain: expected")
    assert group_table(reprints[0], found).num_rows


def test_characters_in_a_row_are_counted_as_by_the_authors_without_spaces() -> None:
    first, second, values = rule_links(HEADLINES[:3], letters=5, least=0.1)
    found = dict(zip(zip(first.tolist(), second.tolist(), strict=True), values.tolist(), strict=True))
    assert [found[0, 1], found[0, 2]] == pytest.approx([0.8076923076923077, 0.2542372881355932])
    first, second, values = rule_links(HEADLINES, letters=5, least=0.5)
    assert (first.tolist(), second.tolist()) == ([0], [1])
    assert values == pytest.approx([0.8076923])


def test_the_rule_misses_no_pair_and_knows_short_empty_and_repeated_texts() -> None:
    rng = np.random.default_rng(0)
    texts = ["".join(rng.choice(list("ab"), rng.integers(0, 12))) for _ in range(40)] + ["", "a", "a", "aaaaaaaaaaaa"]
    first, second, values = rule_links(texts, letters=3, least=0.5)
    grams = [{text[place : place + 3] for place in range(max(1, len(text) - 2))} - {""} for text in texts]
    expected = {
        (i, j): len(grams[i] & grams[j]) / len(grams[i] | grams[j])
        for j in range(len(texts))
        for i in range(j)
        if grams[i] and grams[j] and len(grams[i] & grams[j]) / len(grams[i] | grams[j]) >= 0.5
    }
    assert dict(zip(zip(first.tolist(), second.tolist(), strict=True), values.tolist(), strict=True)) == pytest.approx(
        expected
    )
    assert len(rule_links([])[0]) == 0


def test_the_rule_stands_beside_with_its_settings() -> None:
    told = rule_agreement(HEADLINES, np.array([0, 0, 0]))
    assert [one.found for one in told.values()] == [1, 1]
    assert list(told) == ["15 characters in a row, 0.4", "5 characters in a row, 0.4"]


def test_ndcg_is_that_of_scikit_learn_and_leaves_the_asking_thing_out() -> None:
    vectors = unit_rows(np.random.default_rng(1).normal(size=(30, 5)))
    groups = np.repeat(np.arange(10), 3)
    groups[-1] = -1
    asking, found = ndcg_of_groups(vectors, groups, at=10)
    assert 29 not in asking
    for row, value in zip(asking[:8], found[:8], strict=True):
        others = np.delete(np.arange(30), row)
        relevant = (groups[others] == groups[row]).astype(float)
        assert value == pytest.approx(ndcg_score([relevant], [vectors[others] @ vectors[row]], k=10))


def test_ndcg_at_its_ends() -> None:
    assert ndcg(np.array([[0.0, 0.0]]), np.array([1])).tolist() == [0]
    assert np.isnan(ndcg(np.array([[0.0, 0.0]]), np.array([0]))).all()
    asking, found = ndcg_of_groups(circle(0, 0, 0), np.array([0, 0, 0]))
    assert found.tolist() == [1, 1, 1]
    assert len(ndcg_of_groups(circle(0, 5), np.array([0, 1]))[0]) == 0
    assert len(asking) == 3


def test_what_is_asked_finds_the_nearest_first() -> None:
    rows, cosines = nearest(circle(0, 40, 10), circle(8), most=2)
    assert rows.tolist() == [[2, 0]]
    assert cosines[0, 0] == pytest.approx(np.cos(np.deg2rad(2)))


def test_solved_is_read_as_people_write_it_and_nothing_else() -> None:
    found = solved_column(["yes", "No", "0.25", "", "TRUE", "failed"], "ok")
    assert found.tolist()[:3] + found.tolist()[4:] == [1, 0, 0.25, 1, 0]
    assert np.isnan(found[3])
    for wrong in ("maybe", "2", "-1", "nan"):
        with pytest.raises(InputError, match="Column ok, row 2: expected yes, no"):
            solved_column(["yes", wrong], "ok")
    with pytest.raises(InputError, match="all are empty"):
        solved_column(["", " "], "ok")


def test_rates_are_shares_with_wilson_intervals_and_equal_similarities_lie_in_one_bin() -> None:
    rates = rates_by_similarity(np.array([0.1, 0.2, 0.8, 0.9, np.nan]), np.array([0, 0, 1, 1, 1.0]), bins=2)
    assert [(one.items, one.share) for one in rates] == [(2, 0), (2, 1)]
    assert (rates[1].least, rates[1].most) == pytest.approx(wilson(1, 2))
    same = rates_by_similarity(np.full(7, 0.5), np.array([1, 0, 1, 0, 1, 0, 1.0]), bins=3)
    assert [(one.items, one.low, one.high) for one in same] == [(7, 0.5, 0.5)]
    assert rates_by_similarity(np.array([np.nan]), np.array([1.0])) == []


def test_a_thing_is_not_its_own_neighbour() -> None:
    found = nearest_cosines(circle(0, 90, 60), np.array([0, 1, 2]), np.array([0, 1, 2]))
    assert found == pytest.approx(np.cos(np.deg2rad([60, 30, 30])))
    alone = nearest_cosines(circle(0, 90), np.array([0, 1]), np.array([0]))
    assert np.isnan(alone[0])


def test_what_was_seen_before_is_looked_among_and_not_counted() -> None:
    side = things(4, part=["train", "test", "test", "test"], ok=["yes", "yes", "no", ""])
    found = copies_of(side, circle(0, 5, 80, 10))
    rates = rates_of(found, "ok", "part", "train")
    assert sum(one.items for one in rates) == 2
    assert [one.share for one in rates] == [0, 1]
    with pytest.raises(InputError, match="Column part: expected things with the value 'dev'"):
        rates_of(found, "ok", "part", "dev")


def test_periods_are_compared_and_columns_without_them_are_none() -> None:
    years = [2000 + place % 2 for place in range(60)]
    side = things(60, year=years, word=["x"] * 60)
    found = copies_of(side, circle(*(place % 2 * 80 + place / 10 for place in range(60))))
    assert period_columns(side) == ["year"]
    told = drift_between(found, "year")
    assert told
    assert told.similarities[0, 0] > told.similarities[0, 1] + 0.5
    assert drift_between(found, "word") is None


def test_a_truth_may_have_gaps_and_must_have_a_value() -> None:
    side = things(4, topic=["a", "", "a", "b"], none=["", None, "", ""])
    assert truth_codes(side, "topic").tolist() == [0, -1, 0, 1]
    with pytest.raises(InputError, match="column none: expected values that tell what is the same"):
        truth_codes(side, "none")
    assert ndcg_of(copies_of(side, circle(0, 1, 2, 3)), np.array([-1, -1, 0, 1])) is None


class Letters:
    """Reads texts as counts of letters, and notes what it was asked to read."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def encode_texts(self, texts: list[str]) -> Floats:
        self.read += texts
        return unit_rows(np.array([[1 + text.count(letter) for letter in "acdgot"] for text in texts]))


def test_texts_are_read_once_and_empty_ones_are_no_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Letters()
    monkeypatch.setattr(POOL, "get", lambda spec: reader)
    rows = text_rows(["a cat", "", "a cat", "a dog"], "letters", Silent())
    assert not rows[1].any()
    assert (rows[0] == rows[2]).all()
    assert reader.read == ["a cat", "a dog"]
    side = Side(name="empty", ids=("1",), table=pa.table({"text": [" "]}), text="text")
    with pytest.raises(InputError, match="empty: expected a column of texts"):
        vectors_of(side, "letters", Silent())


def noisy_groups() -> tuple[Floats, Rows]:
    """Thirty groups of five whose first half of numbers is noise."""
    rng = np.random.default_rng(0)
    noise = rng.normal(size=(150, 24)) * np.repeat([3.0, 0.2], 12)
    return unit_rows(np.repeat(rng.normal(size=(30, 24)), 5, axis=0) + noise), np.repeat(np.arange(30), 5)


def test_a_head_learns_from_groups_and_is_measured_on_others(tmp_path: Path) -> None:
    settings = FitSettings(**{**vars(SETTINGS), "steps": 150, "rate": 3e-3})
    told = learn_from_groups(*noisy_groups(), tmp_path, progress=Silent(), settings=settings)
    assert told.groups == (21, 3, 6)
    assert told.change.low > 0
    assert told.after.value == pytest.approx(told.before.value + told.change.value)
    with pytest.raises(InputError, match="at least 10 groups of three items or more to learn from, got 0"):
        learn_from_groups(circle(0, 1), np.array([0, 0]), tmp_path, progress=Silent())
