"""Every measure against a slow plain version of itself, and against what it promises not to see."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import kendalltau, spearmanr

from explorer.base.errors import InputError
from explorer.features.compare.cka import linear_cka
from explorer.features.compare.contract import FAMILIES, MEASURES, METRICS, get_measure
from explorer.features.compare.moments import moments
from explorer.features.compare.neighbours import cknna, mutual_knn
from explorer.features.compare.predictivity import matching_residual, predictivity
from explorer.features.compare.resampling import score

Array = NDArray[Any]
CLOSE = 1e-7


def pair(seed: int = 0, n: int = 60, d: int = 6, e: int = 5) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    shared = rng.normal(size=(n, 3))
    x = shared @ rng.normal(size=(3, d)) + 0.5 * rng.normal(size=(n, d)) + 1
    return x, shared @ rng.normal(size=(3, e)) + 0.8 * rng.normal(size=(n, e)) - 2


def value(key: str, x: Array, y: Array) -> float:
    return score(x, y, key)


def rotation(rng: np.random.Generator, d: int) -> Array:
    return np.asarray(np.linalg.qr(rng.normal(size=(d, d)))[0])


def centred(x: Array) -> Array:
    return np.asarray(x - x.mean(axis=0))


def slow_cka(x: Array, y: Array) -> float:
    n = len(x)
    h = np.eye(n) - 1 / n
    k, l = h @ x @ x.T @ h, h @ y @ y.T @ h  # noqa: E741
    return float(np.trace(k @ l) / np.sqrt(np.trace(k @ k) * np.trace(l @ l)))


def slow_unbiased_hsic(k: Array, l: Array) -> float:  # noqa: E741
    n = len(k)
    k, l = k - np.diag(np.diag(k)), l - np.diag(np.diag(l))  # noqa: E741
    one = np.ones(n)
    return float(
        np.sum(k * l.T) + (one @ k @ one) * (one @ l @ one) / ((n - 1) * (n - 2)) - 2 * (one @ k @ l @ one) / (n - 2)
    )


def slow_debiased(x: Array, y: Array) -> float:
    k, l = x @ x.T, y @ y.T  # noqa: E741
    return float(slow_unbiased_hsic(k, l) / np.sqrt(slow_unbiased_hsic(k, k) * slow_unbiased_hsic(l, l)))


def slow_rbf(x: Array, y: Array) -> float:
    n, kernels = len(x), []
    for side in (x, y):
        squares = np.array([[np.sum((a - b) ** 2) for b in side] for a in side])
        h = np.eye(n) - 1 / n
        kernels.append(h @ np.exp(-squares / (2 * np.median(squares))) @ h)
    k, l = kernels  # noqa: E741
    return float((k * l).sum() / np.sqrt((k * k).sum() * (l * l).sum()))


def slow_rho(x: Array, y: Array) -> Array:
    """Singular values between orthonormal bases of the two centred column spaces."""
    return np.linalg.svd(np.linalg.qr(centred(x))[0].T @ np.linalg.qr(centred(y))[0], compute_uv=False)


def slow_svcca(x: Array, y: Array) -> float:
    cut = []
    for side in (x, y):
        u, s, _ = np.linalg.svd(centred(side), full_matrices=False)
        count = int(np.argmax(np.cumsum(s**2) >= 0.99 * np.sum(s**2))) + 1
        cut.append(u[:, :count] * s[:count])
    return float(slow_rho(*cut).mean())


def slow_pwcca(x: Array, y: Array) -> float:
    """For as many dimensions on both sides: there the canonical variables, and so the weights, are unique."""
    x, y = centred(x), centred(y)
    qx, qy = np.linalg.qr(x)[0], np.linalg.qr(y)[0]
    u, rho, _ = np.linalg.svd(qx.T @ qy)
    weights = np.abs((qx @ u).T @ x).sum(axis=1)
    return float(1 - (weights / weights.sum()) @ rho)


def slow_procrustes(x: Array, y: Array) -> float:
    """Turn the narrower side, filled up with zeros, onto the other by scipy's solver and measure what is left."""
    from scipy.linalg import orthogonal_procrustes

    width = max(x.shape[1], y.shape[1])
    x, y = (np.pad(centred(side), ((0, 0), (0, width - side.shape[1]))) for side in (x, y))
    x, y = x / np.linalg.norm(x), y / np.linalg.norm(y)
    return float(np.sum((x @ orthogonal_procrustes(x, y)[0] - y) ** 2))


