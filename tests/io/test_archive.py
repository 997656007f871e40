import os
import stat
import zipfile
from pathlib import Path

import pytest

from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.io.archive import extract_zip


def make_zip(path: Path, files: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def extracted(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_files_come_out_and_litter_stays(tmp_path: Path) -> None:
    files = {"a.txt": b"1", "deep/b.txt": b"2", "__MACOSX/._a.txt": b"x", ".DS_Store": b"x"}
    assert extract_zip(make_zip(tmp_path / "a.zip", files), tmp_path / "out", Silent()) == 2
    assert extracted(tmp_path / "out") == {"a.txt": b"1", "deep/b.txt": b"2"}


@pytest.mark.parametrize("name", ["../evil.txt", "a/../../evil.txt", "/evil.txt", "..\\evil.txt", "C:\\evil.txt"])
def test_paths_that_lead_outside_are_refused(tmp_path: Path, name: str) -> None:
    path = make_zip(tmp_path / "a.zip", {"good.txt": b"1", name: b"2"})
    with pytest.raises(InputError, match=r"a\.zip: expected paths inside the zip, got .*evil"):
        extract_zip(path, tmp_path / "out" / "in", Silent())
    assert os.listdir(tmp_path) == ["a.zip"]


def test_a_thousandfold_compression_is_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "bomb.zip", {"zeros.png": b"\x00" * (20 << 20)})
    with pytest.raises(InputError, match=r"bomb\.zip: expected at most 200 times .*'zeros.png' has 1,0\d\d times"):
        extract_zip(path, tmp_path / "out", Silent())
    assert not (tmp_path / "out").exists()


def test_many_small_bombs_are_refused_together(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "bomb.zip", {f"{number}.png": b"\x00" * 1_000_000 for number in range(20)})
    with pytest.raises(InputError, match=r"bomb\.zip: expected at most 200 times its size unpacked"):
        extract_zip(path, tmp_path / "out", Silent())


def test_links_are_refused(tmp_path: Path) -> None:
    entry = zipfile.ZipInfo("link.png")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(InputError, match="got a link: 'link.png'"):
        extract_zip(tmp_path / "a.zip", tmp_path / "out", Silent())


def test_damage_is_named(tmp_path: Path) -> None:
    (tmp_path / "no.zip").write_bytes(b"this is no zip")
    with pytest.raises(InputError, match=r"no\.zip: expected a zip that can be unpacked"):
        extract_zip(tmp_path / "no.zip", tmp_path / "out", Silent())
    path = make_zip(tmp_path / "a.zip", {"a.bin": os.urandom(5000)}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    data[1000] ^= 255
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"a\.zip: .*CRC"):
        extract_zip(path, tmp_path / "out", Silent())


def test_an_empty_zip_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.zip: expected files in the zip, got none"):
        extract_zip(make_zip(tmp_path / "a.zip", {}), tmp_path / "out", Silent())
