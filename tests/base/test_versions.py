import os
from pathlib import Path

from explorer.base.versions import MISSING, file_stamp, joint_stamp


def test_a_stamp_changes_with_the_file(tmp_path: Path) -> None:
    file = tmp_path / "a"
    stamps = [file_stamp(file)]
    file.write_text("one")
    stamps.append(file_stamp(file))
    file.write_text("other")
    stamps.append(file_stamp(file))
    os.utime(file, ns=(1, 1))
    stamps.append(file_stamp(file))
    assert stamps[0] == MISSING and len(set(stamps)) == 4
    assert file_stamp(file) == stamps[-1]


def test_a_joint_stamp_changes_when_any_file_does_comes_or_goes(tmp_path: Path) -> None:
    files = [tmp_path / "a", tmp_path / "b"]
    stamps = [joint_stamp([]), joint_stamp(files)]
    files[0].touch()
    stamps.append(joint_stamp(files))
    files[1].write_text("x")
    stamps.append(joint_stamp(files))
    stamps.append(joint_stamp(files[:1]))
    assert len(set(stamps)) == 5
    files[1].unlink()
    assert joint_stamp(files) == stamps[2]
