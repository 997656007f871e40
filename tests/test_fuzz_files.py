"""A sample of the damaged files of `tools/fuzz_files.py`."""

from pathlib import Path
from random import Random

import pytest

from explorer.io.tables import read_table
from tools import fuzz_files as fuzz


@pytest.mark.filterwarnings("ignore")  # readers warn of damage
@pytest.mark.parametrize("first", range(0, 40, 10))
def test_damaged_files_are_items_or_a_message(tmp_path: Path, first: int) -> None:
    for seed in range(first, first + 10):
        folder = tmp_path / str(seed)
        folder.mkdir()
        assert fuzz.fault_of(seed, folder) == "", f"seed {seed}"


def test_undamaged_files_can_be_read_and_damage_depends_on_the_seed_alone(tmp_path: Path) -> None:
    for make in (fuzz.make_csv, fuzz.make_json, fuzz.make_parquet):
        assert read_table(make(tmp_path, Random(1))).table.num_rows
    data = bytes(range(256)) * 4
    assert fuzz.damaged(data, Random(3)) == fuzz.damaged(data, Random(3)) != data


def test_a_reader_that_raises_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def raises(source: Path) -> None:
        raise KeyError("planted")

    monkeypatch.setattr(fuzz, "preview", raises)
    assert "KeyError: 'planted'" in fuzz.fault_of(0, tmp_path)
