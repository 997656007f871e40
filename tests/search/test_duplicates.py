"""Groups of copies: every two of a group agree, the best pairs first, and the threshold that the data propose."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import default_rng

from explorer.base.errors import InputError
from explorer.search import duplicate_groups
from explorer.search.cleaning import group_columns
from explorer.search.copies import CopyPairs
from explorer.search.copy_threshold import FEW_PICTURES, FEW_VECTORS, propose_for_pictures, propose_for_vectors

Scores = dict[tuple[int, int], float]


def pairs_of(count: int, scores: Scores, same: list[int] | None = None) -> CopyPairs:
    first, second = np.array(sorted(scores), dtype=np.int64).reshape(-1, 2).T
    return CopyPairs(
        same=np.arange(count) if same is None else np.array(same),
        first=first,
        second=second,
        scores=np.array([scores[pair] for pair in sorted(scores)], dtype=np.float32),
        nearest=np.empty(0, dtype=np.float32),
        measure="pictures",
        compared=len(scores),
    )


def test_groups_do_not_chain() -> None:
    """0 and 1, 1 and 2 agree; 0 and 2 do not: no group may hold all three."""
    (group,) = duplicate_groups(pairs_of(4, {(0, 1): 0.8, (1, 2): 0.9, (0, 2): 0.4}), 0.7)
    assert group.rows.tolist() == [1, 2] and group.weakest == (1, 2) and group.similarity == pytest.approx(0.9)
    (group,) = duplicate_groups(pairs_of(4, {(0, 1): 0.8, (1, 2): 0.9}), 0.7)
    assert group.rows.tolist() == [1, 2]


def test_a_group_has_its_weakest_pair_and_the_exact_copies_of_its_items() -> None:
    scores = {(0, 1): 0.8, (1, 2): 0.9, (0, 2): 0.75}
    first, second = duplicate_groups(pairs_of(7, scores, [0, 1, 2, 1, 4, 4, 6]), 0.7)
    assert first.rows.tolist() == [0, 1, 2, 3] and first.weakest == (0, 2) and not first.exact
    assert first.similarity == pytest.approx(0.75)
    assert second.rows.tolist() == [4, 5] and second.exact and second.similarity == 1
    rows, columns = group_columns([first, second])
    assert rows.tolist() == [0, 1, 2, 3, 4, 5] and columns["group"].tolist() == [1, 1, 1, 1, 2, 2]
    assert columns["agreement"].tolist() == [0.75] * 4 + [1.0] * 2
    assert group_columns([])[0].tolist() == []


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0.5, 0.7, 0.9]))
def test_every_two_items_of_a_group_agree(seed: int, threshold: float) -> None:
    random = default_rng(seed)
    scores = {pair: float(random.random() ** 0.3) for pair in combinations(range(12), 2) if random.random() < 0.7}
    groups = duplicate_groups(pairs_of(12, scores), threshold)
    rows = [row for group in groups for row in group.rows.tolist()]
    assert len(rows) == len(set(rows))
    for group in groups:
        inside = [scores.get(pair, 0.0) for pair in combinations(group.rows.tolist(), 2)]
        assert min(inside) >= threshold - 1e-6 and group.similarity == pytest.approx(min(inside), abs=1e-6)
        assert scores[group.weakest] == pytest.approx(group.similarity, abs=1e-6)
    together = {pair for group in groups for pair in combinations(group.rows.tolist(), 2)}
    best = max(scores, key=lambda pair: scores[pair], default=None)
    assert best is None or scores[best] < threshold or best in together


def test_a_threshold_outside_its_range_is_refused() -> None:
    with pytest.raises(InputError, match="above 0 and at most 1, got 1.2"):
        duplicate_groups(pairs_of(2, {(0, 1): 1.0}), 1.2)
    assert duplicate_groups(pairs_of(2, {}), 1.0) == []


def resembling(count: int, copies: int) -> np.ndarray:
    """Agreements of pairs of which `copies` are copies and the others are normal in arctanh."""
    random = default_rng(3)
    return np.concatenate([np.tanh(np.abs(random.normal(0, 0.35, count))), np.tanh(random.normal(2.2, 0.3, copies))])


@pytest.mark.parametrize(("count", "copies"), [(2_000, 300), (20_000, 300), (20_000, 3_000)])
def test_of_what_the_proposed_threshold_finds_about_one_in_twenty_is_chance(count: int, copies: int) -> None:
    scores = resembling(count, copies)
    proposal = propose_for_pictures(scores)
    found = np.flatnonzero(scores >= proposal.threshold)
    assert (found < count).mean() < 0.08 and (found >= count).sum() > 0.9 * copies
    assert proposal.found == len(found) and f"{len(found):,} pairs from {proposal.threshold:.2f} on" in proposal.why


def test_more_that_resembles_asks_for_a_higher_threshold() -> None:
    few, many = (propose_for_pictures(resembling(count, 300)).threshold for count in (2_000, 200_000))
    assert few < many
    assert propose_for_pictures(np.array([0.9, 0.2])).threshold == FEW_PICTURES
    none = propose_for_pictures(np.tanh(np.abs(default_rng(0).normal(0, 0.6, 20_000))))
    assert none.threshold == 0.98 and "hardly stand out" in none.why


def test_the_threshold_of_vectors_lies_above_what_is_usual() -> None:
    random = default_rng(1)
    usual, copies = np.tanh(random.normal(0.7, 0.1, 900)), np.full(100, 0.99)
    proposal = propose_for_vectors(np.concatenate([usual, copies]))
    assert np.quantile(usual, 0.99) < proposal.threshold < 0.99
    items = int((np.concatenate([usual, copies]) >= proposal.threshold).sum())
    assert proposal.found == items and f"{items} items that have one from {proposal.threshold:.2f} on" in proposal.why
    assert propose_for_vectors(np.array([0.5])).threshold == FEW_VECTORS
