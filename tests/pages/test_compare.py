"""The Compare page, run as Streamlit runs it; widgets are found by key."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from explorer.app.compare.panels import OF_A_PAIR, OF_THEIR_OWN
from explorer.app.compare.view import ADDRESS, TITLES, View
from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.features.compare.activations import Activations
from explorer.features.compare.comparison import save_comparison
from explorer.features.compare.contract import METHODS
from explorer.features.compare.layers import _folder, _save
from explorer.features.compare.service import compare
from explorer.io.embedding_store import save_embeddings
from explorer.workspace.folder import Workspace, create_workspace
from explorer.workspace.jobs import list_jobs
from explorer.workspace.opened import open_shared
from tests.pages.visits import count_reads, helps, opened, texts, visit

COUNT = 60
SPECS = ("pocket", "precomputed:close", "precomputed:far")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An EXPLORER_HOME with 60 texts under three models, the second like the first, the third not; and one with one."""
    root, rng = tmp_path_factory.mktemp("home"), np.random.default_rng(0)
    x = rng.normal(size=(COUNT, 8))
    sides = (x, x + 0.2 * rng.normal(size=x.shape), rng.normal(size=(COUNT, 5)))
    ws = workspace(root, "notes", dict(zip(SPECS, sides, strict=True)), missing=2)
    for items in (500, 1000):
        for spec, side in zip(SPECS[:2], sides[:2], strict=True):
            blocks = {"block 1": side[:, :3].copy(), "output": side}
            _save(_folder(ws, spec, items), Activations(spec, np.arange(COUNT), blocks))
    workspace(root, "single", {"pocket": x}, missing=0)
    return root


def workspace(root: Path, name: str, sides: dict[str, np.ndarray], missing: int) -> Workspace:
    ids = [f"note-{i}" for i in range(COUNT)]
    dataset = Dataset(pa.table({"id": ids, "path": [""] * COUNT, "text": ids, "hash": ids}))
    ws = create_workspace(root / "workspaces" / name, name, dataset, image_root=None, source="", kind="table")
    for number, (spec, side) in enumerate(sides.items()):
        present = np.ones(COUNT, bool)
        present[: missing if number == 1 else 0] = False
        save_embeddings(
            ws.folder("embeddings", spec),
            Embeddings(side.astype(np.float32), present, spec, {}, dataset.ids_hash),
            np.array(ids),
        )
    return ws


