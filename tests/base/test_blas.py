"""Products in parts are those of one product."""

import numpy as np
import pytest

from explorer.base import blas


@pytest.mark.parametrize(("rows", "cores"), [(0, 2), (1, 2), (7, 3), (1_000, 1), (1_001, 2), (1_003, 9)])
def test_products_in_parts_are_those_of_one_product(monkeypatch: pytest.MonkeyPatch, rows: int, cores: int) -> None:
    monkeypatch.setattr(blas, "LARGE", 1)
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    rng = np.random.default_rng(0)
    items, vector = rng.standard_normal((rows, 33), dtype=np.float32), rng.standard_normal(33, dtype=np.float32)
    found = blas.row_products(items, vector)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, items.astype(np.float64) @ vector, atol=2e-5)
