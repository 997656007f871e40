"""`explorer elites …`; the commands of the guide run in tests/test_docs.py."""

from pathlib import Path

import pytest

from explorer.base.errors import InputError
from explorer.commands.elites import parse_cells
from explorer.features.elites.contract import METHODS

GUIDE = (Path(__file__).parents[2] / "docs" / "elites.md").read_text(encoding="utf-8")


def test_the_guide_names_every_emitter() -> None:
    assert all(f"`{name}`" in GUIDE for name in METHODS)


def test_one_number_of_cells_counts_for_every_axis() -> None:
    assert parse_cells("20", 1) == (20,)
    assert parse_cells("20", 2) == (20, 20)
    assert parse_cells("20x30", 2) == (20, 30)
    with pytest.raises(InputError, match="Resolution: expected numbers such as 20x20"):
        parse_cells("many", 2)
