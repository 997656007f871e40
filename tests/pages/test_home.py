import json
import time
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from explorer.app.home.bring import options_of
from explorer.app.home.words import size
from explorer.workspace.embedding import embed
from explorer.workspace.folder import Workspace
from explorer.workspace.indexing import build_index
from explorer.workspace.jobs import Job, cancel, list_jobs, read_job, start
from explorer.workspace.managing import rename_workspace
from explorer.workspace.mapping import build_map
from explorer.workspace.trash import delete_workspace
from explorer.workspace.trashed import list_trash
from tests.pages.visits import APP, TIMEOUT, charts, component, texts


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
    assert "No model has looked at these items yet" in texts(run(tab="models"))
    assert not (image_workspace.path / "jobs").exists()
    assert not (home / "jobs").exists()


def test_prepared_data_shows_its_model_its_recall_and_its_maps(home: Path, image_workspace: Workspace) -> None:
    embed(image_workspace, "histogram")
    build_index(image_workspace, "histogram")
    build_map(image_workspace, "histogram", method="pca")
    page = run(ws="pictures", tab="models")
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
    page = run(ws="pictures", tab="skipped")
    assert "2 files were left out" in texts(page)
    table = next(frame.value for frame in page.dataframe if "Why" in frame.value)
    assert sorted(table["File"]) == ["broken.png", "empty.jpg"]
    assert all(table["Why"])


def test_each_attribute_is_drawn_and_opens_explore_once_it_can_be_searched(
    home: Path, image_workspace: Workspace
) -> None:
    page = run(ws="pictures")
    assert "folder" in charts(page)
    assert not component(page, "explorer_bars")["clicks"]
    embed(image_workspace, "histogram")
    page = run(ws="pictures")
    assert component(page, "explorer_bars")["clicks"]
    page.session_state["home.clicked"] = "folder:values:warm"
    page.run()
    assert page.query_params["f"] == "folder:values:warm"
    assert page.query_params["ws"] == "pictures"


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
    assert not page.checkbox


def test_labelled_boxes_may_become_the_items(home: Path, image_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    box = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 9, 9]}
    labels = {"images": [{"id": 1, "file_name": "top.png"}], "annotations": [box], "categories": []}
    (image_folder / "coco.json").write_text(json.dumps(labels))
    monkeypatch.setenv("EXPLORER_DATA_ROOT", str(image_folder.parent))
    page = run()
    page.segmented_control(key="bring_way").set_value("A path on this computer").run()
    page.text_input(key="bring_path").set_value("pictures").run()
    page.checkbox(key="bring_crops").check().run()
    page.button(key="bring_go").click().run()
    (job,) = list_jobs(home)
    cancel(job)
    assert job.args[:2] == ("import", str(image_folder)) and job.args[-1] == "--crops"


def test_a_form_adds_any_model(home: Path, image_workspace: Workspace) -> None:
    page = run(ws="pictures", tab="models")
    page.selectbox(key="add_family").set_value("open_clip").run()
    assert not page.exception
    assert page.selectbox(key="add_clip_model").value == "ViT-B-32"
    assert "laion2b_s34b_b79k" in page.selectbox(key="add_clip_tag").options
    page.selectbox(key="add_family").set_value("sentence").run()
    page.text_input(key="add_sentence").set_value("/etc")
    page.button(key="add_model").click().run()
    assert "for pages" in page.error[0].value
    page.selectbox(key="add_family").set_value("pocket").run()
    page.text_input(key="add_pocket").set_value("/etc")
    page.button(key="add_model").click().run()
    assert "for pages" in page.error[0].value
    assert not (image_workspace.path / "jobs").exists()


def test_the_open_tab_is_part_of_the_address_and_the_others_are_not_worked_out(
    home: Path, image_workspace: Workspace
) -> None:
    page = run(ws="pictures", tab="add")
    assert [one.key for one in page.segmented_control] == ["bring_way"]
    assert not page.metric
    assert "expected one of what, models, skipped, add, all" in texts(run(ws="pictures", tab="nothing"))


def ended_job(home: Path, args: list[str], name: str) -> Job:
    job = start(home, args, f"Import {name}", makes=name)
    while job.state == "running":
        time.sleep(0.05)
        job = read_job(job.folder)
    return job


def test_an_import_that_failed_says_why_and_keeps_what_was_filled_in(home: Path) -> None:
    table = home / "uploads" / "x" / "songs.csv"
    table.parent.mkdir(parents=True)
    table.write_text("title,words,number\na,la la,1\nb,lo lo,1\n", encoding="utf-8")
    job = ended_job(home, ["import", str(table), "--name", "my songs", "--text", "words", "--id", "number"], "my songs")
    assert job.state == "failed"
    page = run(job=job.id)
    assert page.title[0].value == "Import my songs"
    assert "It failed:" in page.error[0].value and "number" in page.error[0].value
    assert "From **songs" in texts(page)
    chosen = {label: page.selectbox(key=f"bring_{label}").value for label in ("Text", "Id (unique)")}
    assert chosen == {"Text": "words", "Id (unique)": "number"}
    assert page.text_input(key="bring_name_songs.csv").value == "my songs"
    assert not page.button(key="bring_go").disabled and not page.warning
    page.button(key="arriving.back").click().run()
    assert "job" not in page.query_params and "See what is similar" in texts(page)


