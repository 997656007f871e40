"""Annotating in a real browser: no answer is counted twice and none is lost, by keyboard, mouse and touch."""

import signal
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from explorer.features.judgments.campaigns import set_open
from explorer.features.judgments.service import choose_items, make_campaign
from explorer.features.judgments.settings import Settings
from explorer.features.judgments.store import Store, judgment_store
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import open_shared
from tests.browser.conftest import App, free_port, running, serve_command, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]
Make = Callable[..., Store]


@pytest.fixture(scope="module")
def make(app: App) -> Make:
    """Make a campaign about the 160 scenes; returns the store."""
    workspace = Workspace.open(app.home / "workspaces" / "scenes")

    def made(name: str, task: str = "odd_one_out", **values: Any) -> Store:
        opened = open_shared(workspace.path)
        make_campaign(opened, name, Settings(task=task, **values), choose_items(opened))
        return judgment_store(workspace)

    return made


def enter(page: Any, app_url: str, campaign: str, person: str = "Ann") -> None:
    """Open the questions of a campaign and wait for the first."""
    page.goto(f"{app_url}/Annotate?ws=scenes&campaign={campaign}&person={person}")
    settled(page)
    page.wait_for_selector(".annotate[data-trial]")
    page.wait_for_timeout(250)


def answer(page: Any, key: str = "1", times: int = 1) -> None:
    """Answer by a key; each time wait until the next question can be answered."""
    for _ in range(times):
        before = page.locator(".annotate").get_attribute("data-trial")
        page.keyboard.press(key)
        page.wait_for_function("t => window.__trial() !== t", arg=before)
        page.wait_for_timeout(220)


def watch(page: Any) -> None:
    """Give the page a function that reads the trial through the shadow roots."""
    page.add_init_script(
        """window.__deep = (selector, root = document) => {
          const found = root.querySelector(selector)
          if (found) return found
          for (const one of root.querySelectorAll('*')) {
            const inner = one.shadowRoot && window.__deep(selector, one.shadowRoot)
            if (inner) return inner
          }
          return null
        }
        window.__root = () => window.__deep('.annotate')
        window.__trial = () => { const root = window.__root(); return root ? root.dataset.trial || '' : '' }
        window.__stored = () => { const root = window.__root(); return root && root.dataset.waiting === '0' }"""
    )


def stored(page: Any) -> None:
    """Wait until the server has acknowledged everything."""
    page.wait_for_function("() => window.__stored()")


def trials(store: Store, campaign: str) -> list[str]:
    """Trials of the answers that count, each of which must be there once."""
    found = [one.trial for one in store.answers(campaign)]
    assert len(found) == len(set(found))
    return found


def test_keyboard_undo_skip_pause_reload(page: Any, app: App, make: Make) -> None:
    store = make("keys", questions=40)
    watch(page)
    enter(page, app.url, "keys")
    answer(page, "1", 3)
    page.keyboard.press("z")
    page.wait_for_function("() => window.__trial() === '2.1'")
    page.wait_for_timeout(220)
    answer(page, "3")
    answer(page, "s")
    page.keyboard.press("p")
    page.get_by_text("Paused", exact=True).wait_for()
    page.keyboard.press("1")
    page.keyboard.press("p")
    page.wait_for_timeout(250)
    answer(page, "2")
    stored(page)
    assert trials(store, "keys") == ["0.0", "1.0", "2.1", "4.0"]
    found = store.answers("keys")
    assert all(one.answer in one.items and one.rt_ms and 150 < one.rt_ms < 60_000 for one in found)
    assert found[2].answer == found[2].items[2]
    page.reload()
    settled(page)
    page.wait_for_function("() => window.__trial() === '5.0'")
    page.get_by_text("Welcome back: 4 answers").wait_for()
    page.keyboard.press("Backspace")
    page.wait_for_function("() => window.__trial() === '4.1'")
    stored(page)
    assert trials(store, "keys") == ["0.0", "1.0", "2.1"]


def test_a_double_click_is_one_answer(page: Any, app: App, make: Make) -> None:
    store = make("double", questions=10)
    watch(page)
    enter(page, app.url, "double")
    page.locator(".choice").first.dblclick(delay=10)
    stored(page)
    page.wait_for_timeout(400)
    assert trials(store, "double") == ["0.0"]


