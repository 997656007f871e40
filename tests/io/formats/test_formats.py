"""Every format of the registry: what it says it keeps comes back."""

from pathlib import Path

import pytest

from explorer.io.formats.registry import MODULES, all_formats, format_named
from explorer.workspace.folder import Workspace
from tests.io.formats.conftest import check_same, there_and_back


@pytest.mark.parametrize("name", MODULES)
def test_what_a_format_keeps_comes_back(name: str, rich: Workspace, tmp_path: Path) -> None:
    kind = format_named(name)
    again = there_and_back(rich, name, tmp_path / "out" / f"items{kind.ending}")
    check_same(rich, again, kind.keeps - {"boxes"})


def test_formats_are_called_as_the_registry_says() -> None:
    assert [one.name for one in all_formats()] == list(MODULES)
