"""Learned aspects: one space an aspect, and what a change asks for."""

import numpy as np
import pytest

from explorer.base.arrays import Floats, unit_rows
from explorer.base.errors import InputError, ModelError
from explorer.features.conditional.learned_aspect import aspect_lens, project
from explorer.heads.head import Head
from tests.features.conditional.questions import asked


def projection(weights: dict[str, Floats]) -> Head:
    return Head(kind="projection", encoder="pocket", fingerprint="x", weights=weights)


def test_each_aspect_has_a_space_of_its_own() -> None:
    """One space with a filter by tag would give every aspect the same order: here the two orders differ."""
    rng = np.random.default_rng(0)
    colour, shape = rng.integers(0, 3, 40), rng.integers(0, 3, 40)
    rows = unit_rows(np.concatenate([np.eye(3)[colour], np.eye(3)[shape]], axis=1) + rng.normal(0, 0.05, (40, 6)))
    spaces = {"colour": np.eye(6)[:3], "shape": np.eye(6)[3:]}
    for name, labels in (("colour", colour), ("shape", shape)):
        head = projection({"weight": spaces[name].astype(np.float32)})
        lens = aspect_lens(asked(rows[0], rows[0], head=head))
        assert lens.transform is not None
        order = np.argsort(-(lens.transform(rows) @ lens.query))
        same = (labels == labels[0]).sum()
        assert set(order[:same]) == set(np.flatnonzero(labels == labels[0]))


def test_a_change_asks_for_the_mean_item_of_the_wish() -> None:
    rng = np.random.default_rng(1)
    rows, weight = unit_rows(rng.normal(size=(6, 8))), rng.normal(size=(3, 8)).astype(np.float32)
    head = projection({"weight": weight})
    lens = aspect_lens(asked(rows[0], rows[1], prototypes=rows[2:5], change=True, wish=1, head=head))
    np.testing.assert_allclose(lens.query, project({"weight": weight}, rows[3][None])[0], atol=1e-6)
    assert lens.beside is not None
    with pytest.raises(InputError, match="one of the column's values"):
        aspect_lens(asked(rows[0], rows[1], prototypes=rows[2:5], change=True, head=head))
    with pytest.raises(ModelError, match="explorer train aspects"):
        aspect_lens(asked(rows[0], rows[1]))
