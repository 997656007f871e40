"""The library `webdataset` opens what is written here, and what it writes is read here; nothing is ever unpickled."""

import io
import pickle
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.base.errors import InputError, LimitError
from explorer.io import tar
from explorer.io.formats.registry import recognised
from explorer.workspace.exporting import export_format
from explorer.workspace.folder import Workspace
from explorer.workspace.import_report import read_report
from explorer.workspace.importing import import_source
from tests.io.formats.conftest import IDS, SPLITS, TEXTS, there_and_back


def tar_of(path: Path, members: dict[str, bytes]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(path, "w:gz" if path.suffix == ".gz" else "w") as archive:
        for name, data in members.items():
            about = tarfile.TarInfo(name)
            about.size = len(data)
            archive.addfile(about, io.BytesIO(data))
    return path


def png(shade: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (6, 4), (shade, 0, 0)).save(buffer, "PNG")
    return buffer.getvalue()


def npy(values: object) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, np.asarray(values), allow_pickle=True)
    return buffer.getvalue()


def notes_of(ws: Workspace) -> str:
    report = read_report(ws)
    return "\n".join(report.notes) if report else ""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # it leaves tars open
def test_the_library_opens_what_is_written(rich: Workspace, tmp_path: Path) -> None:
    wds = pytest.importorskip("webdataset")
    export_format(rich, np.arange(len(IDS)), "webdataset", tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "test-000000.tar",
        "train-000000.tar",
        "val-000000.tar",
    ]
    urls = (tmp_path / "out" / "train-000000.tar").as_uri()
    found = list(wds.WebDataset(urls, shardshuffle=False).decode("pil"))
    assert [one["json"]["id"] for one in found] == [
        name for name, split in zip(IDS, SPLITS, strict=True) if split == "train"
    ]
    assert [one["txt"] for one in found] == [
        text for text, split in zip(TEXTS, SPLITS, strict=True) if split == "train"
    ]
    assert found[0]["json"]["tag"] == ["good", "look again"] and found[0]["json"]["labels"] == ["disc", "warm"]
    assert found[0]["png"].size == (48, 32)
    assert np.allclose(found[0]["clip.npy"], rich.embeddings("precomputed:clip").vectors[0])


def test_what_the_library_writes_is_read(tmp_path: Path) -> None:
    wds = pytest.importorskip("webdataset")
    (tmp_path / "set").mkdir()
    for split, shades in (("train", (10, 60)), ("test", (200,))):
        with wds.TarWriter(str(tmp_path / "set" / f"{split}-0.tar")) as sink:
            for shade in shades:
                picture = Image.new("RGB", (6, 4), (shade, 0, 0))
                about = {"author": "é", "boxes": [[0, 1, 2, 3]]}
                vector = np.full(3, shade, np.float32)
                sink.write(
                    {
                        "__key__": f"d/{shade}",
                        "png": picture,
                        "cls": shade,
                        "txt": f"shade {shade}",
                        "json": about,
                        "emb.npy": vector,
                    }
                )
    ws = import_source(tmp_path / "set", tmp_path / "ws")
    table = ws.dataset().table
    assert ws.manifest.kind == "webdataset"
    assert list(ws.dataset().ids) == ["d/200", "d/10", "d/60"]
    assert table["split"].to_pylist() == ["test", "train", "train"] and table["cls"].to_pylist() == [200, 10, 60]
    assert table["text"].to_pylist() == ["shade 200", "shade 10", "shade 60"] and table["author"][0].as_py() == "é"
    assert ws.encoders() == ["precomputed:emb"]
    with Image.open(ws.image_path(1)) as picture:
        assert picture.getpixel((0, 0)) == (10, 0, 0)


def test_one_packed_tar_and_keys_that_come_again(tmp_path: Path) -> None:
    one = tar_of(tmp_path / "a.tar.gz", {"0.png": png(1), "0.input.txt": b"x", "1.png": png(2)})
    assert list(import_source(one, tmp_path / "one").dataset().ids) == ["0", "1"]
    tar_of(tmp_path / "both" / "a.tar", {"0.txt": b"first"})
    tar_of(tmp_path / "both" / "b.tar", {"0.txt": b"second"})
    assert list(import_source(tmp_path / "both", tmp_path / "ws").dataset().ids) == ["a/0", "b/0"]


@pytest.mark.parametrize("ending", ["pyd", "pickle", "pkl", "pth", "pt", "x.PYD"])
def test_pickles_are_never_opened(tmp_path: Path, ending: str) -> None:
    """A pickle that would leave a file is passed over, and said."""

    class Leaves:
        def __reduce__(self) -> tuple[object, tuple[str, str]]:
            return open, (str(tmp_path / "left"), "w")

    source = tar_of(tmp_path / "a.tar", {f"0.{ending}": pickle.dumps(Leaves()), "0.txt": b"words"})
    ws = import_source(source, tmp_path / "ws")
    assert list(ws.dataset().table["text"].to_pylist()) == ["words"] and not (tmp_path / "left").exists()
    assert (
        f"1 time: .{ending[-6:].rpartition('.')[2].lower()} files, which can run code when they are opened"
        in notes_of(ws)
    )


