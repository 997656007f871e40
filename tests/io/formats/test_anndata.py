"""The library `anndata` opens what is written here, and what it writes is read here, from that file alone."""

from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import InputError, LimitError
from explorer.io import hdf5
from explorer.io.formats import contract
from explorer.workspace.exporting import export_format
from explorer.workspace.folder import Workspace
from explorer.workspace.import_report import read_report
from explorer.workspace.importing import import_source
from tests.io.formats.conftest import IDS, SPLITS, there_and_back

anndata = pytest.importorskip("anndata")
h5py = pytest.importorskip("h5py")


@pytest.fixture
def cells(tmp_path: Path) -> Path:
    """Four observations as the library writes them: a sparse X, two matrices in obsm, categories, gaps, a layer."""
    import pandas as pd
    from scipy.sparse import csr_matrix

    names = pd.Index(["c1", "c2", "c3", "c4"], dtype=object)
    columns = {
        "kind": pd.Categorical.from_codes([0, 1, -1, 0], pd.Index(["T cell", "B cell"], dtype=object)),
        "count": [5, 6, 7, 8],
        "share": [0.5, np.nan, 0.25, 0.0],
        "good": pd.array([True, None, False, True], dtype="boolean"),
    }
    counts = csr_matrix(np.array([[0, 2, 0], [1, 0, 0], [0, 0, 0], [3, 0, 4]], np.float32))
    found = anndata.AnnData(
        X=counts,
        obs=pd.DataFrame(columns, index=names),
        var=pd.DataFrame(index=pd.Index(["g1", "g2", "g3"], dtype=object)),
        obsm={"X_pca": np.arange(8.0).reshape(4, 2) + 1, "odd": np.zeros((4, 2, 2))},
        layers={"log": counts},
    )
    found.write_h5ad(tmp_path / "cells.h5ad")
    return tmp_path / "cells.h5ad"


def test_the_library_opens_what_is_written(rich: Workspace, tmp_path: Path) -> None:
    export_format(rich, np.arange(len(IDS)), "anndata", tmp_path / "items.h5ad")
    found = anndata.read_h5ad(tmp_path / "items.h5ad")
    assert list(found.obs_names) == IDS and list(found.obs["split"]) == SPLITS
    assert (
        list(found.obs["colour"][:3]) == ["red", "green", "blue"]
        and found.obs["tag"].iloc[0] == '["good", "look again"]'
    )
    assert sorted(found.obsm) == ["X_clip", "X_short_vec"]
    own = rich.embeddings("precomputed:clip")
    assert np.allclose(found.obsm["X_clip"][own.present], own.vectors[own.present])
    assert np.isnan(found.obsm["X_clip"][~own.present]).all() and not own.present.all()


def test_what_the_library_writes_is_read(cells: Path, tmp_path: Path) -> None:
    ws = import_source(cells, tmp_path / "ws")
    table = ws.dataset().table
    assert ws.manifest.kind == "anndata" and list(ws.dataset().ids) == ["c1", "c2", "c3", "c4"]
    assert table["kind"].to_pylist() == ["T cell", "B cell", None, "T cell"]
    assert table["count"].to_pylist() == [5, 6, 7, 8] and table["good"].to_pylist() == [True, None, False, True]
    assert table["share"].to_pylist() == [0.5, None, 0.25, 0.0]
    assert sorted(ws.encoders()) == ["precomputed:X", "precomputed:pca"]
    assert ws.embeddings("precomputed:X").present.tolist() == [True, True, False, True]
    assert np.allclose(ws.embeddings("precomputed:X").vectors[3], [0.6, 0, 0.8])
    report = read_report(ws)
    notes = "\n".join(report.notes) if report else ""
    assert "odd: not used as vectors, expected numbers of shape (4, dimensions), got float64 (4, 2, 2)." in notes
    assert "layers: not read" in notes
    again = there_and_back(ws, "anndata", tmp_path / "out" / "again.h5ad")
    assert again.dataset().table.select(table.column_names) == table


def test_a_file_that_leads_to_others_is_refused(cells: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["held"] = np.ones((4, 3))
    with h5py.File(cells, "a") as file:
        file["obsm/outside"] = h5py.ExternalLink(str(secret), "held")
    with pytest.raises(InputError, match=r"cells\.h5ad: expected all data in the file itself, but 'outside' is a link"):
        import_source(cells, tmp_path / "ws")
    with h5py.File(cells, "a") as file:
        del file["obsm/outside"]
        file["obsm/inside"] = h5py.SoftLink("/X")
    with pytest.raises(InputError, match="'inside' is a link"):
        import_source(cells, tmp_path / "ws")
    with h5py.File(cells, "a") as file:
        del file["obsm/inside"]
        layout = h5py.VirtualLayout((4, 3), float)
        layout[:] = h5py.VirtualSource(str(secret), "held", (4, 3))
        file["obsm"].create_virtual_dataset("virtual", layout)
    with pytest.raises(InputError, match="'virtual' lies in others"):
        import_source(cells, tmp_path / "ws")
    with h5py.File(cells, "a") as file:
        del file["obsm/virtual"]
        file["obsm"].create_dataset("raw", (4, 3), float, external=[(str(secret), 0, 96)])
    with pytest.raises(InputError, match="'raw' lies in others"):
        import_source(cells, tmp_path / "ws")
    assert not (tmp_path / "ws").exists()


def test_limits_and_damage(cells: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cut.h5ad").write_bytes(cells.read_bytes()[:2000])
    with pytest.raises(InputError, match=r"cut\.h5ad: expected an \.h5ad of AnnData"):
        import_source(tmp_path / "cut.h5ad", tmp_path / "ws")
    with h5py.File(tmp_path / "other.h5ad", "w") as file:
        file["x"] = 1
    with pytest.raises(InputError, match=r"other\.h5ad: .*expected a table `obs`"):
        import_source(tmp_path / "other.h5ad", tmp_path / "ws")
    monkeypatch.setattr(hdf5, "MOST_BYTES", 100)
    with pytest.raises(LimitError, match="GiB of arrays"):
        import_source(cells, tmp_path / "ws")
    monkeypatch.setattr(hdf5, "MOST_OBJECTS", 3)
    with pytest.raises(LimitError, match="at most 3 objects"):
        import_source(cells, tmp_path / "ws")


def test_without_the_library_the_extra_is_named(cells: Path, rich: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contract, "find_spec", lambda name: None)
    message = r"AnnData takes the library anndata: pip install 'similarity-explorer\[formats\]'\."
    with pytest.raises(InputError, match=message):
        import_source(cells, cells.parent / "ws")
    with pytest.raises(InputError, match=message):
        export_format(rich, np.arange(3), "anndata", cells.parent / "out.h5ad")


def test_another_ending_is_refused(rich: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"items\.h5: expected a file ending in \.h5ad for AnnData"):
        export_format(rich, np.arange(3), "anndata", tmp_path / "items.h5")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").touch()
    with pytest.raises(InputError, match="is written to a new folder, but something is there"):
        export_format(rich, np.arange(3), "webdataset", tmp_path / "full")
