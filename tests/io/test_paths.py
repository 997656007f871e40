from contextlib import nullcontext
from pathlib import Path

import pytest

from explorer.base.errors import InputError
from explorer.base.settings import below_data_root
from explorer.io.paths import files_below, resolve_below


def test_paths_below_are_found(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert resolve_below(tmp_path, "a/../a/b.png") == tmp_path.resolve() / "a" / "b.png"
    assert resolve_below(tmp_path, tmp_path / "a") == tmp_path.resolve() / "a"
    assert resolve_below(tmp_path, ".") == tmp_path.resolve()


@pytest.mark.parametrize("path", ["..", "../x", "a/../../x", "/etc/passwd", "link/passwd", "a\x00b"])
def test_paths_that_lead_outside_are_refused(tmp_path: Path, path: str) -> None:
    root = tmp_path / "root"
    (root / "a").mkdir(parents=True)
    (root / "link").symlink_to("/etc")
    with pytest.raises(InputError, match="Expected a path below"):
        resolve_below(root, path)


def test_a_sibling_with_the_same_start_is_outside(tmp_path: Path) -> None:
    (tmp_path / "root-other").mkdir()
    with pytest.raises(InputError, match="leads outside"):
        resolve_below(tmp_path / "root", "../root-other/x")


def test_many_files_are_seen_as_one_is(tmp_path: Path) -> None:
    root, far = tmp_path / "root", tmp_path / "far"
    for folder in (root / "a", far, tmp_path / "root-other"):
        folder.mkdir(parents=True)
    for file in (root / "a" / "x", root / "y", far / "x", tmp_path / "root-other" / "x", tmp_path / "z"):
        file.touch()
    for name, target in {"in": "a/x", "out": "../z", "far": str(far), "a/up": "../y", "loop": "loop"}.items():
        (root / name).symlink_to(target)
    inside = ["y", "a/x", "a/../y", "in", "a/up", str(root / "y"), "a/./x"]
    outside = ["../z", "out", "far/x", "../root-other/x", str(tmp_path / "z"), "/etc/passwd", "a/../../z"]
    nothing = ["", ".", "..", "a", "a/", "a/none", "none/x", "y/..", "loop", "a\x00b", "x" * 5000]
    assert files_below(root, inside) == [True] * len(inside)
    assert not any(files_below(root, outside + nothing))
    assert files_below(root, outside, [far.resolve()]) == [path == "far/x" for path in outside]
    for path in (*inside, *outside):
        with nullcontext() if path in inside else pytest.raises(InputError):
            resolve_below(root, path)


def test_what_can_be_no_path_below_the_data_root_is_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "data"
    root.mkdir()
    (root / "loop").symlink_to("loop")
    monkeypatch.setenv("EXPLORER_DATA_ROOT", str(root))
    assert below_data_root(".") == root
    for text in ("..", "/etc", "~nobody-is-called-so/x", "a\0b", "x" * 5000):
        with pytest.raises(InputError, match="Expected a path below the data root"):
            below_data_root(text)
    for text in ("nothing", "loop"):
        with pytest.raises(InputError):
            below_data_root(text)
