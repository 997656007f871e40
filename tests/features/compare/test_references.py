"""Scores come out as those of the official code of "How not to stitch" (szegedai/stitching-ood, MIT)."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.features.compare.cca import canonical, mean_cca, mean_squared_cca, pwcca_from_x, pwcca_from_y
from explorer.features.compare.cka import linear_cka
from explorer.features.compare.moments import moments
from explorer.features.compare.procrustes import procrustes_distance
from explorer.features.replacing.stitching.affine import residual
from explorer.features.replacing.stitching.direct import direct_match

FOLDER = Path(__file__).parent / "references"
VALUES: dict[str, Any] = json.loads((FOLDER / "similarity_indices.json").read_text())
CASES = ["noisy_linear", "orthogonal"]
EXACT, MATCHED = 1e-8, 1e-4


@pytest.fixture(scope="module")
def arrays() -> dict[str, Any]:
    with np.load(FOLDER / "similarity_indices.npz", allow_pickle=False) as file:
        return dict(file)


@pytest.mark.parametrize("case", CASES)
def test_similarity_indices(arrays: dict[str, Any], case: str) -> None:
    a, b, expected = arrays[f"{case}_A"], arrays[f"{case}_B"], VALUES[case]
    found = moments(a, b)
    assert linear_cka(a, b) == pytest.approx(expected["cka_linear_biased"], abs=EXACT)
    assert linear_cka(a, b, debiased=True) == pytest.approx(expected["cka_linear_debiased"], abs=EXACT)
    assert canonical(found).rho == pytest.approx(np.array(expected["cca_rho"]), abs=EXACT)
    assert mean_cca(found) == pytest.approx(expected["mean_cca"], abs=EXACT)
    assert mean_squared_cca(found) == pytest.approx(expected["mean_sq_cca"], abs=EXACT)
    assert pwcca_from_x(found) == pytest.approx(expected["pwcca_dist_A_weighted"], abs=EXACT)
    assert pwcca_from_y(found) == pytest.approx(expected.get("pwcca_dist_B_weighted", 0), abs=EXACT)
    assert procrustes_distance(a, b) == pytest.approx(expected["procrustes_dist"], abs=EXACT)


@pytest.mark.parametrize("case", CASES)
def test_direct_matching(arrays: dict[str, Any], case: str) -> None:
    a, b = arrays[f"{case}_A"], arrays[f"{case}_B"]
    found = direct_match(a, b)
    assert residual(found, a, b) == pytest.approx(VALUES[case]["direct_match_rel_residual_float32"], abs=MATCHED)
    if case == "noisy_linear":
        assert found.weight == pytest.approx(arrays["noisy_linear_W"], abs=MATCHED)
        assert found.bias == pytest.approx(arrays["noisy_linear_b"], abs=MATCHED)


def test_direct_matching_of_maps_takes_channels_as_features(arrays: dict[str, Any]) -> None:
    x, y = arrays["conv_x1"], arrays["conv_x2"]
    found = direct_match(x, y)
    assert found.weight == pytest.approx(arrays["conv_W"], abs=MATCHED)
    assert found.bias == pytest.approx(arrays["conv_b"], abs=MATCHED)
    assert residual(found, x, y) == pytest.approx(VALUES["conv_direct_match_rel_residual"], abs=MATCHED)
    exact = np.einsum("nchw,ec->nehw", x, arrays["conv_W"]) + arrays["conv_b"][:, None, None]
    expected = VALUES["conv_exact_affine_rel_residual"]
    assert residual(direct_match(x, exact), x, exact) == pytest.approx(expected, abs=EXACT)


def leading(x: Any, kept: int) -> Any:
    """What is left of a centred `x` in its `kept` leading directions."""
    x = x - x.mean(axis=0)
    u, s, v = np.linalg.svd(x, full_matrices=False)
    return (u[:, :kept] * s[:kept]) @ v[:kept]


@pytest.mark.parametrize("kept", [1, 2, 4, 8])
def test_cka_of_the_leading_dimensions(arrays: dict[str, Any], kept: int) -> None:
    found = linear_cka(leading(arrays["noisy_linear_A"], kept), arrays["noisy_linear_B"])
    assert found == pytest.approx(VALUES["noisy_linear"]["low_rank_A_then_cka"][str(kept)], abs=EXACT)


def test_an_invertible_map_is_invisible_to_cca_and_not_to_cka(rng: np.random.Generator) -> None:
    x = rng.normal(size=(80, 6))
    y = x @ rng.normal(size=(6, 6))
    found = moments(x, y)
    assert (pwcca_from_x(found), pwcca_from_y(found)) == pytest.approx((0, 0), abs=EXACT)
    assert linear_cka(x, y) < 0.99
