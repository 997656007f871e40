"""The views of the Compare page on stitching and replacing a model; widgets are found by key."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest

from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.features.replacing import service
from explorer.features.replacing.stitching.bench import Cell
from explorer.features.replacing.stitching.store import DigitsStitching, keep_digits_cells
from explorer.io.embedding_store import save_embeddings
from explorer.workspace.folder import create_workspace
from explorer.workspace.jobs import cancel, list_jobs, read_job
from explorer.workspace.opened import Opened, open_shared
from tests.pages.visits import count_reads, opened, visit

COUNT, CLASSES = 200, 5
CELL = Cell(
    source="layer 1",
    target="layer 3",
    method="direct",
    accuracy=0.875,
    whole=0.97,
    chance=0.1,
    distance=0.2,
    out=0.1,
    genuine_out=0.05,
    auroc=0.9,
    cka=0.5,
    pwcca=0.4,
    procrustes=0.6,
    stitched_cka=0.9,
    agreement=0.88,
    items=500,
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Workspaces of 200 texts in 5 kinds under models of two lengths; and one without labels."""
    root, rng = tmp_path_factory.mktemp("home"), np.random.default_rng(0)
    kinds = np.arange(COUNT) % CLASSES
    x = rng.normal(size=(CLASSES, 16))[kinds] + 0.5 * rng.normal(size=(COUNT, 16))
    ids = [f"note-{i}" for i in range(COUNT)]
    columns = {"id": ids, "path": [""] * COUNT, "text": ids, "hash": ids}
    for name, extra in (("kinds", {"kind": [f"kind {kind}" for kind in kinds]}), ("bare", {})):
        dataset = Dataset(pa.table({**columns, **extra}))
        ws = create_workspace(root / "workspaces" / name, name, dataset, image_root=None, source="", kind="table")
        for spec, side in (
            ("precomputed:a", x),
            ("precomputed:b", x @ rng.normal(size=(16, 16))),
            ("precomputed:c", x[:, :9]),
        ):
            unit = (side / np.linalg.norm(side, axis=1, keepdims=True)).astype(np.float32)
            made = Embeddings(unit, np.ones(COUNT, bool), spec, {}, dataset.ids_hash)
            save_embeddings(ws.folder("embeddings", spec), made, np.array(ids))
    return root


