"""Second moments in one streamed pass, and what they do with bad numbers."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.compare.cka import linear_cka
from explorer.features.compare.moments import moments
from tests.features.compare.sides import centred, pair


def test_half_precision_memory_maps_stream_to_the_same_moments(tmp_path: Path) -> None:
    x, y = (side.astype(np.float16) for side in pair(n=5_000, d=12, e=9))
    for name, side in (("x", x), ("y", y)):
        np.save(tmp_path / f"{name}.npy", side)
    mapped = [np.load(tmp_path / f"{name}.npy", mmap_mode="r") for name in ("x", "y")]
    double = [centred(side.astype(np.float64)) for side in (x, y)]
    for precise in (False, True):
        found = moments(*mapped, precise=precise)
        tolerance = 1e-10 if precise else 1e-5
        assert found.cross == pytest.approx(double[0].T @ double[1], rel=tolerance, abs=tolerance * 1e4)
        lengths = [np.sum(side**2, axis=1) for side in double]
        assert found.mixed == pytest.approx(float(lengths[0] @ lengths[1]), rel=tolerance)
        assert found.x.squares == pytest.approx(float(lengths[0] @ lengths[0]), rel=tolerance)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64])
@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("d", [6, 90])
def test_one_pass_still_names_the_bad_row(kind: Any, bad: float, d: int) -> None:
    x, y = (side.astype(kind) for side in pair(d=d))
    y[11, 0] = bad
    with pytest.raises(InputError, match="B: expected finite numbers, got NaN or infinity, first in row 11"):
        linear_cka(x, y)