@pytest.fixture
def page(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    with visit("4_Compare", "notes") as test:
        yield test


def metric(test: AppTest, label: str) -> float:
    return float(next(one.value for one in test.metric if label in one.label))


def test_two_models_are_scored_with_interval_and_shuffled_items(page: AppTest) -> None:
    test = opened(page)
    assert metric(test, "Linear CKA") > 0.8
    assert metric(test, "Same among the 10 nearest") > 5
    shown = texts(test)
    assert "58 of 58 items that both models have" in shown and "2 items that only one of them has were dropped" in shown
    assert "shuffled" in shown and "95 % interval" in shown
    assert "0 is chance, 1 is a perfect match" in shown


def test_unrelated_models_are_at_chance(page: AppTest) -> None:
    test = opened(page, b="precomputed:far")
    assert abs(metric(test, "Linear CKA")) < 0.15
    assert metric(test, "Same among the 10 nearest") < 3


def test_a_report_that_is_kept_shows_every_measure_and_its_warnings(page: AppTest, home: Path) -> None:
    notes = open_shared(home / "workspaces" / "notes")
    found = compare(notes, "pocket", "precomputed:far", measures=METHODS, items=500, replicates=4)
    save_comparison(notes.workspace, found, 500)
    test = opened(page, b="precomputed:far", n="500")
    table = test.dataframe[0].value
    assert len(table) == len(METHODS)
    assert table["calibrated"].between(0, 1).all()
    assert "few items for this many dimensions" in texts(test)
    assert not [one for one in test.button if one.key == "compare.all"]


def test_all_measures_are_a_job(page: AppTest, home: Path) -> None:
    opened(page, b="precomputed:close", n="2000").button(key="compare.all").click().run()
    job = list_jobs(home / "workspaces" / "notes")[0]
    assert job.args[:2] == ("compare", "scores") and job.args[3:5] == ("pocket", "precomputed:close")
    deadline = time.monotonic() + 120
    while list_jobs(home / "workspaces" / "notes")[0].state == "running" and time.monotonic() < deadline:
        time.sleep(0.3)
    assert list_jobs(home / "workspaces" / "notes")[0].state == "done"
    assert len(page.run().dataframe[0].value) == len(METHODS)


def test_the_item_of_the_link_is_explained_and_an_unknown_one_is_told(page: AppTest) -> None:
    shown = texts(opened(page, item="note-7"))
    assert "nearest are the same under both" in shown and "note-7 · on average" in shown
    assert "“nothing” of the link is not among the items" in texts(opened(page, item="nothing"))


def test_the_item_where_they_differ_most_and_then_the_next_one(page: AppTest) -> None:
    first = opened(page, b="precomputed:far").button(key="compare.most").click().run().query_params["item"]
    assert "0 of the 10 nearest are the same under both" in texts(page)
    second = page.button(key="compare.most").click().run().query_params["item"]
    assert first != second


@pytest.mark.parametrize("panel", OF_A_PAIR)
def test_formulas_stand_behind_question_marks(page: AppTest, panel: str) -> None:
    shown = texts(opened(page, view=panel, b="precomputed:close"))
    assert [one.name for one in METHODS.values() if one.formula in shown] == []
    assert "HSIC" in helps(page)


def test_layers_are_compared_and_a_cell_is_kept_in_the_link(page: AppTest) -> None:
    shown = texts(opened(page, view="layers", b="precomputed:close", cell="block 1~output"))
    assert "Which items cause it: block 1 of A and output of B" in shown
    assert "block 1 (3 channels) × output (8 channels)" in shown
    measured = page.selectbox(key="compare.m").set_value("procrustes").run()
    assert page.query_params["m"] in ("procrustes", ["procrustes"])
    assert "2 − 2 ‖AᵀB‖⁎" in helps(measured)


def test_a_layer_that_is_not_there_is_told_with_those_that_are(page: AppTest) -> None:
    shown = texts(opened(page, view="layers", b="precomputed:close", cell="block 9~output"))
    assert "A has no layer “block 9”; expected one of block 1, output" in shown


def test_activations_that_are_not_there_yet_are_offered(page: AppTest) -> None:
    test = opened(page, view="layers", a="precomputed:far", b="precomputed:far")
    assert "not there yet for 1,000 items" in texts(test)
    assert test.button(key="compare.layers.start").label == "Collect the activations"


def test_many_models_are_laid_out_by_a_metric(page: AppTest) -> None:
    test = opened(page, view="many")
    shown = texts(test)
    assert "58 items that all models have; 2 that some lack were dropped" in shown
    assert "The plane holds 100%" in shown
    assert set(test.selectbox(key="compare.metric").options) == {
        "Angle of linear CKA",
        "Procrustes distance",
        "Procrustes angle",
    }


def test_a_damaged_link_says_what_is_shown_instead(page: AppTest) -> None:
    shown = texts(opened(page, a="open_clip:none", m="cosine", n="7"))
    assert "a=open_clip:none" in shown
    assert "m='cosine' (expected one of cka_debiased, cka" in shown
    assert "n='7' (expected one of 500, 1000, 2000, 5000)" in shown
    assert "58 of 58 items that both models have" in shown


@pytest.mark.parametrize("panel", OF_A_PAIR)
def test_one_run_opens_the_workspace_and_reads_the_address_once(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, panel: str
) -> None:
    counts = count_reads(monkeypatch)
    opened(page, view=panel, b="precomputed:close", item="note-7")
    assert counts == {"opens": 1, "addresses": 1}


def test_each_panel_has_a_title() -> None:
    assert list(TITLES) == [*OF_A_PAIR, *OF_THEIR_OWN]


def test_what_is_chosen_is_written_to_the_address_and_read_again() -> None:
    view = View(panel="layers", a="pocket", items=500, measure="cca", cell=("block 1", "output"), item="note-7")
    params = ADDRESS.write(view)
    assert params == {
        "view": ["layers"],
        "a": ["pocket"],
        "n": ["500"],
        "m": ["cca"],
        "cell": ["block 1~output"],
        "item": ["note-7"],
    }
    assert ADDRESS.read(params) == (view, [])
    assert ADDRESS.write(View()) == {}


def test_another_model_forgets_the_cell_and_the_item(page: AppTest) -> None:
    opened(page, view="layers", b="precomputed:close", cell="block 1~output", item="note-7", m="cca")
    page.selectbox(key="compare.a").set_value("precomputed:close").run()
    assert {"cell", "item"}.isdisjoint(page.query_params)
    assert page.query_params["a"] in ("precomputed:close", ["precomputed:close"])
    assert page.query_params["m"] in ("cca", ["cca"])


def test_one_model_alone_offers_to_add_another(page: AppTest) -> None:
    test = opened(page, ws="single")
    assert "Only pocket has looked at these items" in texts(test)
    assert "The nearest of" in texts(test)
    assert [one.label for one in test.button if str(one.key).startswith("compare.add.")] == ["Add sentence"]
