"""`explorer compare …` on a small workspace."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from typer import Typer
from typer.testing import CliRunner

from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.base.errors import InputError
from explorer.commands.compare import app
from explorer.commands.layers import app as layers
from explorer.features.compare.comparison import load_comparison
from explorer.features.compare.contract import METHODS
from explorer.io.embedding_store import save_embeddings
from explorer.workspace.folder import Workspace, create_workspace

COUNT = 40


@pytest.fixture
def notes(tmp_path: Path, rng: np.random.Generator) -> Workspace:
    """Forty texts under two models that have the same vectors up to a rotation."""
    ids = [f"note-{i}" for i in range(COUNT)]
    dataset = Dataset(pa.table({"id": ids, "path": [""] * COUNT, "text": ids, "hash": ids}))
    ws = create_workspace(tmp_path / "notes", "notes", dataset, image_root=None, source="", kind="table")
    x = rng.normal(size=(COUNT, 5))
    for spec, side in (("precomputed:x", x), ("precomputed:y", x @ np.linalg.qr(rng.normal(size=(5, 5)))[0])):
        found = Embeddings(side.astype(np.float32), np.ones(COUNT, bool), spec, {}, dataset.ids_hash)
        save_embeddings(ws.folder("embeddings", spec), found, np.array(ids))
    return ws


def run(*arguments: str, of: Typer = app) -> str:
    found = CliRunner().invoke(of, list(arguments), catch_exceptions=False)
    assert found.exit_code == 0, found.output
    return found.output


def test_measures_are_described() -> None:
    shown = run("measures")
    assert all(f"{key}: " in shown for key in METHODS)
    assert shown.count("; not a metric") + shown.count("; a metric") == len(METHODS)


def test_scores_are_printed_and_kept_for_the_page(notes: Workspace) -> None:
    shown = run("scores", str(notes.path), "precomputed:x", "precomputed:y", "--items", "30", "--replicates", "5")
    assert "30 of 40 items that both have; 0 dropped" in shown
    assert "cka_debiased                 1.000" in shown
    assert load_comparison(notes, "precomputed:x", "precomputed:y", 30) is not None


def test_one_measure_alone_is_not_taken_for_the_whole_report(notes: Workspace) -> None:
    run("scores", str(notes.path), "precomputed:x", "precomputed:y", "--measure", "cka", "--replicates", "5")
    assert load_comparison(notes, "precomputed:x", "precomputed:y", 2_000) is None
    with pytest.raises(InputError, match="measure: expected one of"):
        run("scores", str(notes.path), "precomputed:x", "precomputed:y", "--measure", "cosine")


def test_layers_and_matrix_are_tables(notes: Workspace) -> None:
    assert "output   1.000" in run("layers", str(notes.path), "precomputed:x", "precomputed:y", "--measure", "cka")
    lines = run("matrix", str(notes.path)).splitlines()
    assert any("procrustes_angle on 40 items that all models have; 0 others dropped" in line for line in lines)
    assert lines[-1].split() == ["precomputed:y", "0.000", "0.000"]


def test_layers_that_are_brought_are_listed_compared_and_removed(notes: Workspace, tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(size=(COUNT + 1, 3))
    ids = np.array([*(f"note-{i}" for i in range(COUNT)), "stranger"])
    np.savez(tmp_path / "net.npz", conv10=x[:, :2], conv2=x, ids=ids)
    said = "layers:net: 2 layers of 40 items, averaged over positions. 1 id of 41 in net.npz, ids are not items here"
    assert said in run("add", str(notes.path), str(tmp_path / "net.npz"), of=layers)
    assert said in run("list", str(notes.path), of=layers)
    lines = run("layers", str(notes.path), "layers:net", "precomputed:x").splitlines()
    assert [line.split()[0] for line in lines[-2:]] == ["conv2", "conv10"]
    run("remove", str(notes.path), "net", of=layers)
    assert "has no layers yet" in run("list", str(notes.path), of=layers)
