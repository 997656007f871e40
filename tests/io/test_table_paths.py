"""Image paths of a table: below the folder of the data, however they are written."""

from pathlib import Path

import pyarrow as pa
import pytest

from explorer.io.table_paths import relative_paths


def relative(root: Path, base: Path, *paths: str) -> tuple[list[str], list[str]]:
    found, reasons = relative_paths(pa.chunked_array([list(paths)]), base, root)
    return found.to_pylist(), reasons


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "data" / "tables").mkdir(parents=True)
    (tmp_path / "data-private").mkdir()
    return tmp_path.resolve() / "data"


def test_paths_are_those_from_the_root(root: Path) -> None:
    given = (" a.png", "./b.png", "../c.png", "d//e.png", "f\\g.png", f"{root}/h.png", "")
    found, reasons = relative(root, root / "tables", *given)
    assert found == ["tables/a.png", "tables/b.png", "c.png", "tables/d/e.png", "tables/f/g.png", "h.png", ""]
    assert not any(reasons)


def test_a_web_address_is_left_out_with_a_reason(root: Path) -> None:
    assert relative(root, root, "a.png", "https://x/b.png")[1] == [
        "",
        "row 2: expected a file, got a web address; download it first",
    ]


@pytest.mark.parametrize("path", ["../x.png", "/etc/x.png", "../data-private/x.png", "a/../../x.png", "link/x.png"])
def test_paths_that_lead_outside_have_a_reason(root: Path, path: str) -> None:
    (root / "link").symlink_to(root.parent / "data-private")
    reasons = relative(root, root, "a.png", path)[1]
    assert reasons[0] == ""
    assert reasons[1].startswith(f"row 2: expected an image below {root}, but ")
    assert "outside" in reasons[1]


def test_the_reason_says_what_to_type(root: Path) -> None:
    assert relative(root, root, "/mnt/photos/a.png")[1][0].endswith("allow it with --data-root /mnt/photos")
