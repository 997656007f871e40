"""Pictures tuned on a small collection of discs: what is stored is what was measured; what is missing is told."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import torch

from explorer.base.dataset import HASH, ID, PATH, TEXT, Dataset
from explorer.base.errors import InputError, ModelError
from explorer.base.progress import Silent
from explorer.features.tune.retrieval import service, stages
from explorer.features.tune.retrieval.material import material_of
from explorer.features.tune.retrieval.measures import PICTURES, STATES, recall_name
from explorer.features.tune.retrieval.ranking import average_precision, first_relevant, hits
from explorer.features.tune.retrieval.service import (
    Plan,
    known_report,
    plan_of,
    report_from,
    report_of,
    tune_and_keep,
)
from explorer.features.tune.retrieval.words import said, table
from explorer.heads.head import list_heads
from explorer.workspace.embedding import embed
from explorer.workspace.folder import create_workspace
from explorer.workspace.opened import Opened, open_shared
from tests.pages.visits import disc

COUNT = 40
NAMES = ("red", "crimson", "blue", "navy")


def columns_of(number: int) -> dict[str, object]:
    return {
        "colour": NAMES[number % 4],
        "one": "same",
        "own": f"name {number}",
        "number": str(number % 4),
        "caption": f"a {NAMES[number % 4]} disc of size {number % 3}",
    }


def discs(home: Path, name: str, leave_out: tuple[str, ...] = (), models: tuple[str, ...] = ("pocket",)) -> Opened:
    """Discs of four colours, two and two hard to tell apart, with and without captions."""
    files = home / f"{name}-files"
    files.mkdir()
    rows = []
    for number in range(COUNT):
        (files / f"{number}.png").write_bytes(disc(NAMES[number % 4], 8 + number // 4))
        fixed = {ID: f"disc-{number}", PATH: f"{number}.png", TEXT: "", HASH: f"{number:032x}"}
        told = {key: value for key, value in columns_of(number).items() if key not in leave_out}
        rows.append({**fixed, **told})
    dataset = Dataset(pa.Table.from_pylist(rows))
    ws = create_workspace(home / "workspaces" / name, name, dataset, image_root=files, source="", kind="folder")
    for spec in models:
        embed(ws, spec, progress=Silent())
    return open_shared(ws.path)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pictures")


@pytest.fixture(scope="module")
def opened(home: Path) -> Opened:
    return discs(home, "discs", models=("pocket", "histogram"))


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    monkeypatch.setattr(service, "prepare", embed)  # without index and map


def small(plan: Plan) -> Plan:
    """The plan with a few steps."""
    return replace(plan, settings=replace(plan.settings, batch=16, every=2, steps=4, text_steps=4))


@pytest.mark.parametrize("learns", ["head", "block"])
def test_what_is_stored_is_what_was_measured(opened: Opened, learns: str) -> None:
    plan = small(plan_of("pocket", "colour", learns, name=f"by-{learns}"))
    report = tune_and_keep(opened, plan, Silent())
    assert [one.state for one in report.states] == list(STATES)
    assert not report.states[0].changes
    again = open_shared(opened.path)
    assert {f"tuned:by-{learns}", f"tuned:by-{learns}-mcip"} <= set(again.encoders)
    material = material_of(again, again.encoder("pocket"), "colour")
    for spec, state in ((f"tuned:by-{learns}", "realigned"), (f"tuned:by-{learns}-mcip", "mcip")):
        scores = next(one.scores for one in report.states if one.state == state)
        vectors = np.asarray(again.embeddings(spec).vectors, dtype=np.float32)[material.rows[material.test]]
        found = average_precision(vectors, material.codes[material.test])
        assert found.mean() == pytest.approx(scores[PICTURES].value, abs=0.02)
        asked = material.queries["names"]
        texts = again.encoder(spec).encode_texts(asked.texts)
        ranks = first_relevant(texts, vectors, asked.relevant)
        assert hits(ranks, 10).mean() == pytest.approx(scores[recall_name("names", 10)].value, abs=1e-6)
    locked, own = (again.encoder(spec).encode_texts(["a navy disc"]) for spec in (f"tuned:by-{learns}-mcip", "pocket"))
    np.testing.assert_allclose(locked, own, atol=1e-5)


def test_a_report_is_kept_and_read_back(opened: Opened) -> None:
    plan = small(plan_of("pocket", "colour", "head", name="kept"))
    assert known_report(opened, replace(plan, column="number")) is None
    report = report_of(opened, plan, Silent())
    assert known_report(opened, plan) == report_from(report.as_dict()) == report
    assert "kept" not in list_heads()
    words = f"{said(report)}\n{table(report)}"
    assert "4 names of labels (4 of them among the texts that were learned from)" in words
    assert "pictures find pictures, mAP:" in words
    assert "Tuned, texts re-aligned" in words


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("nothing", "There is no column 'nothing'"),
        ("one", "two labels or more to learn from, got 1"),
        ("own", "all labels are of one picture"),
    ],
)
def test_labels_that_teach_nothing_are_told(opened: Opened, column: str, expected: str) -> None:
    with pytest.raises(InputError, match=expected):
        report_of(opened, plan_of("pocket", column, "head"), Silent())


def test_a_model_without_words_is_told(opened: Opened) -> None:
    with pytest.raises(InputError, match="histogram does not place words beside pictures"):
        report_of(opened, plan_of("histogram", "colour", "head"), Silent())


def test_a_split_that_is_none_is_told(opened: Opened) -> None:
    with pytest.raises(InputError, match="cannot say what is learned from"):
        report_of(opened, plan_of("pocket", "colour", "head", split="number"), Silent())


def test_neither_captions_nor_names_is_told(home: Path) -> None:
    bare = discs(home, "bare", leave_out=("caption",))
    with pytest.raises(InputError, match="no captions and no tags, and the values of number are no words"):
        report_of(bare, plan_of("pocket", "number", "head"), Silent())


def test_a_loss_that_is_no_number_stops_and_keeps_nothing(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "arcface", lambda rows, *_, **__: rows.sum() * torch.nan)
    with pytest.raises(ModelError, match="the loss is nan and no number any more"):
        tune_and_keep(opened, small(plan_of("pocket", "colour", "head", name="broken")), Silent())
    assert "broken" not in list_heads()


def test_a_model_of_another_origin_is_not_replaced(opened: Opened) -> None:
    for name in ("pocket-combiner", "digits-cnn-1"):
        with pytest.raises(InputError, match=f"There is a model tuned:{name} already. Take another name"):
            tune_and_keep(opened, plan_of("pocket", "colour", "head", name=name), Silent())
