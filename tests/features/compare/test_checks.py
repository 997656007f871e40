"""What two sides must be, over more than one block of rows."""

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.compare.checks import channels_as_features, check_pair


def test_a_side_that_varies_in_one_block_only_is_accepted(rng: np.random.Generator) -> None:
    x = np.ones((8_300, 2), dtype=np.float32)
    x[1:20] = rng.normal(size=(19, 2))
    assert check_pair(x, x) == 8_300
    with pytest.raises(InputError, match="B: all 8,300 items have the same vector"):
        check_pair(x, np.ones_like(x))


def test_a_bad_number_in_a_later_block_is_named_by_its_row(rng: np.random.Generator) -> None:
    x = rng.normal(size=(8_300, 2))
    x[8_250, 1] = np.inf
    with pytest.raises(InputError, match="A: expected finite numbers, got NaN or infinity, first in row 8250"):
        check_pair(x, x)


def test_every_position_is_a_row_of_channels() -> None:
    maps = np.arange(24.0).reshape(1, 2, 3, 4)  # one item, two channels
    rows = channels_as_features(maps)
    assert rows.shape == (12, 2) and rows[0].tolist() == [0.0, 12.0]
    with pytest.raises(InputError, match="expected 2, 3 or 4 axes"):
        channels_as_features(np.ones(3))