def slow_rsa(kind: str, comparison: str) -> Callable[[Array, Array], float]:
    def distance(a: Array, b: Array) -> float:
        if kind == "correlation":
            return float(1 - np.corrcoef(a, b)[0, 1])
        return float(1 - a @ b / np.linalg.norm(a) / np.linalg.norm(b))

    def compare(x: Array, y: Array) -> float:
        lists = [[distance(s[i], s[j]) for i in range(len(s)) for j in range(i)] for s in (x, y)]
        a, b = map(np.array, lists)
        if comparison == "cosine":
            return float(a @ b / np.linalg.norm(a) / np.linalg.norm(b))
        return float((spearmanr if comparison == "spearman" else kendalltau)(a, b).statistic)

    return compare


def neighbour_sets(x: Array, k: int) -> list[set[int]]:
    unit = x / np.linalg.norm(x, axis=1, keepdims=True)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    return [set(np.argsort(-row)[:k].tolist()) for row in cosines]


def slow_mutual(x: Array, y: Array, k: int = 10) -> float:
    return float(np.mean([len(a & b) / k for a, b in zip(neighbour_sets(x, k), neighbour_sets(y, k), strict=True)]))


def slow_cknna(x: Array, y: Array, k: int = 10) -> float:
    x, y = (side / np.linalg.norm(side, axis=1, keepdims=True) for side in (x, y))
    masks = []
    for side in (x, y):
        mask = np.zeros((len(x), len(x)))
        for i, near in enumerate(neighbour_sets(side, k)):
            mask[i, list(near)] = 1
        masks.append(mask)
    kx, ky, both = x @ x.T, y @ y.T, masks[0] * masks[1]
    own = slow_unbiased_hsic(masks[0] * kx, masks[0] * kx) * slow_unbiased_hsic(masks[1] * ky, masks[1] * ky)
    return float(slow_unbiased_hsic(both * kx, both * ky) / np.sqrt(own))


SLOW: dict[str, Callable[[Array, Array], float]] = {
    "cka": slow_cka,
    "cka_debiased": slow_debiased,
    "cka_angle": lambda x, y: float(np.arccos(slow_cka(x, y))),
    "cka_rbf": slow_rbf,
    "cca": lambda x, y: float(slow_rho(x, y).mean()),
    "cca_squared": lambda x, y: float((slow_rho(x, y) ** 2).mean()),
    "svcca": slow_svcca,
    "pwcca_ab": slow_pwcca,
    "pwcca_ba": lambda x, y: slow_pwcca(y, x),
    "procrustes": slow_procrustes,
    "procrustes_length": lambda x, y: float(np.sqrt(slow_procrustes(x, y))),
    "procrustes_angle": lambda x, y: float(np.arccos(1 - slow_procrustes(x, y) / 2)),
    "mutual_knn": slow_mutual,
    "cknna": slow_cknna,
    **{key: slow_rsa(*key.split("_")[1:]) for key in MEASURES if key.startswith("rsa_")},
}


@pytest.mark.parametrize("key", SLOW)
@pytest.mark.parametrize("seed", [0, 1])
def test_agrees_with_its_slow_plain_version(key: str, seed: int) -> None:
    x, y = pair(seed, d=5, e=5) if key.startswith("pwcca") else pair(seed)
    tolerance = 1e-5 if key == "cknna" else CLOSE  # neighbour lists hold single precision
    assert value(key, x, y) == pytest.approx(SLOW[key](x, y), abs=tolerance)


def test_every_measure_has_a_slow_version_or_its_own_test() -> None:
    assert set(MEASURES) - set(SLOW) == {"predict_ab", "predict_ba", "match_ab", "match_ba"}


def test_prediction_agrees_with_scikit_learn() -> None:
    from sklearn.linear_model import LinearRegression, Ridge

    x, y = pair(n=400)
    order = np.random.default_rng(3).permutation(400)
    fit, test = order[:200], order[200:]
    plain = LinearRegression().fit(x[fit], y[fit]).predict(x[test])
    expected = np.sum((plain - y[test]) ** 2) / np.sum(y[test] ** 2)
    assert matching_residual(x, y, np.random.default_rng(3)) == pytest.approx(expected, abs=CLOSE)
    best = max(
        1
        - np.sum((Ridge(a).fit(x[fit], y[fit]).predict(x[test]) - y[test]) ** 2)
        / np.sum((y[test] - y[fit].mean(axis=0)) ** 2)
        for a in np.logspace(-4, 4, 60)
    )
    assert best - 0.01 < predictivity(x, y, np.random.default_rng(3)) < best + 1e-6


@pytest.mark.parametrize("key", MEASURES)
def test_a_representation_matches_itself(key: str) -> None:
    x, _ = pair(n=120)
    measure = get_measure(key)
    assert value(key, x, x) == pytest.approx(measure.best, abs=1e-3 if key.startswith("predict") else 1e-6)


