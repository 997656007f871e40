"""A sample of the odd folders of `tools/fuzz_folders.py`."""

import importlib.util
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[1] / "tools" / "fuzz_folders.py"


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow on damaged tags
@pytest.mark.parametrize("first", range(0, 40, 10))
def test_every_file_of_an_odd_folder_is_accounted_for(tmp_path: Path, first: int) -> None:
    found = importlib.util.spec_from_file_location("fuzz_folders", TOOL)
    assert found is not None and found.loader is not None
    fuzz = importlib.util.module_from_spec(found)
    found.loader.exec_module(fuzz)
    for seed in range(first, first + 10):
        folder = tmp_path / str(seed)
        folder.mkdir()
        outcome, details = fuzz.check(seed, folder)
        assert outcome in ("items", "refused"), f"seed {seed}: {details}"
