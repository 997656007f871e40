"""Dissimilarities from several small arrangements."""

import numpy as np
import pytest

from explorer.features.judgments.arrangements import arrangement_matrix
from explorer.features.judgments.values import Answer

IDS = [f"i{number}" for number in range(8)]


def arranged(places: np.ndarray, rows: list[int], scale: float = 1.0) -> Answer:
    points = (places[rows] * scale).tolist()
    return Answer(
        campaign="c",
        task="arrangement",
        annotator="p",
        trial=str(rows),
        items=tuple(IDS[row] for row in rows),
        answer=points,
    )


def distances(places: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.norm(places[:, None] - places[None], axis=2))


def test_one_arrangement_gives_its_distances(rng: np.random.Generator) -> None:
    places = rng.random((8, 2))
    found = arrangement_matrix([arranged(places, list(range(8)))], IDS)
    truth = distances(places)
    assert found / found.max() == pytest.approx(truth / truth.max(), abs=1e-9)


def test_parts_of_different_size_fit_together(rng: np.random.Generator) -> None:
    """Each arrangement fills the arena anew; the scale of each is found."""
    places = rng.random((8, 2))
    parts = [([0, 1, 2, 3, 4], 1.0), ([3, 4, 5, 6, 7], 0.4), ([0, 2, 5, 7, 6], 0.7), ([1, 3, 6, 0, 7], 0.9)]
    found = arrangement_matrix([arranged(places, rows, scale) for rows, scale in parts], IDS)
    seen = np.isfinite(found) & ~np.eye(8, dtype=bool)
    ratio = found[seen] / distances(places)[seen]
    assert ratio.std() / ratio.mean() < 0.03
    assert np.isnan(found[2, 4]) == (not any({2, 4} <= set(rows) for rows, _ in parts))


def test_items_that_never_met_have_no_distance() -> None:
    places = np.array([[0, 0], [1, 0], [0, 1], [0.5, 0.5]] + [[0, 0]] * 4)
    found = arrangement_matrix([arranged(places, [0, 1, 2])], IDS)
    assert np.isnan(found[0, 3]) and np.isfinite(found[0, 1]) and found[0, 0] == 0
    assert np.isnan(arrangement_matrix([], IDS)).all()
