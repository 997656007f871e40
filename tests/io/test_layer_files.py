"""Layers as files: every form is read without unpickling, in order, and what is wrong names file and row."""

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from explorer.base.errors import InputError
from explorer.io.growing import GrowingArray
from explorer.io.layer_files import read_layer_files

IDS = [f"item {i}" for i in range(12)]


def put(folder: Path, *names: str, ids: str = "ids.txt") -> Path:
    """A folder with a layer a name; ids: the file that names the rows, "" for none."""
    folder.mkdir(exist_ok=True)
    for number, name in enumerate(names):
        np.save(folder / f"{name}.npy", np.full((12, 3), number, np.float32))
    if ids:
        text = {"ids.json": '["' + '", "'.join(IDS) + '"]', "ids.csv": "n,id\n" + "".join(f"1,{i}\n" for i in IDS)}
        (folder / ids).write_text(text.get(ids, "\n".join(IDS) + "\n"), encoding="utf-8")
    return folder


@pytest.mark.parametrize("ids", ["ids.txt", "ids.csv", "ids.json"])
def test_layers_stand_in_natural_order_with_the_ids_of_their_rows(tmp_path: Path, ids: str) -> None:
    found = read_layer_files(put(tmp_path / "net", "layer10", "layer2", "layer1.0.conv", ids=ids))
    assert [one.name for one in found.layers] == ["layer1.0.conv", "layer2", "layer10"]
    assert found.ids == tuple(IDS) and found.ids_file == ids
    assert [float(one.read()[0, 0]) for one in found.layers] == [2, 1, 0]


def test_the_order_of_layers_txt_counts_and_others_are_told(tmp_path: Path) -> None:
    folder = put(tmp_path / "net", "stem", "b", "a")
    (folder / "layers.txt").write_text("stem\na\n", encoding="utf-8")
    found = read_layer_files(folder)
    assert [one.name for one in found.layers] == ["stem", "a"]
    assert found.notes == ("1 layer that layers.txt does not list left out: b.",)
    (folder / "layers.txt").write_text("stem\nnone\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"layers.txt: there is no layer 'none' \(line 2\)"):
        read_layer_files(folder)


def test_archives_of_arrays_are_read_with_ids_inside(tmp_path: Path) -> None:
    x = np.arange(24, dtype=np.float16).reshape(12, 2)
    np.savez(tmp_path / "net.npz", conv2=x, conv1=x + 1, ids=np.array(IDS))
    found = read_layer_files(tmp_path / "net.npz")
    assert [one.name for one in found.layers] == ["conv1", "conv2"] and found.ids == tuple(IDS)
    assert (found.layers[1].read() == x).all()
    folder = tmp_path / "tensors"
    folder.mkdir()
    save_file({"conv1": x}, folder / "net.safetensors")
    (folder / "ids.txt").write_text("\n".join(IDS), encoding="utf-8")
    assert (read_layer_files(folder).layers[0].read() == x).all()


def test_python_objects_are_never_unpickled(tmp_path: Path) -> None:
    folder = put(tmp_path / "net")
    np.save(folder / "conv.npy", np.array([{"a": 1}] * 12, dtype=object), allow_pickle=True)
    with pytest.raises(InputError, match=r"conv.npy: expected an .npy file of numbers, without Python objects"):
        read_layer_files(folder).layers[0].read()
    np.save(folder / "ids.npy", np.array(IDS, dtype=object), allow_pickle=True)
    (folder / "ids.txt").unlink()
    with pytest.raises(InputError, match=r"ids.npy: expected an .npy file of ids, without Python objects"):
        read_layer_files(folder)


def test_what_is_missing_or_twice_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected the ids of the rows in ids.txt, ids.csv, ids.json"):
        read_layer_files(put(tmp_path / "a", "conv", ids=""))
    with pytest.raises(InputError, match="expected one array a layer"):
        read_layer_files(put(tmp_path / "b"))
    folder = put(tmp_path / "c", "conv")
    (folder / "ids.txt").write_text("x\ny\nx\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"ids.txt: expected each id once, got 'x' in rows 1 and 3"):
        read_layer_files(folder)


def test_a_file_that_grows_is_an_ordinary_array(tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(size=(7, 2, 3)).astype(np.float32)
    with GrowingArray(tmp_path / "x.npy") as file:
        for part in np.array_split(x, 3):
            file.append(part)
        with pytest.raises(InputError, match=r"x: expected rows of shape \(2, 3\), got \(3,\)"):
            file.append(x[0])
    assert (np.load(tmp_path / "x.npy", mmap_mode="r", allow_pickle=False) == x).all()
