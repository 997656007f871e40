"""A sample of the odd folders of `tools/fuzz_folders.py`."""

from pathlib import Path

import pytest

from tools import fuzz_folders as fuzz


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow on damaged tags
@pytest.mark.parametrize("first", range(0, 40, 10))
def test_every_file_of_an_odd_folder_is_accounted_for(tmp_path: Path, first: int) -> None:
    for seed in range(first, first + 10):
        folder = tmp_path / str(seed)
        folder.mkdir()
        outcome, details = fuzz.check(seed, folder)
        assert outcome in ("items", "refused"), f"seed {seed}: {details}"
