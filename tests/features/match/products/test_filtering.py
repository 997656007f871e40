"""The candidate filter equals a plain look at all pairs."""

import numpy as np
import pytest

from explorer.base.progress import Silent
from explorer.features.match.products import filtering
from explorer.features.match.products.comparing import weighed
from explorer.features.match.products.filtering import Named, candidate_pairs
from explorer.features.match.products.words import Listed

VOCABULARY = [f"w{n}" for n in range(14)]
Names = list[Listed]


def names(rng: np.random.Generator, count: int) -> Names:
    drawn = [rng.choice(VOCABULARY, rng.integers(0, 7), replace=False) for _ in range(count)]
    return [Listed(tuple(one), frozenset(), (), ()) for one in drawn]


def plain(left: Names, right: Names, prices: tuple[np.ndarray, np.ndarray]) -> set[tuple[int, int]]:
    found = set()
    for a, one in enumerate(left):
        for b, other in enumerate(right):
            shared = len(set(one.words) & set(other.words))
            long = len(one.words) >= 4 and len(other.words) >= 4
            unknown = np.isnan(prices[0][a]) or np.isnan(prices[1][b])
            if shared >= (2 if long else 1) and (unknown or 0.5 <= prices[1][b] / prices[0][a] <= 2):
                found.add((a, b))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_the_pairs_are_those_of_the_rule(seed: int) -> None:
    rng = np.random.default_rng(seed)
    left, right = names(rng, 30), names(rng, 40)
    prices = np.where(rng.random(30) < 0.2, np.nan, rng.uniform(1, 9, 30)), rng.uniform(1, 9, 40)
    words = weighed(left, right)
    rows, columns = candidate_pairs(Named(words.left, words.right, prices), 1000, progress=Silent())
    assert set(zip(rows.tolist(), columns.tolist(), strict=True)) == plain(left, right, prices)
    assert len(rows) > 20


def test_of_one_list_each_pair_stands_once(rng: np.random.Generator) -> None:
    some = names(rng, 30)
    prices = (np.full(30, np.nan),) * 2
    words = weighed(some, some)
    rows, columns = candidate_pairs(Named(words.left, words.right, prices), 1000, same=True, progress=Silent())
    expected = {pair for pair in plain(some, some, prices) if pair[0] < pair[1]}
    assert set(zip(rows.tolist(), columns.tolist(), strict=True)) == expected


def test_the_best_by_name_are_kept(rng: np.random.Generator) -> None:
    left, right = names(rng, 30), names(rng, 40)
    prices = np.full(30, np.nan), np.full(40, np.nan)
    words = weighed(left, right)
    everything = candidate_pairs(Named(words.left, words.right, prices), 1000, progress=Silent())
    rows, columns = candidate_pairs(Named(words.left, words.right, prices), 3, progress=Silent())
    cosines = (words.left @ words.right.T).toarray()
    for row in range(30):
        mine = everything[1][everything[0] == row]
        best = mine[np.lexsort((mine, -cosines[row, mine]))][:3]
        assert columns[rows == row].tolist() == best.tolist()


def test_nothing_in_common_is_no_candidate() -> None:
    left, right = ([Listed(words, frozenset(), (), ()) for words in side] for side in ([("a",)], [("b",), ()]))
    words = weighed(left, right)
    named = Named(words.left, words.right, (np.ones(1), np.ones(2)))
    rows, columns = candidate_pairs(named, 5, progress=Silent())
    assert (len(rows), len(columns)) == (0, 0)


def test_in_long_lists_a_name_meets_others_by_its_rarest_words(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    left, right = names(rng, 30), names(rng, 40)
    prices = rng.uniform(1, 9, 30), rng.uniform(1, 9, 40)
    words = weighed(left, right)
    named = Named(words.left, words.right, prices)
    exact = set(zip(*candidate_pairs(named, 1000, progress=Silent()), strict=True))
    monkeypatch.setattr(filtering, "EXACT_UP_TO", 10)
    assert named.long
    every = set(zip(*candidate_pairs(named, 1000, progress=Silent()), strict=True))
    assert every == exact  # so few that each word is looked up
    monkeypatch.setattr(filtering, "REACH", 12)
    fewer = set(zip(*candidate_pairs(named, 1000, progress=Silent()), strict=True))
    assert fewer < exact
    assert len(fewer) > 0.3 * len(exact)
    found = {row for row, _ in fewer}
    assert len(found) >= 0.9 * len({row for row, _ in exact})
