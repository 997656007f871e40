import numpy as np
import pytest

from explorer.base.sampling import at_most

ROWS = np.arange(100, 200)


def test_few_rows_are_all_taken_as_they_are() -> None:
    generator = np.random.default_rng(0)
    assert at_most(ROWS, 100, generator) is ROWS
    assert generator.random() == np.random.default_rng(0).random(), "nothing was drawn"


@pytest.mark.parametrize("most", [0, 1, 40, 99])
def test_many_rows_are_sampled_in_order_without_repeats(most: int) -> None:
    found = at_most(ROWS, most, np.random.default_rng(3))
    assert len(found) == most and (np.diff(found) > 0).all() and np.isin(found, ROWS).all()
    np.testing.assert_array_equal(found, at_most(ROWS, most, np.random.default_rng(3)))


def test_every_row_has_the_same_chance() -> None:
    drawn = np.concatenate([at_most(ROWS, 10, np.random.default_rng(seed)) for seed in range(2000)])
    counts = np.bincount(drawn - 100, minlength=100)
    assert counts.min() > 130 and counts.max() < 270, "200 are expected of each, with a deviation of 13"
