import io
import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from explorer.workspace.jobs import list_jobs
from tools.fuzz_page import Form, upload_of

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
    rows = [f"t{n},A sentence about {word} and bread,{n % 2}" for n, word in enumerate(words)]
    path.write_text("key,review,kind\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def import_now(page: Any, app: App, name: str) -> None:
    """Name it and start; the progress takes the place of the form, and the new data opens by itself."""
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Name", exact=True).press("Enter")
    settled(page)
    button = page.get_by_role("button", name="Import and prepare")
    button.scroll_into_view_if_needed()
    button.click()
    expect(page.get_by_role("heading", name=f"Import {name}")).to_be_in_viewport()
    expect(page.get_by_text("The new data opens here when it is ready")).to_be_in_viewport()
    expect(button).to_have_count(0)
    app.wait_for_jobs(300)
    page.wait_for_url(f"**/?ws={name}")
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_in_viewport()
    settled(page)
    expect(page.get_by_text("already")).to_have_count(0)


def test_a_zip_is_uploaded_and_becomes_a_workspace_with_skipped_files(page: Any, app: App, tmp_path: Path) -> None:
    page.goto(f"{app.url}/?ws=scenes")
    page.get_by_role("tab", name="Add data").click()
    page.wait_for_url("**tab=add**")
    page.locator("input[type=file]").set_input_files(zip_of_images(tmp_path / "holiday.zip"))
    import_now(page, app, "holiday")
    expect(page.get_by_test_id("stMetric").first).to_contain_text("15")
    expect(page.get_by_text("Import holiday: 15 items, 15 new")).to_be_visible()
    page.get_by_role("tab", name="Skipped").click()
    page.get_by_text("2 files were left out").wait_for()
    page.get_by_role("tab", name="Models").click()
    page.get_by_text("Finished work").click()
    expect(page.get_by_text(re.compile(r"Import holiday · done · started .*, took \d+ (s|min)"))).to_be_visible()


def test_a_table_that_fails_keeps_the_form_and_then_goes_in_and_is_renamed_deleted_and_brought_back(
    page: Any, app: App, tmp_path: Path
) -> None:
    page.goto(f"{app.url}/?ws=scenes&tab=add")
    page.locator("input[type=file]").set_input_files(table_of_texts(tmp_path / "reviews.csv"))
    page.get_by_text("6 rows, 3 columns").wait_for()
    settled(page)
    choose(page, "Id (unique)", "kind")
    page.get_by_role("button", name="Import and prepare").click()
    expect(page.get_by_text("It failed")).to_be_in_viewport()
    expect(page.get_by_label("Name", exact=True)).to_have_value("reviews")
    choose(page, "Id (unique)", "key")
    import_now(page, app, "reviews")
    page.get_by_text("With a text").wait_for()

    page.get_by_role("button", name="Manage").click()
    page.get_by_label("New name").fill("opinions")
    page.get_by_label("New name").press("Enter")
    settled(page)
    page.get_by_role("button", name="Rename").click()
    page.wait_for_url("**/?ws=opinions")
    page.goto(f"{app.url}/Explore?ws=reviews")
    page.wait_for_url("**ws=opinions**")
    page.goto(f"{app.url}/?ws=opinions")
    settled(page)
    page.get_by_role("button", name="Manage").click()
    page.get_by_role("button", name="Move to the trash").click()
    page.get_by_text("is in the trash for").wait_for()
    assert not (app.home / "workspaces" / "opinions").exists()
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url("**/?ws=opinions")
    expect(page.get_by_role("heading", name="opinions", exact=True)).to_be_visible()


def test_damaged_files_are_a_message_or_can_be_imported(page: Any, empty_app: App, tmp_path: Path) -> None:
    """A few of the 300 of `make fuzz`."""
    form = Form(page, empty_app)
    for seed in (2, 3, 5, 7):
        (tmp_path / str(seed)).mkdir()
        assert form.put_in(upload_of(seed, tmp_path / str(seed)), seed) == ""
    assert form.ends["message"] and form.ends["form"]


def choose(page: Any, label: str, value: str) -> None:
    page.get_by_label(label).click()
    page.get_by_role("option", name=value, exact=True).click()
    settled(page)


def test_a_copy_is_made_and_opens_and_all_data_is_listed(page: Any, app: App) -> None:
    page.goto(f"{app.url}/?ws=scenes")
    settled(page)
    page.get_by_role("button", name="Manage").click()
    page.get_by_label("Name of the copy").fill("second")
    page.get_by_label("Name of the copy").press("Enter")
    settled(page)
    page.get_by_role("button", name="Duplicate").click()
    page.get_by_role("heading", name="Duplicate scenes as second").wait_for()
    app.wait_for_jobs()
    page.wait_for_url("**/?ws=second")
    settled(page)
    page.get_by_role("tab", name="All data").click()
    main = page.get_by_test_id("stMain")
    expect(main.get_by_role("button", name="second")).to_be_visible()
    expect(main.get_by_text("160 items")).to_have_count(2)
    main.get_by_role("button", name="scenes").click()
    page.wait_for_url("**/?ws=scenes")


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
    page.get_by_text("It was cancelled").wait_for()
    expect(page.get_by_text("From garden")).to_be_visible()
    job = next(job for job in list_jobs(app.home) if job.makes == "garden")
    assert job.args[:2] == ("import", str(folder))
    assert job.state == "cancelled"


def test_a_job_shows_its_progress_and_its_end(page: Any, app: App) -> None:
    page.goto(f"{app.url}/?ws=scenes")
    settled(page)
    page.get_by_role("tab", name="Models").click()
    page.get_by_text("Any other model").click()
    page.get_by_label("Kind of model").scroll_into_view_if_needed()
    page.wait_for_timeout(600)  # it unfolds
    page.get_by_label("Kind of model").click()
    page.get_by_role("option", name="histogram").click()
    settled(page)
    page.get_by_role("button", name="Add and prepare").click()
    page.get_by_text("Add the model histogram").first.wait_for()
    app.wait_for_jobs()
    page.get_by_text("Finished work").wait_for()
    page.goto(f"{app.url}/?ws=scenes&model=histogram")
    settled(page)
    page.get_by_role("tab", name="Models").click()
    page.get_by_text("histogram", exact=True).first.wait_for()


def test_without_data_the_welcome_says_what_to_do(page: Any, empty_app: App) -> None:
    page.goto(empty_app.url)
    page.get_by_role("heading", name="See what is similar").wait_for()
    settled(page)
    expect(page.get_by_role("button", name="Make this demo")).to_have_count(4)


def test_the_address_names_the_workspace_and_an_unknown_one_is_said(page: Any, app: App) -> None:
    page.goto(app.url)
    page.get_by_role("heading", level=1).wait_for()
    page.wait_for_url("**/?ws=*")
    page.goto(f"{app.url}/?ws=nowhere")
    page.get_by_text("There is no workspace named").wait_for()