def test_two_tabs_count_once(page: Any, app: App, make: Make) -> None:
    store = make("tabs", questions=10)
    watch(page)
    other = page.context.new_page()
    watch(other)
    enter(page, app.url, "tabs")
    enter(other, app.url, "tabs")
    answer(page, "1")
    answer(other, "2")
    answer(other, "2")
    stored(page)
    stored(other)
    answer(page, "1")
    stored(page)
    other.reload()
    settled(other)
    other.wait_for_selector(".annotate[data-trial]")
    stored(other)
    found = trials(store, "tabs")
    assert found[:2] == ["0.0", "1.0"] and len(found) in (2, 3)
    assert len({one.items for one in store.answers("tabs")}) == len(found)
    other.close()


def test_a_dropped_connection_loses_nothing(page: Any, app: App, make: Make) -> None:
    store = make("dropped", questions=10)
    watch(page)
    enter(page, app.url, "dropped")
    answer(page)
    stored(page)
    page.route("**/judgments/**", lambda route: route.abort())
    answer(page, "2", 3)
    page.get_by_text("No connection to the server").wait_for()
    assert trials(store, "dropped") == ["0.0"]
    page.reload()
    settled(page)
    page.wait_for_selector(".annotate")
    page.unroute("**/judgments/**")
    stored(page)
    page.wait_for_function("() => window.__trial() === '4.0'")
    assert trials(store, "dropped") == ["0.0", "1.0", "2.0", "3.0"]


def test_a_killed_server_loses_nothing(page: Any, app: App, make: Make) -> None:
    store, port = make("killed", questions=12), free_port()
    watch(page)
    with running(serve_command(port), port, app.home) as server:
        enter(page, f"http://127.0.0.1:{port}", "killed")
        answer(page, "1", 2)
        server.send_signal(signal.SIGKILL)
        server.wait(30)
        answer(page, "3", 2)
        page.get_by_text("wait here and will be sent").wait_for()
    with running(serve_command(port), port, app.home):
        stored(page)
        assert trials(store, "killed") == ["0.0", "1.0", "2.0", "3.0"]


def test_tags_go_from_person_to_person(page: Any, app: App, make: Make) -> None:
    store = make("chain", "tags", questions=1, answers_per_question=3)
    watch(page)
    enter(page, app.url, "chain")
    page.keyboard.type("Round  Thing")
    page.keyboard.press("Enter")
    page.keyboard.type("night")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.get_by_text("All done").wait_for()
    enter(page, app.url, "chain", "Bo")
    page.keyboard.press("4")
    page.keyboard.press("0")
    page.keyboard.press("ArrowUp")
    page.keyboard.type("spz")  # letters that skip, pause and take back elsewhere
    expect(page.locator(".field")).to_have_value("spz")
    page.locator(".field").dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(page.locator(".field")).to_have_value("spz")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.get_by_text("All done").wait_for()
    stored(page)
    first, second = store.answers("chain")
    assert first.answer["added"] == ["round thing", "night"]
    assert second.answer == {"ratings": {"round thing": 4}, "flags": ["night"], "added": ["spz"]}


def test_arrange_by_mouse_and_keys_on_a_phone(page: Any, app: App, make: Make) -> None:
    store = make("arrange", "arrangement", questions=2, items_per_question=3)
    page.set_viewport_size({"width": 390, "height": 844})
    watch(page)
    enter(page, app.url, "arrange")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    arena = page.locator(".arena").bounding_box()
    for number, (x, y) in enumerate([(0.5, 0.5), (0.25, 0.75)]):
        box = page.locator(".piece").nth(number).bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(arena["x"] + x * arena["width"], arena["y"] + y * arena["height"], steps=4)
        page.mouse.up()
    page.locator(".piece").nth(2).focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    stored(page)
    places = store.answers("arrange")[0].answer
    assert places[0] == pytest.approx([0.5, 0.5], abs=0.02)
    assert places[1] == pytest.approx([0.25, 0.75], abs=0.02)


def test_a_picture_that_vanished_is_skipped(page: Any, app: App, make: Make) -> None:
    store = make("gone", questions=3)
    page.route("**/thumbs/**", lambda route: route.abort())
    watch(page)
    enter(page, app.url, "gone")
    page.get_by_text("This picture cannot be shown.").first.wait_for()
    page.keyboard.press("1")
    page.get_by_text("Please skip this question").wait_for()
    answer(page, "s")
    stored(page)
    assert store.answers("gone") == [] and [one["kind"] for one in store.events("gone")] == ["start", "skip"]


def test_a_campaign_that_closes_says_so(page: Any, app: App, make: Make) -> None:
    store = make("closing", "pair_rating", questions=5)
    watch(page)
    enter(page, app.url, "closing")
    answer(page, "6")
    stored(page)
    set_open(store, "closing", False)
    page.keyboard.press("2")
    page.get_by_text("takes no more answers").wait_for()
    assert [one.answer for one in store.answers("closing")] == [6]
