"""Centres in groups: as many as are asked for, and the nearest are nearly always in the groups that are looked at."""

import numpy as np
import pytest

from explorer.base.arrays import Floats, unit_rows
from explorer.index.clusters import nearest_centre
from explorer.maps import centres as module
from explorer.maps.centres import learn_centres


def curved(count: int) -> Floats:
    """Points of 8 dimensions bent into 32."""
    random = np.random.default_rng(0)
    return unit_rows(np.tanh(random.normal(size=(count, 8)) @ random.normal(size=(8, 32))))


def test_few_centres_are_one_group() -> None:
    found = learn_centres(curved(900), 30, np.random.default_rng(0))
    assert found.items.shape == (30, 32) and found.starts.tolist() == [0, 30]
    assert found.tops.shape == (1, 32) and found.near_groups == 1


def test_many_lie_in_groups_that_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FEW", 100)
    sample = curved(12_000)
    found = learn_centres(sample, 400, np.random.default_rng(0))
    assert len(found.tops) == 20 and abs(len(found.items) - 400) <= 20
    assert found.starts[0] == 0 and found.starts[-1] == len(found.items) and (np.diff(found.starts) > 0).all()
    group_of = np.repeat(np.arange(20), np.diff(found.starts))
    true = group_of[nearest_centre(sample, found.items)]
    half = (found.tops**2).sum(axis=1) / 2
    near = np.argsort(half - sample @ found.tops.T, axis=1)[:, : found.near_groups]
    assert (near == true[:, None]).any(axis=1).mean() > 0.99


@pytest.mark.parametrize("count", [1, 40, 500])
def test_there_are_never_more_centres_than_items(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FEW", 10)
    same = np.tile(unit_rows(np.ones((1, 4))), (40, 1))
    found = learn_centres(same, count, np.random.default_rng(0))
    assert 1 <= len(found.items) <= 40 and np.isfinite(found.items).all()
    assert found.starts[-1] == len(found.items)
