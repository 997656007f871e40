"""One suite over all measures: what the card says of a measure is so."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.base.errors import InputError
from explorer.features.compare.centred import Centred
from explorer.features.compare.contract import METHODS, METRICS, NEEDS, get_measure
from explorer.features.compare.method import Measure
from tests.features.compare import test_cca, test_cka, test_neighbours, test_predictivity, test_procrustes, test_rsa
from tests.features.compare.sides import CLOSE, Array, pair, rotation, value

GUIDE = Path(__file__).parents[3] / "docs" / "compare.md"
FILES = (test_cca, test_cka, test_neighbours, test_predictivity, test_procrustes, test_rsa)
ALMOST = {"cknna": 0.02}  # its masks are not symmetric, and its card says so
PERFECT = {"predict_ab": 1e-3, "predict_ba": 1e-3}  # a penalty shrinks even a perfect map


def sees_rotation(measure: Measure) -> bool:
    """Correlations across dimensions change when these are mixed; of all others the card promises otherwise."""
    return not any(word in measure.invariant for word in ("rotation", "invertible"))


@pytest.mark.parametrize("name", METHODS)
def test_the_card_says_all_that_a_reader_needs(name: str) -> None:
    measure = METHODS[name]
    words = (measure.label, measure.group, measure.formula, measure.centring, measure.invariant)
    assert measure.name == name and all((*words, measure.cost, measure.meaning, measure.source))
    assert set(measure.needs) <= set(NEEDS)
    assert measure.baseline == "" or measure.baseline in METHODS
    assert measure.direction in ("both", "A to B", "B to A")
    assert not (measure.metric and measure.direction != "both")
    assert not (measure.metric and measure.higher)
    assert measure.worst != measure.best and (measure.worst < measure.best) == measure.higher


def test_labels_are_told_apart() -> None:
    assert len({measure.label for measure in METHODS.values()}) == len(METHODS)


def test_every_measure_has_a_slow_plain_version_or_a_bound() -> None:
    slow = {name for file in FILES for name in file.SLOW}
    assert slow | set(test_predictivity.BEST) == set(METHODS)


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
def test_a_score_is_one_finite_number_always_the_same(name: str, kind: type[np.floating]) -> None:
    x, y = (np.asarray(side, dtype=kind) for side in pair())
    before = x.copy(), y.copy()
    found = value(name, x, y)
    assert isinstance(found, float) and np.isfinite(found)
    assert found == value(name, x, y)
    assert np.array_equal(x, before[0]) and np.array_equal(y, before[1])


@pytest.mark.parametrize("name", METHODS)
def test_a_representation_matches_itself_best(name: str) -> None:
    x, y = pair(n=120)
    measure = METHODS[name]
    assert value(name, x, x) == pytest.approx(measure.best, abs=PERFECT.get(name, 1e-6))
    assert (value(name, x, x) > value(name, x, y)) == measure.higher


@pytest.mark.parametrize("name", METHODS)
def test_a_rotated_copy_scores_best_where_rotation_is_not_seen(name: str, rng: np.random.Generator) -> None:
    x, _ = pair(n=120)
    measure = METHODS[name]
    missed = abs(value(name, x, x @ rotation(rng, x.shape[1])) - measure.best)
    assert missed > 1e-3 if sees_rotation(measure) else missed < max(PERFECT.get(name, 0), 1e-5)


@pytest.mark.parametrize("name", METHODS)
def test_swapping_the_sides_changes_only_directed_measures(name: str) -> None:
    x, y = pair()
    changed = abs(value(name, x, y) - value(name, y, x))
    directed = METHODS[name].direction != "both"
    assert changed > 1e-3 if directed else changed < ALMOST.get(name, CLOSE)


@pytest.mark.parametrize("name", [name for name in METHODS if "ba" in name.split("_")])
def test_the_other_direction_is_the_first_with_sides_swapped(name: str) -> None:
    x, y = pair()
    assert value(name, x, y) == pytest.approx(value(name.replace("_ba", "_ab"), y, x), abs=CLOSE)
    assert METHODS[name].direction == "B to A" and METHODS[name.replace("_ba", "_ab")].direction == "A to B"


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_the_items_changes_nothing_unless_a_map_is_fitted_on_half_of_them(seed: int) -> None:
    x, y = pair(seed)
    order = np.random.default_rng(seed).permutation(len(x))
    for name, measure in METHODS.items():
        if not measure.trained:
            assert value(name, x[order], y[order]) == pytest.approx(value(name, x, y), abs=1e-5), name


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_rotating_a_side_changes_nothing_where_rotation_is_not_seen(seed: int) -> None:
    x, y = pair(seed)
    turned = y @ rotation(np.random.default_rng(seed), y.shape[1])
    for name, measure in METHODS.items():
        if not sees_rotation(measure) and not name.startswith("pwcca"):  # PWCCA sees one of the sides turned
            assert value(name, x, turned) == pytest.approx(value(name, x, y), abs=1e-5), name


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.01, 100), shift=st.floats(-5, 5))
def test_centred_measures_ignore_scale_shift_and_order_of_dimensions(seed: int, scale: float, shift: float) -> None:
    x, y = pair(seed)
    moved = scale * y[:, np.random.default_rng(seed).permutation(y.shape[1])] + shift
    for name, measure in METHODS.items():
        if measure.family is Centred:
            assert value(name, x, moved) == pytest.approx(value(name, x, y), abs=1e-6), name


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), noise=st.floats(0.0, 3.0))
def test_metrics_keep_the_triangle_inequality(seed: int, noise: float) -> None:
    rng = np.random.default_rng(seed)
    x, y = pair(seed)
    z = np.hstack([x, y])[:, rng.permutation(11)[:7]] + noise * rng.normal(size=(len(x), 7))
    for name in METRICS:
        assert value(name, x, z) <= value(name, x, y) + value(name, y, z) + 1e-6, name
        assert value(name, x, y) >= 0


def test_constant_dimensions_count_for_nothing() -> None:
    x, y = pair()
    padded = np.hstack([x, np.full((len(x), 2), 3.0)])
    for name in ("cka", "cka_debiased", "cca", "cca_squared", "svcca", "procrustes", "predict_ab"):
        assert value(name, padded, y) == pytest.approx(value(name, x, y), abs=1e-6), name


@pytest.mark.parametrize("name", METHODS)
def test_an_item_without_direction_is_told_by_the_measures_that_need_one(name: str) -> None:
    x, y = pair()
    x[3] = 0
    if "direction" in METHODS[name].needs:
        with pytest.raises(InputError, match="row 3"):
            value(name, x, y)
    else:
        assert np.isfinite(value(name, x, y))


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
@pytest.mark.parametrize("name", METHODS)
def test_bad_input_is_a_clear_message(case: str, name: str) -> None:
    make, message = BAD[case]
    with pytest.raises(InputError, match=message):
        value(name, *make())


def test_an_unknown_measure_lists_the_known_ones() -> None:
    with pytest.raises(InputError, match="expected one of cka_debiased, cka"):
        get_measure("cosine")


@pytest.mark.parametrize("name", METHODS)
def test_the_guide_lists_the_measure(name: str) -> None:
    measure = METHODS[name]
    formula = measure.formula.replace("|", "\\|")
    row = f"| `{name}` | {measure.label} | {formula} | {measure.source} |"
    assert row in GUIDE.read_text(encoding="utf-8").splitlines(), f"docs/compare.md lacks the line:\n{row}"
