"""Data sets by name, from a small hub on this computer."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image
from typer.testing import CliRunner

from explorer.base.errors import InputError
from explorer.workspace.folder import Workspace
from explorer.workspace.hub_sets import HubSet, hub_set, is_hub_name, look
from explorer.workspace.import_report import read_report
from explorer.workspace.importing import import_named
from tests.encoders.hub_double import COMMIT, Hub, serve
from tests.encoders.test_fetching import point_to

LATER = "f" * 40
SET = "some/discs"


def parquet(texts: list[str]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"id": [text.partition(" ")[0] for text in texts], "text": texts}), buffer)
    return buffer.getvalue()


def picture(shade: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 30), (shade, 0, 0)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    from huggingface_hub import constants

    files = {
        "README.md": b"# Discs",
        "discs.py": b"raise SystemExit('this is never run')",
        "data/train-00000-of-00001.parquet": parquet([f"{n} a red disc" for n in range(40)]),
        "data/test-00000-of-00001.parquet": parquet(["x a blue disc"]),
        "../outside.parquet": parquet(["y an odd name"]),
    }
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    with serve(Hub({SET: files})) as served:
        point_to(served.address, monkeypatch)
        yield served


def bring(name: str) -> Workspace:
    return import_named(Path(name))


def notes_of(ws: Workspace) -> str:
    report = read_report(ws)
    return "\n".join(report.notes) if report else ""


def test_a_set_comes_by_name_with_its_splits_and_the_commit_it_is_of(hub: Hub, tmp_path: Path) -> None:
    ws = bring(f"hf:{SET}")
    table = ws.dataset().table
    assert ws.name == "discs" and table.num_rows == 41
    assert sorted(set(table["split"].to_pylist())) == ["test", "train"]
    assert f"From the Hugging Face hub: {SET}, state {COMMIT}." in notes_of(ws)
    told = json.loads((Path(ws.manifest.source) / ".hub.json").read_text())
    assert (told["commit"], told["name"], len(told["files"])) == (COMMIT, f"hf:{SET}", 2)
    assert not (tmp_path / "outside.parquet").exists() and "discs.py" not in dict(hub.gets())


def test_the_command_says_the_size_first_and_brings_a_new_state_when_there_is_one(hub: Hub) -> None:
    from explorer.commands.main import app

    hub.commits[SET] = COMMIT
    first = CliRunner().invoke(app, ["import", f"hf:{SET}"])
    size = sum(len(content) for name, content in hub.repos[SET].items() if name.startswith("data/"))
    assert first.output.startswith(
        f"{SET} on the Hugging Face hub, state {COMMIT[:7]}: 2 files, {size / 1e6:,.1f} MB.\n"
    )
    asked = len(hub.gets())
    assert "discs: 41 items" in CliRunner().invoke(app, ["import", f"hf:{SET}"]).output and len(hub.gets()) == asked
    hub.commits[SET] = LATER
    hub.repos[SET]["data/test-00000-of-00001.parquet"] = parquet(["x a blue disc", "z a new one"])
    again = CliRunner().invoke(app, ["import", f"hf:{SET}"]).output
    assert f"state {LATER[:7]}" in again and "discs: 42 items, 1 new" in again
    assert [name for name, _ in hub.gets()[asked:]] == ["test-00000-of-00001.parquet"]


def test_a_revision_and_a_folder(hub: Hub) -> None:
    hub.repos[f"{SET}@v1"] = {"a/one.parquet": parquet(["1 old"]), "b/two.parquet": parquet(["2 old", "3 old"])}
    hub.commits[f"{SET}@v1"] = LATER
    assert bring(f"hf:{SET}@v1").dataset().table.num_rows == 3
    part = bring(f"hf:{SET}/b@v1")
    assert part.dataset().table["text"].to_pylist() == ["2 old", "3 old"] and LATER in notes_of(part)
    with pytest.raises(InputError, match="The hub has no revision 'v9' of some/discs"):
        bring(f"hf:{SET}@v9")


def test_pictures_with_metadata_and_sets_that_only_the_hub_has_turned_to_parquet(hub: Hub) -> None:
    metadata = b'{"file_name": "a.png", "text": "dark"}\n{"file_name": "b.png", "text": "light"}\n'
    hub.repos["some/pictures"] = {
        "train/a.png": picture(9),
        "train/b.png": picture(99),
        "train/metadata.jsonl": metadata,
    }
    ws = bring("hf:some/pictures")
    assert ws.dataset().table["text"].to_pylist() == ["dark", "light"] and ws.image_path(1).is_file()
    hub.repos["some/old"] = {"old.py": b"", "README.md": b""}
    with pytest.raises(InputError, match=r"hf:some/old: expected tables, tars or pictures; its files are README\.md"):
        bring("hf:some/old")
    hub.repos["some/old@refs/convert/parquet"] = {"default/train/0000.parquet": parquet(["1 turned"])}
    hub.commits["some/old@refs/convert/parquet"] = LATER
    assert bring("hf:some/old").dataset().table["text"].to_pylist() == ["1 turned"]


def test_a_line_that_breaks_off_goes_on_and_a_damaged_file_leaves_nothing(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("explorer.encoders.fetching.WAIT_S", 0.0)
    hub.cut = [500]
    assert len(bring(f"hf:{SET}").dataset()) == 41
    assert [span for _, span in hub.gets() if span] == ["bytes=500-"]
    hub.repos["some/bad"] = {"bad.parquet": parquet(["1 bad"])}
    hub.damaged = {"bad.parquet"}
    with pytest.raises(InputError, match=r"hf:some/bad: bad\.parquet arrived damaged"):
        bring("hf:some/bad")
    assert not (tmp_path / "home" / "hub_sets" / "some" / "bad").exists()


def test_without_a_network_it_is_said_what_to_do(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        InputError, match="hf:some/nothing: The hub does not give some/nothing: it is gone, or asks for a"
    ):
        bring("hf:some/nothing")
    point_to("http://127.0.0.1:9", monkeypatch)
    with pytest.raises(InputError, match=r"hf:some/discs: The hub cannot be reached .*: is there a network\?"):
        bring(f"hf:{SET}")
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(InputError, match="HF_HUB_OFFLINE says that the hub is not to be asked"):
        look(HubSet(SET))


@pytest.mark.parametrize(
    "name", ["hf:", "hf:name", "hf:a/b c", "hf:a/../b", "hf:../b", "hf:a/..", "hf:/a/b", "hf:a/b@"]
)
def test_other_names_are_told_the_forms(name: str) -> None:
    assert is_hub_name(name)
    with pytest.raises(InputError, match="Expected hf:user/name"):
        hub_set(name)


def test_names_that_fit() -> None:
    assert hub_set("hf:a/b") == HubSet("a/b")
    assert str(HubSet("a/b", "refs/pr/1", "c/d")) == "hf:a/b/c/d@refs/pr/1"
    assert hub_set(Path("hf:a/b/c/d@refs/pr/1")) == HubSet("a/b", "refs/pr/1", "c/d")


def test_the_form_on_the_home_page_says_the_size_and_starts_the_import(
    hub: Hub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from streamlit.testing.v1 import AppTest

    from explorer.workspace.jobs import cancel, list_jobs
    from tests.pages.test_home import run

    def asked(text: str) -> AppTest:
        page = run(tab="add")
        page.segmented_control(key="bring_way").set_value("Hugging Face hub").run()
        return page.text_input(key="bring_hub").set_value(text).run()

    assert "The hub does not give some/nothing" in asked("some/nothing").warning[0].value
    page = asked(f"https://example.org/datasets/{SET}")
    assert f"state {COMMIT[:7]}: 2 files" in "".join(one.value for one in page.caption).replace("\\", "")
    assert page.text_input(key="bring_name_discs").value == "discs" and not hub.gets()
    page.button(key="bring_go").click().run()
    (job,) = list_jobs(tmp_path / "home")
    cancel(job)
    assert job.args[:4] == ("import", f"hf:{SET}", "--name", "discs")
