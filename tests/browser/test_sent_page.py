"""The page to send, as whoever gets it opens it: from a disk, without a network and without the app."""

from pathlib import Path
from typing import Any

from explorer.library.sending.choice import Stop, choose
from explorer.library.sending.page import export_page
from explorer.workspace.opened import open_shared


def test_a_page_from_a_disk_is_hovered_searched_and_walked_without_a_network(
    browser: Any, scenes_home: Path, tmp_path: Path
) -> None:
    from playwright.sync_api import expect

    opened = open_shared(scenes_home / "workspaces" / "scenes")
    ids = [str(one) for one in opened.dataset.ids]
    target = tmp_path / "page.html"
    stops = (Stop(caption="By colour", colour="column:colour", picked=ids[3]),)
    export_page(choose(opened, stops=stops), target)
    context = browser.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    page = context.new_page()
    problems: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url) if not request.url.startswith("data:") else None)
    page.goto(target.as_uri())

    map_ = page.locator(".map[data-drawn]")
    expect(map_).to_have_attribute("data-drawn", "160")
    box = page.locator("canvas.front").bounding_box()
    hovered = page.locator(".card:not([hidden]) .id")
    # A grid of places: some point lies under one of them.
    for step in range(400):
        page.mouse.move(box["x"] + 60 + 40 * (step % 12), box["y"] + 60 + 35 * (step // 12 % 12))
        if hovered.count():
            break
    row = ids.index(hovered.inner_text())
    expect(page.locator(".card .said")).to_have_text(opened.dataset.table.column("caption")[row].as_py())
    expect(page.locator(".card img").first).to_have_js_property("complete", True)
    assert page.locator(".card img").first.evaluate("image => image.naturalWidth") > 0

    page.get_by_role("searchbox").fill("red star")
    frame = opened.dataset.table.to_pandas()
    words = frame.drop(columns=["path", "hash"]).astype(str).agg(" ".join, axis=1).str.lower()
    passing = int((words.str.contains("red") & words.str.contains("star")).sum())
    expect(page.locator(".side h2")).to_have_text(f"{passing} of 160 items with “red star”")
    expect(page.locator(".status")).to_contain_text(f"{passing} hold the words")

    page.locator("button.open").first.click()
    expect(page.locator(".side h3")).to_have_text("The 24 most like it")
    first = page.locator(".side .id").inner_text()
    cards = page.locator("li.card")
    expect(cards).to_have_count(24)
    values = [float(one) for one in page.locator(".value:not(button)").all_inner_texts() if one.startswith("0.")]
    assert len(values) == 24 and values == sorted(values, reverse=True)
    second = cards.first.get_attribute("data-id")
    cards.first.locator("button.open").click()
    expect(page.locator(".side .id")).to_have_text(second)
    assert second != first

    page.keyboard.press("PageDown")
    expect(page.locator(".caption")).to_have_text("By colour")
    expect(page.locator(".side .id")).to_have_text(ids[3])
    expect(page.get_by_role("combobox")).to_contain_text("Colour: colour")
    assert page.get_by_role("combobox").evaluate("one => one.selectedOptions[0].text") == "Colour: colour"
    white = page.locator(".legend button.value", has_text="white").locator(".swatch")
    assert white.evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(255, 255, 255)", (
        "what the value names"
    )
    assert "inset" in white.evaluate("one => getComputedStyle(one).boxShadow"), "with an outline on a light ground"
    page.get_by_role("button", name="Light or dark").click()
    expect(white).to_have_css("box-shadow", "none")
    grounds = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert grounds == "rgb(20, 24, 29)"
    assert not page.evaluate(
        "async () => { try { await fetch('data:text/plain,x'); return true } catch { return false } }"
    ), "the policy forbids any connection"
    assert [one for one in problems if "Content Security Policy" not in one] == []
    assert asked == [target.as_uri()]
    context.close()
