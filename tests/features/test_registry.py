"""All registries of methods together, and the page of the guide that is made from them."""

from pathlib import Path

import pytest

from explorer.base.errors import InputError
from explorer.features.registry import FEATURES, methods_of, page, table_of

ROOT = Path(__file__).parents[2]
FOLDERS = {path.parent.name for path in (ROOT / "explorer" / "features").glob("*/contract.py")}


def test_every_feature_is_listed() -> None:
    assert set(FEATURES) == FOLDERS


@pytest.mark.parametrize("feature", FEATURES)
def test_names_are_keys_and_baselines_are_there(feature: str) -> None:
    found = methods_of(feature)
    assert found
    for name, method in found.items():
        assert method.name == name
        assert method.label
        assert method.formula
        assert method.baseline in ("", *found)
        assert method.baseline != name


@pytest.mark.parametrize("feature", FEATURES)
def test_every_method_is_a_row_of_seven_cells(feature: str) -> None:
    rows = table_of(feature).splitlines()[2:]
    assert len(rows) == len(methods_of(feature))
    assert all(row.count("|") == 8 for row in rows)


def test_an_unknown_feature_is_refused() -> None:
    with pytest.raises(InputError, match="expected one of conditional"):
        methods_of("cooking")


def test_the_guide_lists_the_methods_as_they_are() -> None:
    written = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
    assert written == page(), "make it anew: explorer methods --markdown > docs/methods.md"