@pytest.mark.parametrize("key", MEASURES)
def test_swapping_the_sides_changes_only_directed_measures(key: str) -> None:
    x, y = pair()
    changed = abs(value(key, x, y) - value(key, y, x))
    if key == "cknna":  # its masks are not symmetric
        assert changed < 0.02
        return
    assert changed > 1e-3 if get_measure(key).direction != "both" else changed < CLOSE


@pytest.mark.parametrize("key", [key for key in MEASURES if "ba" in key.split("_")])
def test_the_other_direction_is_the_first_with_sides_swapped(key: str) -> None:
    x, y = pair()
    assert value(key, x, y) == pytest.approx(value(key.replace("_ba", "_ab"), y, x), abs=CLOSE)


MOMENTS = [key for key, measure in MEASURES.items() if measure.family == "moments"]
CCA = ["cca", "cca_squared"]
TURNED = [k for k in MEASURES if k not in ("pwcca_ab", "pwcca_ba") and "correlation" not in k]


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.01, 100), shift=st.floats(-5, 5))
def test_moment_measures_ignore_scale_shift_and_order_of_dimensions(seed: int, scale: float, shift: float) -> None:
    x, y = pair(seed)
    moved = scale * y[:, np.random.default_rng(seed).permutation(y.shape[1])] + shift
    for key in MOMENTS:
        assert value(key, x, moved) == pytest.approx(value(key, x, y), abs=1e-6), key


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_rotating_a_side_changes_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = pair(seed)
    turned = y @ rotation(rng, y.shape[1])
    for key in TURNED:
        assert value(key, x, turned) == pytest.approx(value(key, x, y), abs=1e-5), key
    assert value("pwcca_ab", x, turned) == pytest.approx(value("pwcca_ab", x, y), abs=1e-6)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_cca_ignores_an_invertible_map_where_cka_and_procrustes_do_not(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = pair(seed)
    left, right = rotation(rng, 5), rotation(rng, 5)
    mapped = y @ (left * [10, 5, 1, 0.5, 0.1]) @ right
    for key in (*CCA, "pwcca_ab"):
        assert value(key, x, mapped) == pytest.approx(value(key, x, y), abs=1e-6), key
    assert abs(value("cka", x, mapped) - value("cka", x, y)) > 1e-4
    assert abs(value("procrustes", x, mapped) - value("procrustes", x, y)) > 1e-4


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_reordering_the_items_of_both_sides_changes_nothing(seed: int) -> None:
    x, y = pair(seed)
    order = np.random.default_rng(seed).permutation(len(x))
    for key in (key for key in MEASURES if MEASURES[key].family != "split"):
        assert value(key, x[order], y[order]) == pytest.approx(value(key, x, y), abs=1e-5), key


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), noise=st.floats(0.0, 3.0))
def test_metrics_keep_the_triangle_inequality(seed: int, noise: float) -> None:
    rng = np.random.default_rng(seed)
    x, y = pair(seed)
    z = np.hstack([x, y])[:, rng.permutation(11)[:7]] + noise * rng.normal(size=(len(x), 7))
    for key in METRICS:
        assert value(key, x, z) <= value(key, x, y) + value(key, y, z) + 1e-6, key
        assert value(key, x, y) >= 0


