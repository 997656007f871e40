import json
from math import ceil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.features.match import blocking as module
from explorer.features.match.blocking import Blocking, gram_pairs, vector_pairs
from explorer.features.match.grams import gram_counts

REFERENCE = json.loads((Path(__file__).parent / "strings" / "linkorgs.json").read_text())
OFFICIAL = Blocking()
NAMES = st.lists(st.text("abc ", max_size=12), max_size=8)
Pair = tuple[int, int]


def trigrams(name: str) -> list[str]:
    return [name[at : at + 3] for at in range(max(1, len(name) - 2))][:100] if name else []


def plain(left: list[str], right: list[str]) -> set[Pair]:
    """The rule as the official code has it: the shorter list asks, and repeated trigrams of the other count again."""
    if len(right) < len(left):
        return {(a, b) for b, a in plain(right, left)}
    found = set()
    for a, mine in enumerate(map(trigrams, left)):
        for b, theirs in enumerate(map(trigrams, right)):
            shared = sum(gram in mine for gram in theirs)
            if shared and shared >= ceil(len(mine) * 0.05):
                found.add((a, b))
    return found


def pairs_of(found: tuple[np.ndarray, np.ndarray]) -> list[Pair]:
    return list(zip(found[0].tolist(), found[1].tolist(), strict=True))


def test_the_trigram_index_is_the_official_one() -> None:
    names = ["hi", "hiaer", "apple corp"]
    counts = gram_counts([names], 3, 100)[0].toarray()
    rows = [one["the.row"] for one in REFERENCE["trigram_index"]]
    assert counts.sum(axis=1).tolist() == [rows.count(row) for row in (1, 2, 3)]
    assert sorted(gram for name in names for gram in trigrams(name)) == [
        g["trigram"] for g in REFERENCE["trigram_index"]
    ]


@settings(max_examples=60, deadline=None)
@given(NAMES, NAMES)
def test_candidates_are_those_of_the_plain_rule(left: list[str], right: list[str]) -> None:
    assert pairs_of(gram_pairs(left, right, OFFICIAL)) == sorted(plain(left, right))


def test_long_names_must_share_more_than_one_trigram() -> None:
    long = "".join(map(chr, range(0x4E00, 0x4E00 + 62)))  # 60 different trigrams, of which three must be shared
    right = [long[:4] + "x", long[:5] + "x", "y"]
    assert pairs_of(gram_pairs([long], right, OFFICIAL)) == [(0, 1)]


def test_trigrams_behind_the_first_hundred_characters_are_not_looked_at() -> None:
    left = ["a" * 102 + "xyz"]
    assert pairs_of(gram_pairs(left, ["xyz", "b"], OFFICIAL)) == []


def test_one_list_gives_each_pair_once_and_none_with_itself() -> None:
    names = ["oracle", "oracle inc", "enron", "", "oracle"]
    assert pairs_of(gram_pairs(names, names, OFFICIAL, same=True)) == [(0, 1), (0, 4), (1, 4)]
    best = Blocking(reach=100, keep=1)
    found = pairs_of(gram_pairs(names, names, best, same=True))
    assert (0, 4) in found and all(a < b for a, b in found) and len(set(found)) == len(found)


@pytest.mark.parametrize("blocking", [OFFICIAL, Blocking(reach=50, keep=3)])
@pytest.mark.parametrize("left, right", [([], []), ([], ["a"]), (["a"], []), ([""], ["", "x"])])
def test_nothing_to_compare(left: list[str], right: list[str], blocking: Blocking) -> None:
    assert pairs_of(gram_pairs(left, right, blocking)) == []


def made(count: int) -> list[str]:
    rng = np.random.default_rng(3)
    words = ["".join(rng.choice(list("abcdefghijklmnop"), 6)) for _ in range(count)]
    return [f"{word} {rng.choice(['company', 'corporation', 'limited'])}" for word in words]


def test_of_long_lists_the_likeliest_are_kept_and_all_are_candidates() -> None:
    left = made(300)
    right = [name[:4] + "z" + name[5:] for name in left][::-1]
    kept = pairs_of(gram_pairs(left, right, Blocking(reach=400, keep=5)))
    assert set(kept) <= set(pairs_of(gram_pairs(left, right, OFFICIAL)))
    assert np.bincount([a for a, _ in kept]).max() <= 5
    assert sum((row, 299 - row) in set(kept) for row in range(300)) >= 295


def test_common_letters_alone_do_not_cost_all_pairs() -> None:
    left, right = made(200), made(200)
    touched: list[int] = []
    counts = gram_counts([left, right], 3)
    frequency = np.bincount(counts[1].indices, minlength=counts[1].shape[1]).astype(float)
    for reach in (1, 50, 1000):
        touches = module._looked_up(counts[0], frequency, np.ones(len(frequency)), reach)[1]
        rarest = [frequency[row.indices][frequency[row.indices] > 0].min() for row in counts[0]]
        assert (touches <= np.maximum(reach, rarest)).all()
        touched.append(int(touches.sum()))
    assert touched[0] < touched[1] < touched[2]


def test_every_name_of_the_longer_list_gets_candidates_where_few_are_kept() -> None:
    variants = [f"oracle systems {number}" for number in range(40)]
    found = pairs_of(gram_pairs(variants, ["oracle systems", "enron"], Blocking(reach=100, keep=2)))
    assert [a for a, _ in found] == list(range(40))


@pytest.mark.parametrize("blocking", [OFFICIAL, Blocking(reach=300, keep=4)])
def test_blocks_of_rows_do_not_change_the_pairs(monkeypatch: pytest.MonkeyPatch, blocking: Blocking) -> None:
    left, right = made(60), made(80)[::-1]
    whole = pairs_of(gram_pairs(left, right, blocking))
    monkeypatch.setattr(module, "TOUCHED", 50)
    assert pairs_of(gram_pairs(left, right, blocking)) == whole


def unit(count: int, seed: int) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, 8)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True))


@pytest.mark.parametrize("exact_up_to", [1000, 10])
def test_nearest_vectors_exactly_and_by_a_graph(monkeypatch: pytest.MonkeyPatch, exact_up_to: int) -> None:
    monkeypatch.setattr(module, "EXACT_UP_TO", exact_up_to)
    left, right = unit(20, 0), unit(50, 1)
    first, second, cosines = vector_pairs(left, right, 3)
    expected = np.argsort(-(left @ right.T), axis=1, kind="stable")[:, :3]
    np.testing.assert_array_equal(second.reshape(20, 3), expected)
    np.testing.assert_allclose(cosines, (left[first] * right[second]).sum(axis=1), atol=1e-6)


def test_nearest_vectors_within_one_list() -> None:
    rows = unit(12, 2)
    rows[5] = rows[3]
    first, second, cosines = vector_pairs(rows, rows, 2, same=True)
    assert (first < second).all() and len(set(zip(first.tolist(), second.tolist(), strict=True))) == len(first)
    assert cosines[(first == 3) & (second == 5)] == pytest.approx(1.0)
    for row in range(12):
        others = np.delete(rows @ rows[row], row)
        assert ((first == row) | (second == row)).sum() >= 2
        assert cosines[(first == row) | (second == row)].max() == pytest.approx(others.max(), abs=1e-6)


def test_vectors_of_nothing_and_more_wanted_than_there_are() -> None:
    assert len(vector_pairs(unit(0, 0), unit(3, 1), 2)[0]) == 0
    assert len(vector_pairs(unit(3, 0), unit(0, 1), 2)[0]) == 0
    assert len(vector_pairs(unit(2, 0), unit(3, 1), 99)[0]) == 6
