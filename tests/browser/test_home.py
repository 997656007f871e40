import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from explorer.workspace.jobs import list_jobs

from .conftest import App, settled

pytestmark = pytest.mark.slow


def png(seed: int) -> bytes:
    colours = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(colours).resize((64, 48), Image.Resampling.NEAREST).save(buffer, "PNG")
    return buffer.getvalue()


def zip_of_images(path: Path) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(14):
            archive.writestr(f"{'left' if number % 2 else 'right'}/{number:02d}.png", png(number))
        archive.writestr("left/broken.png", b"\x89PNG and then nothing")
        archive.writestr("left/empty.png", b"")
    return path


def table_of_texts(path: Path) -> Path:
    words = ("tea", "milk", "rain", "snow", "wool", "ink")
    rows = [f"t{n},A sentence about {word} and bread,{n}" for n, word in enumerate(words)]
    path.write_text("key,review,stars\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def import_now(page: Any, app: App, name: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Name").press("Enter")
    settled(page)
    page.get_by_role("button", name="Import and prepare").click()
    settled(page)
    app.wait_for_jobs()
    page.goto(f"{app.url}/?ws={name}")
    page.get_by_role("heading", name=name).wait_for()
    settled(page)


def test_a_zip_is_uploaded_and_becomes_a_workspace_with_skipped_files(page: Any, app: App, tmp_path: Path) -> None:
    page.goto(f"{app.url}/?ws=scenes")
    page.get_by_role("tab", name="Add data").click()
    page.locator("input[type=file]").set_input_files(zip_of_images(tmp_path / "holiday.zip"))
    import_now(page, app, "holiday")
    expect(page.get_by_test_id("stMetric").first).to_contain_text("15")
    page.get_by_role("tab", name="Skipped files").click()
    page.get_by_text("2 files were left out").wait_for()


def test_a_table_is_uploaded_and_its_columns_are_guessed(page: Any, app: App, tmp_path: Path) -> None:
    page.goto(f"{app.url}/?ws=scenes")
    page.get_by_role("tab", name="Add data").click()
    page.locator("input[type=file]").set_input_files(table_of_texts(tmp_path / "reviews.csv"))
    page.get_by_text("6 rows, 3 columns").wait_for()
    import_now(page, app, "reviews")
    page.get_by_text("With a text").wait_for()


def test_a_folder_below_the_data_root_is_taken_others_are_refused_and_work_can_be_stopped(page: Any, app: App) -> None:
    folder = app.data_root / "garden"
    folder.mkdir()
    for number in range(12):
        (folder / f"{number}.png").write_bytes(png(number))
    page.goto(f"{app.url}/?ws=scenes")
    page.get_by_role("tab", name="Add data").click()
    page.get_by_text("A path on this computer").click()
    box = page.get_by_label("Folder or table below")
    box.fill("../../etc")
    box.press("Enter")
    page.get_by_text("Expected a path below the data root").wait_for()
    page.goto(f"{app.url}/?ws=scenes")
    page.get_by_role("tab", name="Add data").click()
    page.get_by_text("A path on this computer").click()
    box.fill("garden")
    box.press("Enter")
    page.get_by_role("button", name="Import and prepare").click()
    page.get_by_text("Import garden").first.wait_for()
    page.get_by_role("button", name="Cancel").click()
    app.wait_for_jobs()
    job = list_jobs(app.home)[0]
    assert job.args[:2] == ("import", str(folder))
    assert job.state == "cancelled"


def test_a_job_shows_its_progress_and_its_end(page: Any, app: App) -> None:
    page.goto(f"{app.url}/?ws=scenes")
    settled(page)
    page.get_by_role("tab", name="Models and maps").click()
    page.get_by_label("Kind of model").click()
    page.get_by_role("option", name="histogram").click()
    settled(page)
    page.get_by_role("button", name="Add and prepare").click()
    page.get_by_text("Add the model histogram").first.wait_for()
    app.wait_for_jobs()
    page.get_by_text("Finished work").wait_for()
    page.goto(f"{app.url}/?ws=scenes&model=histogram")
    settled(page)
    page.get_by_role("tab", name="Models and maps").click()
    page.get_by_text("histogram", exact=True).first.wait_for()


def test_without_data_the_welcome_says_what_to_do(page: Any, empty_app: App) -> None:
    page.goto(empty_app.url)
    page.get_by_role("heading", name="See what is similar").wait_for()
    settled(page)
    expect(page.get_by_role("button", name="Make this demo")).to_have_count(2)


def test_the_address_names_the_workspace_and_an_unknown_one_is_said(page: Any, app: App) -> None:
    page.goto(app.url)
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_url("**/?ws=*")
    page.goto(f"{app.url}/?ws=nowhere")
    page.get_by_text("There is no workspace named").wait_for()
