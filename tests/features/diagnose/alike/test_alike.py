"""Links, groups, chains, agreement with a truth, periods and drift; the planted reprints with the authors' numbers."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from sklearn.metrics import adjusted_rand_score

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.errors import InputError
from explorer.base.metrics import Z95
from explorer.features.diagnose.alike import groups as groups_module
from explorer.features.diagnose.alike.chains import chain_of
from explorer.features.diagnose.alike.drift import drift
from explorer.features.diagnose.alike.groups import components, louvain, members
from explorer.features.diagnose.alike.links import Links, links
from explorer.features.diagnose.alike.periods import periods_of
from explorer.features.diagnose.alike.proposal import propose
from explorer.features.diagnose.alike.service import proposed_cosine
from explorer.features.diagnose.alike.truth import agreement_of_groups, agreement_of_pairs
from explorer.search.cleaning import proposed
from explorer.search.copy_threshold import propose_for_vectors
from explorer.workspace.opened import open_shared
from tests.features.diagnose.collections import with_vectors

# Written by the authors' code (NEWS-COPY @83c0418, networkx 3.6.1, seed 0) on planted noisy duplicates:
# cosine: links, then recall of raw pairs, components and Louvain (their precision is 1), and the ARI of Louvain.
REFERENCE = {
    0.94: (6, 6 / 488, 7 / 488, 7 / 488, 0.02757326161678812),
    0.9: (190, 190 / 488, 323 / 488, 323 / 488, 0.792278668019717),
    0.8: (487, 487 / 488, 1.0, 1.0, 1.0),
    0.5: (488, 1.0, 1.0, 1.0, 1.0),
}


@pytest.fixture(scope="module")
def reprints() -> tuple[Floats, Rows]:
    with np.load(Path(__file__).parent / "headlines.npz") as stored:
        return stored["vectors"], stored["cluster"].astype(np.int64)


def all_links(vectors: Floats, floor: float = 0.3) -> Links:
    return links(vectors, np.arange(len(vectors)), floor=floor, most=10**6)


def circle(*degrees: float) -> Floats:
    angles = np.deg2rad(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


@pytest.mark.parametrize("cosine", REFERENCE)
def test_reprints_are_found_as_by_the_authors(reprints: tuple[Floats, Rows], cosine: float) -> None:
    vectors, truth = reprints
    count, raw, connected, communities, ari = REFERENCE[cosine]
    chosen = all_links(vectors).from_cosine(cosine)
    pairs = agreement_of_pairs(chosen.first, chosen.second, truth, by_items=False)
    parts, parted = (
        agreement_of_groups(one(chosen.first, chosen.second, len(truth)), truth, by_items=False)
        for one in (components, louvain)
    )
    assert (len(chosen.first), pairs.true) == (count, 488)
    assert [one.precision for one in (pairs, parts, parted)] == [1, 1, 1]
    assert [one.recall for one in (pairs, parts, parted)] == pytest.approx([raw, connected, communities])
    assert parted.f1 == pytest.approx(2 * communities / (1 + communities))
    assert parted.ari == pytest.approx(ari)


def test_a_cosine_belongs_to_a_model(reprints: tuple[Floats, Rows]) -> None:
    vectors, truth = reprints
    found = all_links(vectors)
    proposed = propose(found)

    def f1(cosine: float) -> float:
        chosen = found.from_cosine(cosine)
        return agreement_of_pairs(chosen.first, chosen.second, truth).f1

    assert f1(0.94) < 0.03, "0.94 was right for the model of the authors, and finds next to nothing here"
    assert f1(proposed.threshold) == 1, "what the data propose finds all"
    assert "Few pairs have a cosine between" in proposed.why and proposed.found == 488


def test_without_a_valley_chance_decides() -> None:
    found = all_links(unit_rows(np.random.default_rng(4).normal(size=(300, 16)).astype(np.float32)))
    proposed = propose(found)
    assert proposed.threshold == propose_for_vectors(found.nearest).threshold
    assert proposed.threshold > np.median(found.nearest) and "no gap between cosines" in proposed.why
    none = propose(links(circle(0, 90), np.arange(2), floor=0.3, most=9))
    assert none.found == 0 and "no other nearer than 0.00; none has one from" in none.why


def test_components_chain_where_communities_part() -> None:
    rng = np.random.default_rng(0)
    first, second = (unit_rows(rng.normal(size=6) + 0.15 * rng.normal(size=(8, 6))) for _ in range(2))
    bridge = unit_rows(first[:1] + second[:1])
    vectors = np.concatenate([first, bridge, second])
    cosine = float(min((bridge @ first[0]).item(), (bridge @ second[0]).item()))
    found = all_links(vectors, -1).from_cosine(cosine)
    whole, parted = (one(found.first, found.second, 17) for one in (components, louvain))
    assert len(members(whole)) == 1 and len(members(parted)) >= 2
    assert not set(parted[:8]) & set(parted[9:])


def test_the_ends_of_a_chain_are_not_alike() -> None:
    vectors = circle(0, 20, 40, 60, 80, 200)
    found = all_links(vectors).from_cosine(0.93)
    assert members(components(found.first, found.second, 6))[0].tolist() == [0, 1, 2, 3, 4]
    chain = chain_of(vectors, found, np.arange(5))
    assert chain.rows.tolist() == [0, 1, 2, 3, 4] and chain.size == 5
    assert chain.ends == pytest.approx(np.cos(np.deg2rad(80)), abs=1e-6)
    assert chain.weakest == pytest.approx(np.cos(np.deg2rad(20)), abs=1e-6)


def test_big_groups_decide_the_scores_of_pairs_and_not_those_of_items() -> None:
    truth = np.concatenate([np.zeros(30, int), np.repeat(np.arange(1, 31), 2)])  # one of 30 items, thirty of two
    found = np.concatenate([np.zeros(30, int), np.arange(1, 61)])
    agreement = agreement_of_groups(found, truth)
    assert agreement.recall == pytest.approx(435 / 465) and agreement.largest == pytest.approx(435 / 465)
    assert agreement.item_recall is not None and agreement.item_precision is not None
    assert agreement.item_recall.value == pytest.approx((30 + 60 * 0.5) / 90)
    assert agreement.item_precision.value == 1


def test_pairs_of_one_group_are_not_so_many_independent_ones() -> None:
    """Of 40 items whose pairs are found or not by the item: 780 pairs would give an interval of 0.07."""
    truth, hidden = np.zeros(40, int), np.arange(40) < 12
    first, second = np.triu_indices(40, 1)
    kept = ~(hidden[first] | hidden[second])
    told = agreement_of_pairs(first[kept], second[kept], truth)
    assert told.scores is not None and told.recall == pytest.approx(378 / 780)
    recall = told.scores["recall"]
    assert recall.high - recall.low > 0.25 and told.scores["precision"].value == 1
    assert told.scores["precision"].low == pytest.approx(14 / (14 + Z95**2)), "28 items make 14 pairs apart"
    shares = np.random.default_rng(3).binomial(40, 28 / 40, 4000) / 40  # of items that are not hidden
    low, high = np.percentile(shares**2, [2.5, 97.5])
    assert (recall.low, recall.high) == pytest.approx((low, high), abs=0.03)
    assert agreement_of_pairs(first[:0], second[:0], truth).pair_words("precision") == "–"


def test_agreement_is_that_of_scikit_learn_and_pairs_are_groups_of_two() -> None:
    rng = np.random.default_rng(1)
    truth, found = rng.integers(-1, 6, 80), rng.integers(0, 9, 80)
    agreement = agreement_of_groups(found, truth)
    assert agreement.ari == pytest.approx(adjusted_rand_score(truth[truth >= 0], found[truth >= 0]))
    first, second = np.nonzero(np.triu(found[:, None] == found[None], 1))
    pairs = agreement_of_pairs(first, second, truth)
    for name in ("precision", "recall", "f1", "found", "right", "true"):
        assert getattr(pairs, name) == pytest.approx(getattr(agreement, name)), name
        assert pairs.scores is not None and agreement.scores is not None
        if name in pairs.scores:
            mine, same = pairs.scores[name], agreement.scores[name]
            assert mine.value == pytest.approx(getattr(pairs, name)) and mine.low < mine.value < mine.high
            assert (mine.low, mine.high) == pytest.approx((same.low, same.high)), "the same pairs, told as groups"
    for score, expected in (
        (pairs.item_recall, agreement.item_recall),
        (pairs.item_precision, agreement.item_precision),
    ):
        assert score is not None and expected is not None and score.value == pytest.approx(expected.value)


@pytest.mark.parametrize("most", [10**6, 200])
def test_links_are_all_pairs_above_the_floor(most: int) -> None:
    vectors = unit_rows(np.random.default_rng(2).normal(size=(1200, 12)).astype(np.float32)).astype(np.float16)
    rows = np.arange(0, 1200, 2)
    found = links(vectors, rows, floor=0.75, most=most)
    cosines = vectors[rows].astype(np.float32) @ vectors[rows].astype(np.float32).T
    first, second = np.nonzero(np.triu(cosines >= found.floor, 1))
    assert len(found.cosines) <= most and (found.floor > 0.75) == (most == 200)
    assert found.first.tolist() == rows[first].tolist() and found.second.tolist() == rows[second].tolist()
    np.fill_diagonal(cosines, -1)
    np.testing.assert_allclose(found.nearest, cosines.max(axis=1), atol=1e-6)


def test_too_many_links_for_communities_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups_module, "MOST_LINKS", 2)
    with pytest.raises(InputError, match="Louvain: expected at most 2 links, got 3. Choose a higher cosine"):
        louvain(np.array([0, 0, 1]), np.array([1, 2, 2]), 3)


def test_drift_is_seen_between_periods_of_equal_samples() -> None:
    rng = np.random.default_rng(3)
    codes = np.repeat([0, 1, 2, 3], [100, 40, 60, 5])
    centres = np.eye(8)[[0, 0, 1, 2]]  # the third period is about something else, the fourth is too short
    vectors = unit_rows(centres[codes] + 0.2 * rng.normal(size=(len(codes), 8)))
    found = drift(vectors, codes, ("1990", "1991", "1992", "1993"), np.random.default_rng(0))
    assert (found.names, found.sampled, found.left_out) == (("1990", "1991", "1992"), 40, ("1993",))
    same, other = found.similarities[0, 1], found.similarities[0, 2]
    assert same > other + 0.3 and abs(found.similarities[1, 1] - same) < 0.03, "an item is not its own neighbour"
    mine = vectors[codes == 1].astype(np.float32)  # all of the second period are drawn
    cosines = mine @ mine.T
    np.fill_diagonal(cosines, -1)
    assert found.similarities[1, 1] == pytest.approx(cosines.max(axis=1).mean(), abs=1e-5)
    assert found.errors[1, 1] == pytest.approx(cosines.max(axis=1).std(ddof=1) / 40**0.5, abs=1e-5)


@pytest.mark.parametrize(
    ("column", "names"),
    [
        (pa.array(["1987-05-03", "1988-01-01", None, "1987-12-31"]), ("1987", "1988")),
        (pa.array(["1987-05-03", "1987-12-31", ""]), ("1987-05", "1987-12")),
        (pa.array([1999, 1987, None, 1999]), ("1987", "1999")),
        (pa.array([0.5, 1.5, 0.5]), ("0.5", "1.5")),
        (pa.array([None, 86_400_000_000_000_000], pa.timestamp("ns")), None),
        (pa.array([0, 366 * 24 * 3600], pa.timestamp("s")), ("1970", "1971")),
        (pa.array(["red", "1987"]), None),
        (pa.array([0.1, 0.2, 0.3]), None),
        (pa.array([7, 7, None]), None),
        (pa.array(["1987", "1988"]).dictionary_encode(), ("1987", "1988")),
    ],
)
def test_periods_of_columns(column: pa.Array, names: tuple[str, ...] | None) -> None:
    found = periods_of(column)
    assert (found.names if found else None) == names
    if found:
        known = [place for place in range(len(column)) if column[place].as_py() not in (None, "")]
        assert [place for place in range(len(column)) if found.codes[place] >= 0] == known


def test_many_numbers_are_put_together() -> None:
    found = periods_of(pa.array(list(range(1900, 1990)) * 2))
    assert found is not None and len(found.names) <= 25 and found.names[0].startswith("1900 to 19")
    assert (np.diff(found.codes[:90]) >= 0).all() and found.codes[89] == len(found.names) - 1


def test_explore_and_diagnose_propose_the_same_cosine(tmp_path: Path) -> None:
    vectors = np.random.default_rng(4).normal(size=(300, 16)).astype(np.float32)
    vectors[:6] = vectors[6:12] + 0.25 * vectors[20:26]
    opened = open_shared(with_vectors(tmp_path, vectors, ["a", "b"]).path)
    assert proposed(opened, "precomputed:v").threshold == proposed_cosine(opened, "precomputed:v").threshold
