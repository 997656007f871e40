"""Tables made by chance: no traceback, no row or column lost without a word."""

from pathlib import Path

import pytest

from tools.fuzz_inputs import fault_of, lost_before
from tools.fuzz_tables import odd_table


@pytest.mark.parametrize("first", range(0, 50, 10))
def test_odd_tables_are_accounted_for(tmp_path: Path, first: int) -> None:
    for seed in range(first, first + 10):
        table = odd_table(tmp_path / f"{seed}" / "in", seed)
        assert (seed, lost_before(table) or fault_of(table, tmp_path / f"{seed}" / "ws")) == (seed, "")