def test_the_squared_procrustes_distance_is_no_metric() -> None:
    """Halfway between two unrelated sides, the two squared steps add up to less than the whole way."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(200, 4)), rng.normal(size=(200, 4))
    middle = np.hstack([x, y])
    assert value("procrustes", x, y) > value("procrustes", x, middle) + value("procrustes", middle, y)
    assert not get_measure("procrustes").metric


def test_half_precision_memory_maps_stream_to_the_same_moments(tmp_path: Any, rng: np.random.Generator) -> None:
    from explorer.features.compare import moments as module

    x, y = (side.astype(np.float16) for side in pair(n=5_000, d=12, e=9))
    for name, side in (("x", x), ("y", y)):
        np.save(tmp_path / f"{name}.npy", side)
    mapped = [np.load(tmp_path / f"{name}.npy", mmap_mode="r") for name in ("x", "y")]
    double = [centred(side.astype(np.float64)) for side in (x, y)]
    for limit in (0, 20_000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(module, "PRECISE_ITEMS", limit)
            found = moments(*mapped)
        tolerance = 1e-10 if limit else 1e-5
        assert found.cross == pytest.approx(double[0].T @ double[1], rel=tolerance, abs=tolerance * 1e4)
        lengths = [np.sum(side**2, axis=1) for side in double]
        assert found.mixed == pytest.approx(float(lengths[0] @ lengths[1]), rel=tolerance)
        assert found.x.squares == pytest.approx(float(lengths[0] @ lengths[0]), rel=tolerance)


def test_a_large_common_mean_costs_no_precision() -> None:
    x, y = pair(n=3_000)
    assert linear_cka(x + 1e6, y, debiased=True) == pytest.approx(linear_cka(x, y, debiased=True), abs=1e-9)


def test_more_dimensions_than_items_equal_their_principal_coordinates() -> None:
    x, y = pair(n=30, d=80, e=50)
    assert linear_cka(x, y) == pytest.approx(slow_cka(x, y), abs=CLOSE)
    assert linear_cka(x, y, debiased=True) == pytest.approx(slow_debiased(x, y), abs=CLOSE)
    assert value("procrustes", x, y) == pytest.approx(slow_procrustes(x, y), abs=1e-6)


def test_cca_of_more_dimensions_than_items_is_cut_to_a_tenth_of_the_items(rng: np.random.Generator) -> None:
    x, y = rng.normal(size=(60, 200)), rng.normal(size=(60, 80))
    cut = []
    for side in (x, y):
        u, s, _ = np.linalg.svd(centred(side), full_matrices=False)
        cut.append(u[:, :6] * s[:6])
    assert value("cca", x, y) == pytest.approx(float(slow_rho(*cut).mean()), abs=CLOSE)
    assert value("cca", x, y) < 0.7


def test_constant_features_count_for_nothing() -> None:
    x, y = pair()
    padded = np.hstack([x, np.full((len(x), 2), 3.0)])
    for key in ("cka", "cka_debiased", "cca", "cca_squared", "svcca", "procrustes", "predict_ab"):
        assert value(key, padded, y) == pytest.approx(value(key, x, y), abs=1e-6), key


def bad_nan() -> tuple[Array, Array]:
    x, y = pair()
    x[7, 2] = np.nan
    return x, y


BAD: dict[str, tuple[Callable[[], tuple[Array, Array]], str]] = {
    "nan": (bad_nan, "A: expected finite numbers, got NaN or infinity, first in row 7"),
    "few": (lambda: pair(n=9), "at least 10 items that both sides have; got 9"),
    "different": (lambda: (pair()[0], pair(n=50)[1]), "got 60 of A and 50 of B. Match them by id"),
    "constant": (lambda: (pair()[0], np.ones((60, 5))), "B: all 60 items have the same vector"),
    "maps": (lambda: (np.ones((60, 5, 2, 2)), pair()[1]), "channels_as_features"),
    "whole numbers": (lambda: (np.ones((60, 5), dtype=int), pair()[1]), "floating-point vectors"),
}


@pytest.mark.parametrize("case", BAD)
@pytest.mark.parametrize("key", ["cka", "mutual_knn", "rsa_cosine_spearman", "predict_ab"])
def test_bad_input_is_a_clear_message(case: str, key: str) -> None:
    make, message = BAD[case]
    with pytest.raises(InputError, match=message):
        value(key, *make())


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("d", [6, 90])
def test_cka_in_one_pass_still_names_the_bad_row(kind: Any, bad: float, d: int) -> None:
    x, y = (side.astype(kind) for side in pair(d=d))
    y[11, 0] = bad
    with pytest.raises(InputError, match="B: expected finite numbers, got NaN or infinity, first in row 11"):
        linear_cka(x, y)


def test_items_without_direction_are_named_by_measures_on_cosines() -> None:
    x, y = pair()
    x[3] = 0
    with pytest.raises(InputError, match="row 3"):
        value("rsa_cosine_spearman", x, y)
    with pytest.raises(InputError, match="all-zero rows"):
        mutual_knn(x, y)
    assert 0 < linear_cka(x, y) < 1


def test_an_unknown_measure_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match="expected one of cka_debiased, cka"):
        value("cosine", *pair())


def test_the_registry_says_all_that_a_reader_needs() -> None:
    for key, measure in MEASURES.items():
        assert measure.family in FAMILIES and measure.key == key
        words = (measure.title, measure.formula, measure.centring, measure.invariant, measure.cost, measure.meaning)
        assert all(words) and measure.source
        assert measure.direction in ("both", "A to B", "B to A")
        assert not (measure.metric and measure.direction != "both")


def test_cknna_of_the_same_neighbours_is_one(rng: np.random.Generator) -> None:
    x = rng.normal(size=(40, 5))
    assert cknna(x, 3 * x @ rotation(rng, 5)) == pytest.approx(1, abs=1e-5)