@pytest.fixture
def page(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    with visit("4_Compare", "kinds") as test:
        yield test


def started(home: Path, command: str) -> tuple[str, ...]:
    """The arguments of the job that the page has started, which is stopped."""
    (job,) = (one for one in list_jobs(home / "workspaces" / "kinds") if one.args[1] == command)
    cancel(job)
    while read_job(job.folder).state == "running":
        time.sleep(0.05)
    shutil.rmtree(job.folder)
    return job.args[3:]


def of_workspace(home: Path) -> Opened:
    return open_shared(home / "workspaces" / "kinds")


def test_merging_is_a_job_and_shows_that_matching_lowers_the_barrier(page: AppTest, home: Path) -> None:
    opened(page, view="merging", width="32").button(key="merge_go").click().run()
    asked = ("--model", "precomputed:a", "--hidden", "32", "--seeds", "1", "2", "--items", "4000")
    assert started(home, "merge") == ("--labels", "kind", *asked)
    assert not page.metric
    what = service.Merging(column="kind", spec="precomputed:a", hidden=32, first=1, second=2, items=service.DRAWN)
    service.merge_and_keep_seeds(of_workspace(home), what)
    labels = {metric.label: metric for metric in page.run().metric}
    assert set(labels) == {"Barrier", "Accuracy halfway", "Distance of weights", "Alignment R(0.5)"}
    assert labels["Barrier"].delta.startswith(("-", "+0.000"))
    assert labels["Distance of weights"].delta.startswith("-")
    page.number_input(key="merge_second").set_value(1).run()
    assert page.query_params["seed-b"] in ("1", ["1"]) and not page.metric
    page.button(key="merge_go").click().run()
    assert "two different seeds" in page.error[0].value


def test_compatibility_of_heads_is_a_job_and_stands_side_by_side(page: AppTest, home: Path) -> None:
    opened(page, view="compatibility").slider(key="compat_versions").set_value(2).run()
    page.button(key="compat_go").click().run()
    asked = ("--model", "precomputed:a", "--items", "4000", "--versions", "2")
    assert started(home, "compatibility") == ("--labels", "kind", *asked)
    what = service.Upgrading(column="kind", spec="precomputed:a", versions=2, items=service.DRAWN)
    service.upgrade_and_keep_heads(of_workspace(home), what)
    scores = [metric.value for metric in page.run().metric if metric.label.startswith("AA")]
    assert len(scores) == 2 and all(0 < float(score.split()[0]) <= 100 for score in scores)
    assert not [one for one in page.button if one.key == "compat_go"]
    assert not page.slider(key="compat_versions").set_value(7).run().metric


def test_compatibility_of_models_is_a_job_and_names_unequal_lengths(page: AppTest, home: Path) -> None:
    opened(page, view="compatibility").segmented_control(key="compat_part").set_value("Models of this data set").run()
    assert "vectors of one length; these have 9, 16" in page.warning[0].value
    page.multiselect(key="compat_specs").set_value(["precomputed:b", "precomputed:a"]).run()
    page.button(key="compat_models_go").click().run()
    models = ("--model", "precomputed:b", "--model", "precomputed:a")
    assert started(home, "compatibility") == ("--labels", "kind", *models, "--items", "4000")
    what = service.Asking(column="kind", specs=("precomputed:b", "precomputed:a"), items=service.DRAWN)
    service.compare_and_keep_models(of_workspace(home), what)
    assert [metric.label for metric in page.run().metric] == ["AC, compatible pairs", "AA, average accuracy"]
    page.multiselect(key="compat_specs").set_value([]).run()
    assert "at least two models" in page.info[0].value


@pytest.mark.parametrize(("view", "what"), [("merging", "needs labels"), ("compatibility", "needs labels")])
def test_without_labels_the_views_say_what_is_missing(page: AppTest, view: str, what: str) -> None:
    page.query_params["ws"] = "bare"
    assert what in opened(page, view=view).info[0].value


def test_a_bridge_needs_image_text_models(page: AppTest) -> None:
    assert "one space" in opened(page, view="bridge").info[0].value


def test_the_guided_example_is_a_job_and_what_it_keeps_opens_by_itself(page: AppTest, home: Path) -> None:
    test = opened(page, view="stitch", digits="1-2", into="layer 3")
    test.button(key="stitch_go").click().run()
    (job,) = (one for one in list_jobs(home / "workspaces" / "kinds") if "stitch-digits" in one.args)
    assert job.args[2:] == ("--seed", "1", "--into", "2", "--target", "layer 3")
    cancel(job)
    assert not test.dataframe
    keep_digits_cells(DigitsStitching(1, 2, "layer 3"), [CELL])
    test.run()
    assert test.dataframe[0].value["accuracy"].tolist() == [CELL.accuracy]
    assert not [one for one in test.button if one.key == "stitch_go"]
    assert not opened(test, into="layer 4").dataframe


def test_stitching_needs_models_with_open_blocks(page: AppTest) -> None:
    opened(page, view="stitch").segmented_control(key="stitch_where").set_value("Models of this data set").run()
    assert "blocks are open" in page.info[0].value
    assert page.query_params["lab"] in ("own", ["own"])


@pytest.mark.parametrize("view", ["stitch", "bridge", "compatibility", "merging"])
def test_one_run_opens_the_workspace_and_reads_the_address_once(
    page: AppTest, monkeypatch: pytest.MonkeyPatch, view: str
) -> None:
    counts = count_reads(monkeypatch)
    opened(page, view=view)
    assert counts == {"opens": 1, "addresses": 1}
