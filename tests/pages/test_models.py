"""The models of the home page: the short list, a trial, the default, and the step up for photos."""

from pathlib import Path
from typing import Any, cast

import pytest
from streamlit.testing.v1 import AppTest

from explorer.app.home.recent import texts_of
from explorer.base.metrics import Score
from explorer.encoders.reachable import WATCH
from explorer.encoders.speed import Speed, note_speed
from explorer.io.atomic import write_json
from explorer.library.trying import offer
from explorer.library.trying.report import Beside, Lists, WhatChanges
from explorer.library.trying.service import report_file
from explorer.workspace.embedding import embed
from explorer.workspace.folder import Workspace
from explorer.workspace.jobs import list_jobs
from tests.pages.visits import APP, TIMEOUT, texts

NEW = "open_clip:ViT-B-32/datacomp_xl_s13b_b90k"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, no models in the hub's cache, and jobs that do not ask the hub."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("HF_HOME", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    monkeypatch.delenv("EXPLORER_WORKSPACE", raising=False)
    return tmp_path


@pytest.fixture
def discs(home: Path, image_workspace: Workspace) -> Workspace:
    """Twelve pictures with the vectors of histogram and pocket."""
    embed(image_workspace, "histogram")
    embed(image_workspace, "pocket")
    return image_workspace


def run(**query: str) -> AppTest:
    page = AppTest.from_file(APP, default_timeout=TIMEOUT)
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def keep_trial(workspace: Workspace) -> WhatChanges:
    """A trial of the step up, as the command keeps it."""
    first, *others = (str(one) for one in workspace.dataset().ids)
    folder = Beside(column="folder", old=0.4, new=0.6, gain=Score(0.2, 0.15, 0.25, 12), chance=0.3)
    found = WhatChanges(
        old="pocket",
        new=NEW,
        items=12,
        collection=12,
        changed=Score(3.5, 3.0, 4.0, 12),
        counts=(2, 0, 0, 8, 0, 0, 0, 0, 0, 0, 2),
        columns=(folder,),
        words=(),
        queries=(Lists("a *red* disc", tuple(others[:5]), tuple(others[5:10])),),
        moved=(Lists(first, tuple(others[:5]), tuple(others[5:10])),),
        rate=4.0,
        dim=512,
        stamp=" ".join(map(str, workspace.embeddings_stamp("pocket"))),
    )
    write_json(report_file(workspace, "pocket", NEW), found.as_dict())
    return found


def test_the_list_says_size_licence_and_speed_and_a_button_starts_the_trial(discs: Workspace) -> None:
    note_speed("pocket", Speed(1_000, 10.0, 8.0))
    page = run(ws="pictures", tab="models")
    told = texts(page)
    assert "CLIP ViT-B/32 (DataComp)" in told and "605 MB to download · MIT" in told
    assert "Apple’s own research licence (apple-amlr): research only" in told
    assert "a second (estimated)" in told and "224 × 224 pixels, 512 numbers · ImageNet 69.2" in told
    assert "Good at a first look" not in told  # pocket is there already
    page.button(key="try.vit-b-32").click().run()
    (job,) = list_jobs(discs.path)
    assert job.args == ("models", "compare", str(discs.path), "vit-b-32", "--beside", "pocket")
    assert job.title == "Try CLIP ViT-B/32 (DataComp) beside pocket"


def test_what_changes_is_shown_with_both_lists_and_the_button_that_embeds_all(discs: Workspace) -> None:
    keep_trial(discs)
    page = run(ws="pictures", tab="models", trial="vit-b-32")
    told = texts(page)
    assert "What changes for you: CLIP ViT-B/32 (DataComp) beside pocket" in told
    assert "Of each item’s 10 nearest among the 12, 3.5 are others (3.0 to 4.0)." in told
    assert "2 of 12 items keep all ten, 2 keep none." in told and told.count(": “a *red* disc”") == 2
    (table,) = (frame.value for frame in page.dataframe if "Difference (95 %)" in frame.value)
    assert table.iloc[0].tolist() == ["folder", "0.40", "0.60", "+0.20 (+0.15 to +0.25)", "better", "0.30", "12"]
    bodies = [str(cast(Any, one).body) for one in page.get("html")]
    strips = [body for body in bodies if "/thumbs/pictures/" in body]
    assert [strip.count("<img") for strip in strips] == [5, 5, 6, 6]
    assert [strip.count("class=asked") for strip in strips] == [0, 0, 1, 1]
    page.button(key="trial.all").click().run()
    assert list_jobs(discs.path)[0].args == ("prepare", str(discs.path), "--model", NEW)


def test_the_default_is_chosen_among_the_models_and_pages_open_with_it(discs: Workspace) -> None:
    page = run(ws="pictures", tab="models")
    assert page.selectbox(key="pick_model").value == "pocket"
    assert [one.key for one in page.button if str(one.key).startswith("default_")] == ["default_histogram"]
    page.button(key="default_histogram").click().run()
    assert run(ws="pictures", tab="models").selectbox(key="pick_model").value == "histogram"
    assert run(ws="pictures", model="pocket").selectbox(key="pick_model").value == "pocket"


def test_photos_get_an_offer_with_its_size_that_can_be_refused(
    discs: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(offer, "are_photos", lambda opened: True)
    monkeypatch.setattr(WATCH, "reachable", lambda: False)
    assert "look like photos" not in texts(run(ws="pictures"))
    monkeypatch.setattr(WATCH, "reachable", lambda: True)
    told = texts(run(ws="pictures"))
    assert "These look like photos. CLIP ViT-B/32 (DataComp) knows far more things than pocket." in told
    assert "605 MB to download, once. Before anything is replaced you see what changes" in told
    keep_trial(discs)
    page = run(ws="pictures")
    assert "was tried on your photos.** On 12 items, 3.5 of each item’s 10 nearest are others" in texts(page)
    page.button(key="step_up.see").click().run()
    assert page.query_params["tab"] == "models"
    page = run(ws="pictures")
    page.button(key="step_up.no").click().run()
    assert "was tried" not in texts(page) and "was tried" not in texts(run(ws="pictures"))


def test_texts_that_were_asked_come_back_newest_first() -> None:
    addresses = ["q=text:1:a+red+car&q=item:1:x", "", "q=text:-1:the sea: at night&k=3", "q=text:1:a+red+car"]
    assert texts_of(addresses) == ["a red car", "the sea: at night"]