def test_when_the_new_data_is_there_the_address_becomes_its_own(home: Path, image_folder: Path) -> None:
    job = ended_job(home, ["import", str(image_folder), "--name", "mine"], "mine")
    page = run(job=job.id)
    assert dict(page.query_params) == {"ws": "mine"}
    assert page.title[0].value == "mine"
    assert "**Import mine**: 12 items, 12 new" in texts(page).replace("\\", "")
    assert not page.warning
    assert "job" not in run(ws="mine", job="long-gone").query_params


def test_a_source_that_is_known_is_updated_or_brought_in_under_another_name(
    home: Path, image_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename_workspace(image_workspace, "renamed")
    monkeypatch.setenv("EXPLORER_DATA_ROOT", str(home))
    page = run(ws="renamed", tab="add")
    page.segmented_control(key="bring_way").set_value("A path on this computer").run()
    page.text_input(key="bring_path").set_value("pictures").run()
    assert "This was imported before, as **renamed** (12 items)." in texts(page)
    assert page.text_input(key="bring_name_pictures").value == "pictures"
    assert not page.warning
    page.text_input(key="bring_name_pictures").set_value("renamed").run()
    assert "There is a workspace named 'renamed' already" in page.warning[0].value
    assert page.button(key="bring_go").disabled
    page.text_input(key="bring_name_pictures").set_value("a/b").run()
    assert "Expected a name" in page.warning[0].value


def test_a_workspace_is_renamed_and_old_links_lead_to_it(home: Path, image_workspace: Workspace) -> None:
    page = run(ws="pictures")
    assert page.button(key="manage.rename").disabled
    page.text_input(key="manage.name.pictures").set_value("holiday").run()
    page.button(key="manage.rename").click().run()
    assert page.query_params["ws"] == "holiday" and page.title[0].value == "holiday"
    again = run(ws="pictures")
    assert again.query_params["ws"] == "holiday" and again.title[0].value == "holiday"
    assert "is called “holiday” now" in again.toast[0].value


def test_a_deleted_workspace_can_be_taken_back_at_once_or_from_the_trash(
    home: Path, image_workspace: Workspace
) -> None:
    page = run(ws="pictures")
    page.button(key="manage.delete").click().run()
    assert not image_workspace.path.exists()
    assert "**pictures** is in the trash for" in texts(page)
    page.button(key="gone.undo").click().run()
    assert dict(page.query_params) == {"ws": "pictures"} and page.title[0].value == "pictures"
    delete_workspace(Workspace.open(image_workspace.path))
    page = run()
    page.button(key=f"restore_{list_trash(image_workspace.path.parent)[0].id}").click().run()
    assert page.title[0].value == "pictures"


def test_running_work_keeps_a_workspace_as_it_is(home: Path, image_workspace: Workspace) -> None:
    job = start(image_workspace.path, ["prepare", str(image_workspace.path)], "Prepare it")
    page = run(ws="pictures")
    assert "“Prepare it” is running" in texts(page)
    assert all(page.button(key=f"manage.{name}").disabled for name in ("rename", "duplicate", "delete"))
    cancel(job)
    while read_job(job.folder).state == "running":
        time.sleep(0.05)


def test_all_data_is_listed_with_what_tells_it_apart(
    home: Path, image_workspace: Workspace, text_workspace: Workspace
) -> None:
    told = texts(run(ws="texts", tab="all"))
    assert "a folder of images · 12 items" in told
    assert "a table · 6 items" in told and "KB on disk" in told
    assert told.count("shown now") == 1


def test_texts_that_the_model_cuts_are_counted_on_its_card(home: Path, text_workspace: Workspace) -> None:
    spec = "sentence:all-MiniLM-L6-v2"
    embed(text_workspace, spec)
    assert "longer than the model reads" not in texts(run(ws="texts", tab="models"))
    manifest = text_workspace.folder("embeddings", spec) / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "cut": 3}))
    assert "3 texts longer than the model reads (the end is cut)." in texts(run(ws="texts", tab="models"))


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "0 KB"), (12_345, "12 KB"), (1_250_000, "1.2 MB"), (31_400_000, "31 MB")],
)
def test_sizes_in_words(count: int, words: str) -> None:
    assert size(count) == words


def test_the_options_of_an_import_are_read_back() -> None:
    args = ["import", "a.csv", "--name", "n", "--prepare", "--id", "", "--vectors", "v", "--vectors", "w"]
    assert options_of(args) == {"name": ["n"], "id": [""], "vectors": ["v", "w"]}
    args = ["import", "a.zip", "--name", "n", "--prepare", "--crops", "--text", "t"]
    assert options_of(args) == {"name": ["n"], "text": ["t"], "crops": []}
