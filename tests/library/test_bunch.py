"""Bunches of scikit-learn become collections, and collections bunches, which say the same again."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits, load_files, load_iris, load_linnerud
from sklearn.utils import Bunch

import explorer as ex
from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.library.bunch import bunch_of, import_bunch
from explorer.workspace.folder import Workspace
from explorer.workspace.tags import tag_store
from tests.conftest import DrawPicture
from tests.io.formats.conftest import IDS, TAGGED, check_same, make_rich


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path / "home"))
    return tmp_path


def made(bunch: Bunch) -> Workspace:
    return import_bunch(bunch, "bunch", Silent())


def test_nothing_is_lost_there_and_back(home: Path, draw: DrawPicture) -> None:
    rich = make_rich(home / "rich", draw)
    bunch = bunch_of(rich, "colour")
    assert list(bunch.target_names[bunch.target]) == rich.dataset().table["colour"].to_pylist()
    again = made(bunch)
    check_same(rich, again, frozenset({"ids", "pictures", "texts", "labels", "tags", "vectors", "splits"}))


def test_a_bunch_has_what_scikit_learn_looks_for(home: Path, draw: DrawPicture) -> None:
    from sklearn.neighbors import KNeighborsClassifier

    rich = make_rich(home / "rich", draw)
    tag_store(rich).put("mine", IDS[:1])
    bunch = bunch_of(rich, "colour", "precomputed:short_vec")
    assert bunch.data.shape == (len(IDS), 3) == (len(bunch.target), len(bunch.feature_names))
    assert KNeighborsClassifier(1).fit(bunch.data, bunch.target).score(bunch.data, bunch.target) == 1
    assert bunch.ids == IDS and bunch.tags[0] == ("good", "look again", "mine") and bunch.frame["split"][2] == "test"
    assert np.isnan(bunch.vectors["clip"][3]).all() and bunch_of(rich, "score").target[1] == 1e-9
    for wrong in ({"model": "pocket"}, {"target": "nothing"}):
        with pytest.raises(InputError, match="Expected"):
            bunch_of(rich, **wrong)


def test_digits_are_pictures_with_vectors_and_labels() -> None:
    digits = load_digits()
    ws = made(digits)
    table = ws.dataset().table
    assert table["target"].to_pylist()[:3] == ["0", "1", "2"] and table.num_rows == len(digits.data)
    assert set(table.column_names) == {"id", "path", "text", "hash", "target"}
    unit = digits.data / np.linalg.norm(digits.data, axis=1, keepdims=True)
    assert np.allclose(ws.embeddings("precomputed:data").vectors, unit, atol=1e-6)
    with Image.open(ws.image_path(5)) as picture:
        assert np.array_equal(np.asarray(picture), np.round(digits.images[5] * 255 / 16))


@pytest.mark.parametrize("as_frame", [False, True])
def test_few_features_are_columns_too(as_frame: bool) -> None:
    iris = load_iris(as_frame=as_frame)
    table = made(iris).dataset().table
    assert table["sepal length (cm)"].to_pylist()[:2] == pytest.approx([5.1, 4.9])
    assert table["target"].to_pylist()[::50] == ["setosa", "versicolor", "virginica"]


def test_several_targets() -> None:
    table = made(load_linnerud()).dataset().table
    assert table["Weight"].to_pylist()[0] == 191 and table["Chins"].to_pylist()[0] == 5


def test_folders_of_texts_as_load_files_reads_them(tmp_path: Path) -> None:
    for kind, words in (("good", "a fine day"), ("bad", "a grey d\u00e9j\u00e0 vu")):
        (tmp_path / "texts" / kind).mkdir(parents=True)
        (tmp_path / "texts" / kind / f"{kind}.txt").write_text(words, encoding="utf-8")
    table = made(load_files(tmp_path / "texts", shuffle=False)).dataset().table
    assert dict(zip(table["id"].to_pylist(), table["text"].to_pylist(), strict=True)) == {
        "bad.txt": "a grey déjà vu",
        "good.txt": "a fine day",
    }
    assert table["target"].to_pylist() == ["bad", "good"]


def test_create_takes_a_bunch_and_what_is_no_bunch_is_told() -> None:
    ws = ex.create(load_iris(), "iris", prepare=False)
    assert len(ws) == 150 and ws.models == ("precomputed:data",) and len(ws.to_bunch().target) == 150
    with pytest.raises(InputError, match="data: expected texts, or numbers of shape"):
        ex.create({"data": [[{"a": 1}]]}, "odd", prepare=False)
    with pytest.raises(InputError, match="Expected a bunch with all of one length, got 2 id, 1 text, 2 data"):
        ex.create({"data": np.ones((2, 2)), "texts": ["a"]}, "odd", prepare=False)


def test_tags_are_tags_again(home: Path, draw: DrawPicture) -> None:
    again = made(bunch_of(make_rich(home / "rich", draw)))
    assert {row["tag"] for row in tag_store(again).pairs().to_pylist()} == set(TAGGED)
