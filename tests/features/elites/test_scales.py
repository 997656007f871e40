"""Scales, picture statistics and measures of archives against plain definitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from explorer.base.errors import InputError
from explorer.features.elites.archive import grid_archive
from explorer.features.elites.scales import fit_scale, fit_steps, full_range
from explorer.features.elites.scores import best_known, evaluations_needed, exhaustive, mean_interval, scores
from explorer.pictures.statistics import STATISTICS, pixels


def test_quantile_scale_fills_every_column_equally(rng: np.random.Generator) -> None:
    values = np.exp(rng.normal(size=5000))  # very skewed
    places = fit_scale(values, "quantiles", "x")(values)
    counts = np.histogram(places, 20, (0, 1))[0]
    assert counts.min() > 220
    assert counts.max() < 280
    assert fit_scale(values, "range", "x")(values).mean() < 0.3  # a straight line leaves the far end empty


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=3, max_size=60).filter(lambda v: len(set(v)) > 1))
def test_scales_rise_and_span_zero_to_one(values: list[int]) -> None:
    raw = np.array(values, dtype=float)
    for kind in ("quantiles", "range"):
        scale = fit_scale(raw, kind, "x")
        places = scale(np.sort(raw))
        assert (np.diff(places) >= 0).all()
        assert places[0] == 0.0
        assert places[-1] == 1.0
        assert scale(np.array([-1e9, 1e9])).tolist() == [0.0, 1.0]
        assert np.isnan(scale(np.array([np.nan]))).all()


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(-20, 20), min_size=2, max_size=60).filter(lambda v: len(set(v)) > 1))
def test_where_values_are_no_more_than_rows_each_has_a_row_of_its_own(values: list[int]) -> None:
    raw = np.append(np.array(values, dtype=float), np.nan)
    count = len(set(values))
    scale = fit_steps(raw, count, "x")
    assert scale is not None
    assert scale.steps
    archive = grid_archive((count,))
    assert archive.cell_of(scale(np.unique(raw[:-1]))[:, None]).tolist() == list(range(count))
    assert fit_steps(raw, count - 1, "x") is None


@pytest.mark.parametrize("values", [[2.0, 2.0, 2.0], [np.nan, np.nan], []])
def test_an_axis_without_spread_is_named(values: list[float]) -> None:
    with pytest.raises(InputError, match="Axis year: expected"):
        fit_scale(np.array(values), "quantiles", "Axis year")
    with pytest.raises(InputError, match="Axis year: expected"):
        full_range(np.array(values), "Axis year")


def test_the_range_of_a_quality_ends_at_the_worst_and_the_best(rng: np.random.Generator) -> None:
    values = np.append(rng.normal(size=1000), np.nan)
    scale = full_range(values, "x")
    assert scale.knots == (np.nanmin(values), np.nanmax(values)) and scale.places == (0, 1)


def test_picture_statistics_of_known_pictures() -> None:
    def of(image: Image.Image) -> dict[str, float]:
        return {name: statistic(pixels(image)) for name, statistic in STATISTICS.items()}

    white, black = of(Image.new("RGB", (80, 40), "white")), of(Image.new("RGB", (9, 9), "black"))
    assert white["brightness"] == pytest.approx(1.0)
    assert black["brightness"] == 0.0
    assert white["edges"] == white["contrast"] == white["colourfulness"] == 0.0
    assert white["symmetry"] == 1.0
    half = Image.new("RGB", (64, 64), "black")
    half.paste("white", (32, 0, 64, 64))
    split = of(half)
    assert split["symmetry"] == pytest.approx(0.0)
    assert split["contrast"] == pytest.approx(0.5)
    assert split["edges"] == pytest.approx(1 / 63)
    assert (
        of(Image.new("RGB", (8, 8), "red"))["colourfulness"] > of(Image.new("RGB", (8, 8), "#a08080"))["colourfulness"]
    )


def test_scores_by_hand() -> None:
    nan = np.nan
    one, other = np.array([1.0, nan, 4.0, nan]), np.array([2.0, 3.0, nan, nan])
    known = best_known([one, other])
    np.testing.assert_array_equal(known, [2.0, 3.0, 4.0, nan])
    found = scores(one, known)
    assert found.filled == 2
    assert found.coverage == pytest.approx(2 / 3)
    assert found.qd_score == 5.0
    assert found.performance == 1.0
    assert found.reliability == pytest.approx((0.5 + 0 + 1) / 3)
    assert found.precision == pytest.approx((0.5 + 1) / 2)
    shifted = scores(one, known, offset=-1.0)
    assert shifted.qd_score == 7.0
    assert shifted.precision == pytest.approx((2 / 3 + 1) / 2)


def test_exhaustive_is_the_archive_of_all(rng: np.random.Generator) -> None:
    places, quality = rng.random((500, 2)), rng.integers(0, 20, 500).astype(float)
    archive = grid_archive((6, 6))
    archive.add(np.arange(500), np.arange(500.0)[:, None], quality, places)
    best, item = exhaustive(archive.cell_of(places), quality, archive.cells)
    np.testing.assert_array_equal(best, archive.quality)
    np.testing.assert_array_equal(item, archive.candidate)


def test_intervals_and_evaluations_needed() -> None:
    mean, low, high = mean_interval([1.0, 2.0, 3.0])
    assert mean == 2.0
    assert high - mean == pytest.approx(4.302653 / np.sqrt(3), rel=1e-5)  # t with two degrees of freedom
    assert low == pytest.approx(4.0 - high)
    assert np.isnan(mean_interval([5.0])[1])
    assert evaluations_needed([(10, 1.0), (20, 3.0), (30, 9.0)], 3.0) == 20
    assert evaluations_needed([(10, 1.0)], 3.0) == float("inf")
