from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.workspace.embedding import embed
from explorer.workspace.folder import Workspace
from explorer.workspace.indexing import build_index
from explorer.workspace.mapping import build_map
from tests.pages.visits import APP, TIMEOUT, texts


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    monkeypatch.delenv("EXPLORER_DATA_ROOT", raising=False)
    monkeypatch.delenv("EXPLORER_WORKSPACE", raising=False)
    return tmp_path


def run(**query: str) -> AppTest:
    page = AppTest.from_file(APP, default_timeout=TIMEOUT)
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def test_without_data_it_welcomes_and_offers_the_demos(home: Path) -> None:
    page = run()
    assert "See what is similar" in texts(page)
    assert page.button(key="demo_scenes").label == "Make this demo"
    assert page.button(key="demo_digits").label == "Make this demo"


def test_new_data_asks_to_be_prepared_and_nothing_starts_by_itself(home: Path, image_workspace: Workspace) -> None:
    page = run()
    assert page.selectbox(key="pick_ws").value == "pictures"
    assert page.button(key="prepare").label == "Prepare for search"
    assert [metric.value for metric in page.metric[:2]] == ["12", "12"]
    assert "No model has looked at these items yet" in texts(page)
    assert not (image_workspace.path / "jobs").exists()
    assert not (home / "jobs").exists()


def test_prepared_data_shows_its_model_its_recall_and_its_maps(home: Path, image_workspace: Workspace) -> None:
    embed(image_workspace, "histogram")
    build_index(image_workspace, "histogram")
    build_map(image_workspace, "histogram", method="pca")
    page = run(ws="pictures")
    assert page.button(key="go_explore").label == "Explore"
    assert page.selectbox(key="pick_model").value == "histogram"
    assert "Every search compares all items, nothing is missed" in texts(page)
    assert page.button(key="umap_histogram").label == "Draw a UMAP map"


def test_what_could_not_be_read_is_listed_with_the_reason(home: Path, image_folder: Path, tmp_path: Path) -> None:
    from explorer.workspace.importing import import_source

    (image_folder / "broken.png").write_bytes(b"\x89PNG nothing")
    (image_folder / "empty.jpg").write_bytes(b"")
    workspace = import_source(image_folder, tmp_path / "workspaces" / "pictures")
    embed(workspace, "histogram")
    page = run(ws="pictures")
    assert "2 files were left out" in texts(page)
    table = next(frame.value for frame in page.dataframe if "Why" in frame.value)
    assert sorted(table["File"]) == ["broken.png", "empty.jpg"]
    assert all(table["Why"])


def test_each_attribute_is_drawn(home: Path, image_workspace: Workspace) -> None:
    assert "folder" in texts(run(ws="pictures"))


def test_an_unknown_workspace_is_said_and_others_can_be_chosen(home: Path, image_workspace: Workspace) -> None:
    page = run(ws="nowhere")
    assert "There is no workspace named 'nowhere'" in page.error[0].value
    page.selectbox(key="pick_ws").set_value("pictures").run()
    assert not page.error
    assert page.query_params["ws"] == "pictures"
    assert "pictures" in page.title[0].value


def test_paths_need_a_data_root_and_stay_below_it(
    home: Path, image_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = run()
    page.segmented_control(key="bring_way").set_value("A path on this computer").run()
    assert "started without a data root" in texts(page)
    monkeypatch.setenv("EXPLORER_DATA_ROOT", str(image_folder.parent))
    page = run()
    page.segmented_control(key="bring_way").set_value("A path on this computer").run()
    page.text_input(key="bring_path").set_value("/etc").run()
    assert "Expected a path below the data root" in page.error[0].value
    page = run()
    page.segmented_control(key="bring_way").set_value("A path on this computer").run()
    page.text_input(key="bring_path").set_value("pictures").run()
    assert not page.error
    assert page.text_input(key="bring_name_pictures").value == "pictures"


def test_a_form_adds_any_model(home: Path, image_workspace: Workspace) -> None:
    page = run(ws="pictures")
    page.selectbox(key="add_family").set_value("open_clip").run()
    assert not page.exception
    assert page.selectbox(key="add_clip_model").value == "ViT-B-32"
    assert "laion2b_s34b_b79k" in page.selectbox(key="add_clip_tag").options
