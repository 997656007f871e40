"""The page Annotate: answers from elsewhere are looked at, imported and taken back; rules say which answers count."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from explorer.app.annotate.look_table import look_frame
from explorer.base.progress import Silent
from explorer.features.judgments.counted import rules_of
from explorer.features.judgments.exclusion import Rules
from explorer.features.judgments.service import Options, look_at_judgments
from explorer.features.judgments.store import Store, judgment_store
from explorer.features.judgments.values import Answer
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source
from explorer.workspace.opened import open_shared
from explorer.workspace.preparing import prepare
from tests.pages.visits import texts, visit


@pytest.fixture
def ws(tmp_path: Path, image_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Twelve pictures under the colour histogram."""
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    made = import_source(image_folder, tmp_path / "workspaces" / "discs")
    prepare(made, "histogram", method="pca", progress=Silent())
    return made


@pytest.fixture
def page(ws: Workspace) -> Iterator[AppTest]:
    """The page, not yet run."""
    with visit("6_Annotate", "discs") as test:
        yield test


def more(page: AppTest, part: str, name: str) -> AppTest:
    """The page with a part of a card's More open."""
    page.session_state[f"more_{name}"] = True
    page.session_state[f"part_{name}"] = part
    return page.run()


def test_a_file_is_looked_at_imported_and_taken_back(page: AppTest, ws: Workspace) -> None:
    store = judgment_store(ws)
    page.run()
    page.selectbox(key="import_kind").set_value("triplets").run()
    page.file_uploader(key="import_file").upload("t.csv", b"0,2,10\n3,4,5\n", "text/csv").run()
    assert not page.error and not store.exists()
    assert "2 answers for 't'. Numbers are those in the names of the items" in texts(page)
    shown = page.dataframe[0].value
    assert [Path(item).stem for item in shown["nearer: id"]] == ["02", "04"]
    assert shown["reference"][0].startswith("/thumbs/discs/0?")
    page.selectbox(key="import_header").set_value("the names of the columns").run()
    assert "1 answer for 't'." in texts(page)
    page.selectbox(key="import_header").set_value("an answer").run()
    page.button(key="import_go").click().run()
    assert "2 answers added to 't'" in page.success[0].value and len(store.answers("t")) == 2
    more(page, "Answers", "t")
    page.button(key="take_back_sure_t_0").click().run()
    assert store.answers("t") == [] and "t.csv was taken back: 2 events deleted" in texts(page)
    assert "Taken back on 20" in texts(page)


def test_what_cannot_be_read_is_said_and_not_imported(page: AppTest, ws: Workspace) -> None:
    page.run()
    page.file_uploader(key="import_file").upload("e.csv", b"a,b,c\n0,2,10\n", "text/csv").run()
    assert "expected the columns campaign, task" in page.error[0].value
    assert page.button(key="import_go").disabled


def test_similarities_by_path(page: AppTest, ws: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_DATA_ROOT", str(tmp_path))
    some = np.array(ws.dataset().ids.tolist()[2:5])
    np.savez(tmp_path / "s.npz", other=np.zeros(2), alike=[0.9, 0.1, 0.5], items=some)
    page.run()
    page.segmented_control(key="import_way").set_value("A path on this computer").run()
    page.selectbox(key="import_kind").set_value("matrix").run()
    page.checkbox(key="import_similar").set_value(True)
    page.text_input(key="import_array").set_value("alike")
    page.text_input(key="import_path").set_value("../s.npz").run()
    assert "below the data root" in page.error[0].value.replace("\\", "")
    page.text_input(key="import_path").set_value("s.npz").run()
    page.button(key="import_go").click().run()
    assert [(one.items, one.answer) for one in judgment_store(ws).answers("s")] == [
        ((some[0], some[1]), 0.9),
        ((some[0], some[2]), 0.1),
        ((some[1], some[2]), 0.5),
    ]


def test_rules_are_decided_on_the_card(page: AppTest, ws: Workspace) -> None:
    store = imported(page, ws)
    items = store.answers("t")[0].items
    store.add_answers(
        [
            Answer(campaign="t", task="triplet", annotator=who, trial="x", items=items, answer=items, rt_ms=150.0)
            for who in ("ann", "bo")
        ]
    )
    more(page, "Rules", "t")
    assert "2 answers left out by the rules of the campaign: 2 too fast." in texts(page)
    page.number_input(key="rules_fast_t").set_value(100)
    page.multiselect(key="rules_people_t").set_value(["bo"])
    page.button(key="rules_go_t").click().run()
    assert rules_of(store, "t") == Rules(fast_ms=100, people=("bo",))
    assert "1 answer left out by the rules of the campaign: 1 of people left out by hand." in texts(page)


def imported(page: AppTest, ws: Workspace) -> Store:
    page.run()
    page.selectbox(key="import_kind").set_value("triplets").run()
    page.file_uploader(key="import_file").upload("t.csv", b"0,2,10\n", "text/csv").run()
    page.button(key="import_go").click().run()
    return judgment_store(ws)


def test_texts_are_shown_as_texts_and_the_odd_one_last(text_workspace: Workspace, tmp_path: Path) -> None:
    opened, path = open_shared(text_workspace.path), tmp_path / "o.csv"
    path.write_text("0,1,2,ann\n3,4,5,bo\n", encoding="utf-8")
    look = look_at_judgments(opened, path, Options(kind="odd-one-out", odd="second", person="4"))
    frame, pictures = look_frame(opened, look)
    assert pictures == [] and frame["person"].tolist() == ["ann", "bo"]
    assert frame["odd one: id"].tolist() == ["1", "4"] and frame["odd one: text"][0].endswith("disc, number 1")
