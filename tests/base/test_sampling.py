"""Random rows: as many as asked for, each once, in order."""

import numpy as np

from explorer.base.sampling import at_most


def test_few_rows_are_all_taken(rng: np.random.Generator) -> None:
    rows = np.array([7, 3, 5])
    assert at_most(rows, 3, rng) is rows


def test_of_many_rows_so_many_are_drawn_each_once_in_order(rng: np.random.Generator) -> None:
    rows = np.arange(100, 200)
    found = at_most(rows, 60, rng)
    assert len(set(found)) == 60 and set(found) <= set(rows)
    assert (np.diff(found) > 0).all()
    assert at_most(rows, 60, np.random.default_rng(0)).tolist() == found.tolist()


def test_every_row_has_the_same_chance() -> None:
    rows = np.arange(100)
    drawn = np.concatenate([at_most(rows, 10, np.random.default_rng(seed)) for seed in range(2000)])
    counts = np.bincount(drawn, minlength=100)
    assert counts.min() > 130 and counts.max() < 270, "200 are expected of each, with a deviation of 13"
