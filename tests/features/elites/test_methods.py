"""Which near item each way of searching over items goes to."""

import numpy as np
import pytest

from explorer.features.elites.contract import METHODS
from explorer.features.elites.loop import Log
from tests.features.elites.searches import KNOWN, data_run


def nearer_ones_left(log: Log, child: int) -> set[int]:
    """Neighbours of the parent that are nearer to it than `child` and were not visited before its batch."""
    near = KNOWN.near[log.genotypes[log.parents[child]]].tolist()
    visited = set(log.genotypes[:child])
    return set(near[: near.index(log.genotypes[child])]) - visited


def test_the_frontier_takes_the_nearest_neighbour_that_is_left() -> None:
    _, log = data_run("frontier", 1, 300)
    children = [child for child, parent in enumerate(log.parents) if parent >= 0]
    assert len(children) > 100
    assert not any(nearer_ones_left(log, child) for child in children)


def test_basic_takes_any_neighbour() -> None:
    _, log = data_run("basic", 1, 300)
    children = [child for child, parent in enumerate(log.parents) if parent >= 0]
    assert sum(bool(nearer_ones_left(log, child)) for child in children) > len(children) / 2


@pytest.mark.parametrize("name", ["basic", "frontier"])
def test_a_neighbour_that_is_visited_is_not_taken(name: str) -> None:
    """All but one item are visited: it is taken where it is a neighbour, nothing otherwise."""
    archive, log = data_run(name, 1, 40)
    setup = KNOWN.setup(archive, log, 1)
    last = 17
    for row in np.delete(np.arange(len(KNOWN.near)), last):
        setup.pool.take(int(row))
    emitter = METHODS[name].spaces["data"](setup)
    assert emitter.step(np.array([last])) == last  # type: ignore[attr-defined]
    assert emitter.step(np.array([3, 4])) == -1  # type: ignore[attr-defined]
