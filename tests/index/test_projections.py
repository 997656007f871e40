"""LeanVec's reference numbers (reference/leanvec.json: by its authors' package), and what goes wrong easily."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.random import default_rng

from explorer.base.arrays import Floats, unit_rows
from explorer.index.projections import Doubles, frank_wolfe, loss, mean_of, principal, products

REFERENCE = Path(__file__).parent / "reference"
CASES: list[dict[str, Any]] = json.loads((REFERENCE / "leanvec.json").read_text())["cases"]
ARRAYS: dict[str, Any] = dict(np.load(REFERENCE / "leanvec.npz"))
D, DIMS = 64, 16
PRODUCTS: dict[str, tuple[Doubles, Doubles]] = {
    "ID": (ARRAYS["id_queries"], ARRAYS["id_items"]),
    "OOD": (products(ARRAYS["learning"]), products(ARRAYS["X"])),
}
LEARNT = {kind: frank_wolfe(*both, DIMS) for kind, both in PRODUCTS.items()}


def least_loss(k_queries: Doubles, k_items: Doubles, dims: int) -> float:
    """Below what no pair of maps to `dims` dimensions can lose: the squared singular values of Q X' beyond them."""
    roots = []
    for sums in (k_queries, k_items):
        values, vectors = np.linalg.eigh(sums)
        roots.append((vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T)
    return float((np.linalg.svd(roots[0] @ roots[1], compute_uv=False)[dims:] ** 2).sum())


@pytest.mark.parametrize("case", CASES, ids=[case["kind"] for case in CASES])
def test_the_losses_are_those_of_the_authors(case: dict[str, Any]) -> None:
    k_queries, k_items = PRODUCTS[case["kind"]]
    nothing = np.zeros((D, DIMS))
    whole = loss(nothing, nothing, k_queries, k_items)
    axes = principal(k_items, DIMS)
    assert loss(*LEARNT[case["kind"]], k_queries, k_items) / whole == pytest.approx(case["rel_loss_fw"], rel=1e-3)
    assert loss(axes, axes, k_queries, k_items) / whole == pytest.approx(case["rel_loss_pca"], rel=1e-3)
    bound = least_loss(k_queries, k_items, DIMS) / whole
    assert bound == pytest.approx(case["rel_loss_rank_d_lower_bound"], rel=1e-3)


def test_the_recalls_on_test_queries_are_those_of_the_authors() -> None:
    """The learning queries are others than those that are tested; before re-ranking and among 50 for it."""
    axes = principal(PRODUCTS["OOD"][1], DIMS)
    for name, maps in (("leanvec_ood", LEARNT["OOD"]), ("pca", (axes, axes))):
        found = {f"10recall@{wide}": found_share(*maps, wide) for wide in (10, 20, 50)}
        assert found == pytest.approx(CASES[1]["recall"][name], abs=3e-3)


def found_share(of_queries: Doubles, of_items: Doubles, wide: int) -> float:
    items, queries = ARRAYS["X"], ARRAYS["test"]
    wanted = np.argsort(-(queries @ items.T), axis=1)[:, :10]
    found = np.argsort(-(queries @ of_queries) @ (items @ of_items).T, axis=1)[:, :wide]
    return float(np.mean([np.isin(one, other).mean() for one, other in zip(wanted, found, strict=True)]))


def test_one_map_for_both_is_not_leanvec_ood() -> None:
    k_queries, k_items = PRODUCTS["OOD"]
    a, b = LEARNT["OOD"]
    assert loss(a, b, k_queries, k_items) < 0.85 * min(
        loss(a, a, k_queries, k_items), loss(b, b, k_queries, k_items), loss(b, a, k_queries, k_items)
    )


def test_the_loss_from_products_is_that_of_all_pairs() -> None:
    generator = default_rng(0)
    items, queries = generator.standard_normal((50, 6)), generator.standard_normal((20, 6))
    a, b = generator.standard_normal((6, 2)), generator.standard_normal((6, 2))
    plain = np.linalg.norm(queries @ a @ b.T @ items.T - queries @ items.T) ** 2
    assert loss(a, b, products(queries), products(items)) == pytest.approx(plain)


def test_all_dimensions_lose_nothing_and_no_step_leaves_the_ball() -> None:
    both = PRODUCTS["OOD"]
    told: list[int] = []
    a, b = frank_wolfe(*both, 8, told.append)
    assert max(np.linalg.norm(a, 2), np.linalg.norm(b, 2)) <= 1 + 1e-9
    assert told == list(range(1, len(told) + 1)) and 5 < len(told) < 500
    everything = principal(both[1], D)
    assert loss(everything, everything, *both) == pytest.approx(0, abs=1e-6 * np.trace(both[1]))


def test_products_and_means_do_not_depend_on_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    rows: Floats = unit_rows(default_rng(1).standard_normal((90, 5)))
    whole, mean = products(rows, mean_of(rows)), mean_of(rows)
    np.testing.assert_allclose(whole, np.cov(rows.T, bias=True) * 90, atol=1e-6)
    monkeypatch.setattr("explorer.index.projections.BLOCK", 7)
    np.testing.assert_allclose(products(rows, mean), whole, atol=1e-9)
    np.testing.assert_allclose(mean_of(rows), mean, atol=1e-7)
