"""Intervals that cover, nulls that are null, warnings that warn."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from explorer.features.compare.centred import Centred
from explorer.features.compare.cka import linear_cka
from explorer.features.compare.contract import METHODS
from explorer.features.compare.draws import sample_rows
from explorer.features.compare.method import Prepared
from explorer.features.compare.neighbours import Lists, shared_neighbours
from explorer.features.compare.resampling import score, score_pair

SEED = 5
FAMILIES = list(dict.fromkeys(measure.family for measure in METHODS.values()))


def pair(n: int, d: int = 6, e: int = 5, seed: int = 0, noise: float = 1.0) -> tuple[NDArray[Any], NDArray[Any]]:
    rng = np.random.default_rng(seed)
    shared, turn = rng.normal(size=(n, 3)), np.random.default_rng(99)
    x = shared @ turn.normal(size=(3, d)) + noise * rng.normal(size=(n, d))
    return x, shared @ turn.normal(size=(3, e)) + noise * rng.normal(size=(n, e))


@pytest.fixture(scope="module")
def scored() -> dict[str, Any]:
    x, y = pair(300)
    return {found.measure: found for found in score_pair(x, y, list(METHODS), replicates=40)}


@pytest.mark.parametrize("key", METHODS)
def test_related_sides_stand_out_from_shuffled_items(scored: dict[str, Any], key: str) -> None:
    found, measure = scored[key], METHODS[key]
    assert found.low <= found.value <= found.high
    assert found.high - found.low < 0.5
    assert (found.value > found.shuffled) == measure.higher
    assert found.p == pytest.approx(1 / 41)  # no shuffle does as well
    assert 0 < found.calibrated < 1
    assert found.value == pytest.approx(score(*pair(300), key), abs=1e-9)


def test_unrelated_sides_are_at_chance() -> None:
    x, y = pair(200)[0], np.random.default_rng(8).normal(size=(200, 5))
    for found in score_pair(x, y, list(METHODS), replicates=60):
        assert abs(found.calibrated) < 0.12, found
        assert found.p > 0.005, found


def test_chance_has_its_closed_forms() -> None:
    """Mean squared CCA of independent sides is max(d, e) / (n - 1), shared neighbours are k / (n - 1)."""
    x, y = pair(150, d=20, e=8)
    cca, near, debiased = score_pair(x, y, ["cca_squared", "mutual_knn", "cka_debiased"], replicates=100)
    assert cca.shuffled == pytest.approx(20 / 149, abs=0.01)
    assert near.shuffled == pytest.approx(10 / 149, abs=0.01)
    assert debiased.shuffled == pytest.approx(0, abs=0.01)


@pytest.mark.parametrize(
    "key", ["cka_debiased", "mutual_knn", "cknna", "predict_ab", "procrustes", "rsa_cosine_spearman"]
)
def test_the_interval_is_as_wide_as_new_samples_spread(key: str) -> None:
    """Scores of many fresh samples of the same size spread as the interval from one sample says."""
    fresh = [score(*pair(200, seed=100 + i, noise=1.5), key) for i in range(60)]
    spread = np.mean([_width(200, i, key) for i in range(4)])
    assert 0.6 < spread / (2 * 1.96 * np.std(fresh)) < 1.6


def _width(n: int, seed: int, key: str) -> float:
    found = score_pair(*pair(n, seed=seed, noise=1.5), [key], replicates=60)[0]
    return found.high - found.low


@pytest.mark.parametrize("family", FAMILIES, ids=lambda kind: kind.__name__)
def test_half_and_shuffle_leave_the_whole_as_it_was(family: type[Prepared]) -> None:
    x, y = pair(60)
    keys = [key for key, measure in METHODS.items() if measure.family is family]
    prepared = family.of(x, y, np.random.default_rng(0))
    before = [METHODS[key].score(prepared) for key in keys]
    again = np.random.default_rng(1)
    for one in (prepared.half(again), prepared.shuffled(again)):
        assert [METHODS[key].score(one) for key in keys] != before
    assert [METHODS[key].score(prepared) for key in keys] == before


@pytest.mark.parametrize("shape", [(60, 6, 5), (40, 70, 5)])
def test_resampled_moments_equal_those_of_the_chosen_items(shape: tuple[int, int, int]) -> None:
    x, y = pair(*shape)
    prepared = Centred.of(x, y, np.random.default_rng(0))
    rows = np.sort(np.random.default_rng(2).permutation(len(x))[: len(x) // 2])
    order = np.random.default_rng(2).permutation(len(x))
    debiased = METHODS["cka_debiased"].score
    half, shuffled = (getattr(prepared, name)(np.random.default_rng(2)) for name in ("half", "shuffled"))
    assert debiased(half) == pytest.approx(linear_cka(x[rows], y[rows], debiased=True), abs=1e-4)
    assert debiased(shuffled) == pytest.approx(linear_cka(x, y[order], debiased=True), abs=1e-4)


def test_resampled_neighbours_equal_those_of_the_chosen_items() -> None:
    x, y = pair(200)
    prepared = Lists.of(x, y, np.random.default_rng(0))
    rows = np.sort(np.random.default_rng(2).permutation(200)[:100])
    order = np.random.default_rng(2).permutation(200)
    mutual = METHODS["mutual_knn"].score
    half = prepared.half(np.random.default_rng(2))
    assert mutual(half) == pytest.approx(float(shared_neighbours(prepared)[rows].mean()))
    assert mutual(prepared.shuffled(np.random.default_rng(2))) == pytest.approx(score(x, y[order], "mutual_knn"))


def test_the_same_seed_gives_the_same_numbers() -> None:
    x, y = pair(80)
    first, second = (score_pair(x, y, ["cka", "mutual_knn", "predict_ab"], replicates=10, seed=SEED) for _ in range(2))
    assert first == second


def test_few_items_for_many_dimensions_are_warned_about_with_numbers() -> None:
    x, y = (np.random.default_rng(i).normal(size=(60, 40)) for i in (0, 1))
    found = {one.measure: one for one in score_pair(x, y, ["cka", "cka_debiased", "cca"], replicates=20)}
    assert "60 items are few for 40 and 40 dimensions: shuffled items alone score 0.39" in found["cka"].warning
    assert "at least 200 items" in found["cka"].warning
    assert "at least 400 items" in found["cca"].warning
    assert not found["cka_debiased"].warning
    assert found["cka"].value > 0.3 and abs(found["cka"].calibrated) < 0.1


def test_cca_says_what_it_did_with_more_dimensions_than_items() -> None:
    x, y = (np.random.default_rng(i).normal(size=(60, 90)) for i in (0, 1))
    assert "cut to its 6 leading principal directions" in score_pair(x, y, ["cca"], replicates=5)[0].warning


def test_very_few_items_still_give_an_answer_and_a_warning() -> None:
    x, y = pair(10, d=3, e=3)
    for found in score_pair(x, y, list(METHODS), replicates=10):
        assert np.isfinite(found.value), found
        assert found.warning, found


def test_samples_are_whole_or_of_the_asked_size(rng: np.random.Generator) -> None:
    assert len(sample_rows(10, 20, rng)) == 10
    rows = sample_rows(100, 20, rng)
    assert len(set(rows.tolist())) == 20 and (np.diff(rows) > 0).all()


@pytest.mark.parametrize("key", ["cknna", "rsa_cosine_spearman"])
def test_intervals_do_not_go_beyond_a_perfect_match(key: str) -> None:
    """Here half of the spread would reach above 1."""
    x = np.random.default_rng(0).normal(size=(20, 6))
    found = score_pair(x, x + 0.01 * np.random.default_rng(1).normal(size=x.shape), [key], replicates=30)[0]
    assert found.low < found.value <= found.high == 1


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 100_000), n=st.integers(10, 24), noise=st.sampled_from([0.0, 0.3, 30.0]))
def test_no_interval_leaves_the_range_of_its_measure(seed: int, n: int, noise: float) -> None:
    x, y = pair(n, d=4, e=4, seed=seed, noise=noise + 0.01)
    for found in score_pair(x, y, list(METHODS), replicates=12):
        measure = METHODS[found.measure]
        least, most = sorted((measure.best, measure.worst))
        assert least - 1e-9 <= found.low <= found.value <= found.high <= most + 1e-9, found
