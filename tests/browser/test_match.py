"""Match as people use it: two files of theirs, keys that decide and take back, links as a file, a phone."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from explorer.workspace.match_store import match_store
from explorer.workspace.opened import open_shared
from tests.browser.conftest import App, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LEFT = "id,name\na1,Acme Steel Works\na2,Blue Harbor Fisheries\na3,Northern Light Optics\na4,Old Town Brewery\n"
RIGHT = "id,company\nb1,Acme Steel Wroks\nb2,<b>Blue</b> Habror Fisheries\nb3,Nothern Light Optics\n"


@pytest.fixture
def lists(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "mine.csv").write_text(LEFT)
    (tmp_path / "theirs.csv").write_text(RIGHT)
    return tmp_path / "mine.csv", tmp_path / "theirs.csv"


def drawn(page: Any) -> None:
    """Wait until the page's script has ended, so that nothing takes the keys away."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()


def bring(page: Any, place: int, file: Path) -> None:
    """Choose a file for the left (0) or the right (1) side."""
    page.get_by_role("button", name="File", exact=True).nth(place).click()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_label(("Left", "Right")[place], exact=True).first).to_have_value(f"File: {file.name}")


def test_two_files_are_linked_decided_by_keys_and_exported(page: Any, app: App, lists: tuple[Path, Path]) -> None:
    page.goto(f"{app.url}/Match?ws=scenes")
    bring(page, 0, lists[0])
    bring(page, 1, lists[1])
    rows = page.get_by_role("listbox", name="Links").get_by_role("option")
    page.get_by_text("3 of 3 right rows").wait_for()
    drawn(page)
    rows.get_by_text("<b>Blue</b> Habror Fisheries").first.wait_for()
    first, second = (rows.nth(place).inner_text().split("\n")[0] for place in (0, 1))
    rows.nth(0).click()
    page.keyboard.press("a")
    page.keyboard.press("r")
    page.get_by_text("Kept: 1 same, 1 not the same").wait_for()
    page.keyboard.press("a")
    page.get_by_text("Kept: 2 same, 1 not the same").wait_for()
    page.keyboard.press("u")
    page.get_by_text("Kept: 1 same, 1 not the same").wait_for()
    store = match_store(open_shared(app.home / "workspaces" / "scenes").workspace)
    assert sorted(store.decisions("mine.csv and theirs.csv").values()) == ["other", "same"]

    page.reload()
    settled(page)
    expect(rows.filter(has_text=first)).to_contain_text("✓ same")
    drawn(page)
    page.get_by_text("Rejected 1").click()
    rejected = page.get_by_role("listbox", name="Rejected").get_by_role("option")
    expect(rejected).to_have_count(1)
    expect(rejected).to_contain_text(second)
    with page.expect_download() as download:
        page.get_by_role("button", name="Links (CSV)").click()
    written = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert written[0].startswith('"left_id","left","right_id","right","score","route","decision"')
    assert sum('"same"' in line for line in written) == 1 and not any('"other"' in line for line in written)
    assert any(first in line and '"same"' in line for line in written)


def test_what_stands_beside_nothing_cannot_be_decided(page: Any, app: App, tmp_path: Path) -> None:
    for name, words in (("ours.csv", "Acme Steel"), ("yours.csv", "Acme Steel\nZzz")):
        (tmp_path / name).write_text(f"name\n{words}\n")
    page.goto(f"{app.url}/Match?ws=scenes&bin=right")
    bring(page, 0, tmp_path / "ours.csv")
    bring(page, 1, tmp_path / "yours.csv")
    row = page.get_by_role("listbox", name="Right alone").get_by_role("option")
    expect(row).to_contain_text("Zzz")
    row.click()
    page.keyboard.press("a")
    expect(page.get_by_role("button", name="Not the same")).to_be_disabled()
    page.get_by_text("Kept: 0 same, 0 not the same").wait_for()
    assert not match_store(open_shared(app.home / "workspaces" / "scenes").workspace).decisions(
        "ours.csv and yours.csv"
    )


def test_on_a_phone_nothing_is_cut_off_and_a_tap_decides(browser: Any, app: App) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(f"{app.url}/Match?ws=scenes&left_column=caption")
    page.get_by_role("listbox", name="Links").wait_for()
    drawn(page)
    for box in ("document.scrollingElement", "document.querySelector('[data-testid=stMain]')"):
        assert page.evaluate(f"{box}.scrollWidth <= {box}.clientWidth + 1")
    for button in page.get_by_role("radiogroup", name="List").get_by_role("radio").all():
        assert button.bounding_box()["x"] + button.bounding_box()["width"] <= 390
    far = page.get_by_role("option").nth(12)
    far.tap()
    expect(far).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("button", name="Not the same")).to_be_in_viewport()
    page.get_by_role("button", name="Not the same").tap()
    page.get_by_text("Kept: 0 same, 1 not the same").wait_for()
    context.close()


def test_revisions_close_what_was_pasted_and_keep_the_row_in_the_address(page: Any, app: App, tmp_path: Path) -> None:
    page.goto(f"{app.url}/Match?ws=scenes&tab=revisions")
    page.get_by_role("button", name="Paste three texts").click()
    for name, text in (("Original O", "a b c"), ("Reference A", "a x c"), ("Candidate B", "a x c")):
        page.get_by_role("textbox", name=name).fill(text)
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("textbox", name="Original O")).to_have_count(0)
    page.get_by_text("A changes 2 words and signs, B 2; 2 of them match.").wait_for()
    (tmp_path / "three.csv").write_text("id,before,gold,output\nr1,a b,a c,a c\nr2,a b,a c,a b\nr3,a,a,a\n")
    page.get_by_role("button", name="File", exact=True).click()
    page.locator("input[type=file]").set_input_files(tmp_path / "three.csv")
    page.get_by_text("Row 1", exact=True).wait_for()
    drawn(page)
    page.get_by_test_id("stDataFrame").click(position={"x": 16, "y": 35 + 17 + 35})
    page.get_by_text("Row 2", exact=True).wait_for()
    assert "row=2" in page.url
    page.go_back()
    page.get_by_text("Row 1", exact=True).wait_for()