def test_arrays_of_objects_and_arrays_that_lie_are_passed_over(tmp_path: Path) -> None:
    huge = npy([1.0, 2.0]).replace(b"(2,)", b"(9999999999,)"[:4].ljust(4))
    lying = npy(np.zeros(2)).replace(b"'shape': (2,), }      ", b"'shape': (2000000000,), }"[:22].ljust(22))
    members = {"0.npy": npy([object]), "1.npy": lying, "2.npy": huge[:-1], "3.npy": npy([1.5, 2.0, 0.5])}
    members |= {f"{place}.txt": b"words" for place in range(4)}
    source = tar_of(tmp_path / "a.tar", dict(sorted(members.items())))
    ws = import_source(source, tmp_path / "ws")
    assert ws.embeddings("precomputed:vector").present.tolist() == [False, False, False, True]
    assert notes_of(ws).count("files that cannot be read, such as") == 3


def test_what_is_odd_costs_itself_alone(tmp_path: Path) -> None:
    members = {
        "0.txt": b"fine",
        "1.txt": b"\xff\xfe",
        "1.json": b"{",
        "2.cls": b"no number",
        "2.json": b'{"text": "from json"}',
        "3.json": b"[" * 5000,
        "3.mp4": b"film",
        "4.txt": b"more",
        "README": b"",
        ".hidden": b"",
    }
    ws = import_source(tar_of(tmp_path / "a.tar", members), tmp_path / "ws")
    assert ws.dataset().table["text"].to_pylist() == ["fine", "from json", "more"]
    assert "1 time: .mp4 files passed over" in notes_of(ws) and "files without an ending" in notes_of(ws)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_refused(tmp_path: Path, kind: bytes) -> None:
    with tarfile.open(tmp_path / "a.tar", "w") as archive:
        about = tarfile.TarInfo("0.txt")
        about.type, about.linkname = kind, "/etc/hostname"
        archive.addfile(about)
    with pytest.raises(InputError, match=r"a\.tar: expected plain files, got a link or a device: '0\.txt'"):
        import_source(tmp_path / "a.tar", tmp_path / "ws")
    assert not (tmp_path / "ws").exists()


def test_names_that_lead_outside_write_nothing_there(tmp_path: Path) -> None:
    source = tar_of(tmp_path / "in" / "a.tar", {"../../out.png": png(1), "/abs.png": png(2)})
    ws = import_source(source, tmp_path / "in" / "ws")
    assert {path.name for path in tmp_path.iterdir()} == {"in"} and len(ws.dataset()) == 2
    assert all(ws.image_path(row).is_relative_to(ws.path) for row in range(2))


def test_limits_of_tars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = tar_of(tmp_path / "a.tar.gz", {"0.txt": b"\0" * (4 << 20)})
    monkeypatch.setattr(tar, "MAX_PACKED_RATIO", 100)
    with pytest.raises(LimitError, match="100 times its size unpacked"):
        import_source(bomb, tmp_path / "ws")
    monkeypatch.setattr(tar, "LARGEST", 10)
    with pytest.raises(LimitError, match="files of at most 1 GiB"):
        list(tar.files_of_tar(tar_of(tmp_path / "b.tar", {"0.txt": b"more than ten"})))
    monkeypatch.setattr(tar, "MAX_FILES", 1)
    with pytest.raises(LimitError, match="at most 1 files"):
        list(tar.files_of_tar(tar_of(tmp_path / "c.tar", {"0.txt": b"a", "1.txt": b"b"})))


def test_a_tar_that_is_cut_off_or_empty_is_named(tmp_path: Path) -> None:
    whole = tar_of(tmp_path / "a.tar", {"0.png": png(1), "1.txt": b"x" * 5000}).read_bytes()
    (tmp_path / "cut.tar").write_bytes(whole[:3000])
    with pytest.raises(InputError, match=r"cut\.tar: expected a tar that can be read"):
        import_source(tmp_path / "cut.tar", tmp_path / "ws")
    with pytest.raises(InputError, match=r"e\.tar: expected samples of WebDataset in the tar, found none"):
        import_source(tar_of(tmp_path / "e.tar", {}), tmp_path / "ws")


def test_a_folder_of_pictures_with_a_tar_is_no_webdataset(tmp_path: Path, image_folder: Path) -> None:
    tar_of(image_folder / "backup.tar", {"0.txt": b"x"})
    assert recognised(image_folder) is None
    assert import_source(image_folder, tmp_path / "ws").manifest.kind == "folder"


def test_texts_alone_go_there_and_back(text_workspace: Workspace, tmp_path: Path) -> None:
    again = there_and_back(text_workspace, "webdataset", tmp_path / "out")
    old = text_workspace.dataset().table
    assert again.dataset().table.select(old.column_names).drop_columns(["hash"]) == old.drop_columns(["hash"])


def test_links_that_lead_out_of_the_data_root_are_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the command line people link what they like, as the hub's cache does; a server with a data root does not."""
    tar_of(tmp_path / "secret" / "0.tar", {"0.txt": b"secret"})
    (tmp_path / "root" / "set").mkdir(parents=True)
    (tmp_path / "root" / "set" / "0.tar").symlink_to(tmp_path / "secret" / "0.tar")
    (tmp_path / "root" / "set" / "more").symlink_to(tmp_path / "secret")
    assert len(import_source(tmp_path / "root" / "set", tmp_path / "ws").dataset()) == 2
    monkeypatch.setenv("EXPLORER_DATA_ROOT", str(tmp_path / "root"))
    assert recognised(tmp_path / "root" / "set") is None
