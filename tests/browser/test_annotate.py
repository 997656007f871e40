"""Annotating in a real browser: no answer is counted twice and none is lost, by keyboard, mouse and touch."""

import signal
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from explorer.features.judgments.asking.invitations import link
from explorer.features.judgments.asking.people import people
from explorer.features.judgments.campaigns import set_open
from explorer.features.judgments.service import choose_items, find_campaign, make_campaign
from explorer.features.judgments.settings import Settings
from explorer.features.judgments.store import Store, judgment_store
from explorer.features.judgments.study import Field, KnownQuestion, Study
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import open_shared
from tests.browser.conftest import App, free_port, running, serve_command

QUESTION, SETTLED_MS = "#page[data-trial]", 230
pytestmark = [pytest.mark.browser, pytest.mark.slow]
Make = Callable[..., Store]


@pytest.fixture(scope="module")
def make(app: App) -> Make:
    """Make a campaign about the 160 scenes; returns the store."""
    workspace = Workspace.open(app.home / "workspaces" / "scenes")

    def made(name: str, task: str = "odd_one_out", **values: Any) -> Store:
        opened = open_shared(workspace.path)
        values = {"study": Study(ask_name=False)} | values
        make_campaign(opened, name, Settings(task=task, **values), choose_items(opened))
        return judgment_store(workspace)

    return made


def enter(page: Any, app_url: str, campaign: str) -> None:
    """Open the questions of a campaign and wait for the first."""
    page.goto(f"{app_url}/answer/scenes/{campaign}")
    page.locator(QUESTION).wait_for()
    page.wait_for_timeout(SETTLED_MS)


def answer(page: Any, key: str = "1", times: int = 1) -> None:
    """Answer by a key; each time wait until the next question can be answered."""
    for _ in range(times):
        before = page.locator(QUESTION).get_attribute("data-trial")
        page.keyboard.press(key)
        page.wait_for_function(
            "t => ![undefined, t].includes(document.querySelector('#page').dataset.trial)", arg=before
        )
        page.wait_for_timeout(SETTLED_MS)


def at(page: Any, trial: str) -> None:
    """Wait until a question can be answered."""
    page.locator(f'#page[data-trial="{trial}"]').wait_for()
    page.wait_for_timeout(SETTLED_MS)


def stored(page: Any) -> None:
    """Wait until the server has acknowledged everything."""
    page.locator('#page[data-waiting="0"]').wait_for()


def trials(store: Store, campaign: str) -> list[str]:
    """Trials of the answers that count, each of which must be there once."""
    found = [one.trial for one in store.answers(campaign)]
    assert len(found) == len(set(found))
    return found


def test_keyboard_undo_skip_pause_reload(page: Any, app: App, make: Make) -> None:
    store = make("keys", questions=40)
    enter(page, app.url, "keys")
    answer(page, "1", 3)
    page.keyboard.press("z")
    at(page, "2.1")
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
    at(page, "5.0")
    page.get_by_text("Welcome back. Answers of yours that are stored: 4").wait_for()
    page.keyboard.press("Backspace")
    at(page, "4.1")
    stored(page)
    assert trials(store, "keys") == ["0.0", "1.0", "2.1"]


def test_a_double_click_is_one_answer(page: Any, app: App, make: Make) -> None:
    store = make("double", questions=10)
    enter(page, app.url, "double")
    page.locator(".choice").first.dblclick(delay=10)
    stored(page)
    page.wait_for_timeout(400)
    assert trials(store, "double") == ["0.0"]


def test_two_tabs_count_once(page: Any, app: App, make: Make) -> None:
    store = make("tabs", questions=10)
    other = page.context.new_page()
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
    other.locator(QUESTION).wait_for()
    stored(other)
    found = trials(store, "tabs")
    assert found[:2] == ["0.0", "1.0"] and len(found) in (2, 3)
    assert len({one.items for one in store.answers("tabs")}) == len(found)
    other.close()


def test_a_dropped_connection_loses_nothing(page: Any, app: App, make: Make) -> None:
    store = make("dropped", questions=10)
    enter(page, app.url, "dropped")
    answer(page)
    stored(page)
    page.route("**/judgments/**", lambda route: route.abort())
    answer(page, "2", 3)
    page.get_by_text("No connection.").wait_for()
    assert trials(store, "dropped") == ["0.0"]
    page.unroute("**/judgments/**")
    page.reload()
    page.locator(QUESTION).wait_for()
    stored(page)
    at(page, "4.0")
    assert trials(store, "dropped") == ["0.0", "1.0", "2.0", "3.0"]


def test_a_killed_server_loses_nothing(page: Any, app: App, make: Make) -> None:
    store, port = make("killed", questions=12), free_port()
    with running(serve_command(port), port, app.home) as server:
        enter(page, f"http://127.0.0.1:{port}", "killed")
        answer(page, "1", 2)
        server.send_signal(signal.SIGKILL)
        server.wait(30)
        answer(page, "3", 2)
        page.get_by_text("wait here (2)").wait_for()
    with running(serve_command(port), port, app.home):
        stored(page)
        assert trials(store, "killed") == ["0.0", "1.0", "2.0", "3.0"]


def test_tags_go_from_person_to_person(page: Any, app: App, make: Make) -> None:
    store = make("chain", "tags", questions=1, answers_per_question=3)
    enter(page, app.url, "chain")
    page.keyboard.type("Round  Thing")
    page.keyboard.press("Enter")
    page.keyboard.type("night")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.get_by_text("All done").wait_for()
    page = page.context.browser.new_context().new_page()
    enter(page, app.url, "chain")
    page.keyboard.press("4")
    page.keyboard.press("0")
    page.keyboard.press("ArrowUp")
    page.keyboard.type("spz")  # letters that skip, pause and take back elsewhere
    expect(page.locator(".tagging .field")).to_have_value("spz")
    page.locator(".tagging .field").dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    expect(page.locator(".tagging .field")).to_have_value("spz")
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
    enter(page, app.url, "arrange")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    arena = page.locator(".arena").bounding_box()
    for number, (x, y) in enumerate([(0.5, 0.5), (0.25, 0.75)]):
        box = page.locator(".piece").nth(number).bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] / 2 + 2, box["y"] + box["height"] / 2)
        assert page.locator(".piece.placed").count() == number, "a touch that slips by two pixels places nothing"
        page.mouse.move(arena["x"] + 3 * arena["width"], arena["y"] - 100, steps=2)
        corner = page.locator(".piece").nth(number).bounding_box()
        assert corner["x"] + corner["width"] <= arena["x"] + arena["width"] and corner["y"] >= arena["y"]
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
    enter(page, app.url, "gone")
    page.get_by_text("This picture cannot be shown.").first.wait_for()
    page.keyboard.press("1")
    page.get_by_text("Please skip the question").wait_for()
    answer(page, "s")
    stored(page)
    assert store.answers("gone") == [] and [one["kind"] for one in store.events("gone")] == ["start", "skip"]


def test_a_campaign_that_closes_says_so(page: Any, app: App, make: Make) -> None:
    store = make("closing", "pair_rating", questions=5)
    enter(page, app.url, "closing")
    answer(page, "6")
    stored(page)
    set_open(store, "closing", False)
    page.keyboard.press("2")
    page.get_by_text("takes no more answers").wait_for()
    assert [(one.answer, one.late) for one in store.answers("closing")] == [(6, ""), (2, "closed")]


def test_a_complete_study_on_a_phone(page: Any, app: App, make: Make) -> None:
    """A link with PROLIFIC_PID, consent, practice, 20 questions, demographics, the way back, data to analyse."""
    scenes = open_shared(app.home / "workspaces" / "scenes")
    ids = choose_items(scenes)
    study = Study(
        words={
            "en": {"consent": "We keep what you answer.", "debrief": "It was about shapes."},
            "de": {"consent": "Wir speichern Ihre Antworten.", "consent_box": "Einverstanden", "next": "Weiter"},
        },
        practice=(KnownQuestion(items=tuple(ids[:3]), answer=ids[2], explain="The third has another shape."),),
        fields=(
            Field(key="age", label="Your age", kind="number", low=18),
            Field(key="note", label="Note", required=False),
        ),
        ask_name=False,
        completion="https://app.prolific.example/complete?cc=C0DE&pid={PROLIFIC_PID}",
    )
    store = make("study", questions=40, per_person=20, block=10, study=study)
    found = find_campaign(scenes, "study")
    context = page.context.browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="de-AT"
    )
    phone = context.new_page()
    phone.goto(f"{link(found, 'scenes', app.url)}&PROLIFIC_PID=p-77&STUDY_ID=s1")
    phone.get_by_text("Wir speichern Ihre Antworten.").wait_for()
    assert "?" not in phone.url and "key=" not in phone.content()
    phone.get_by_label("Language").select_option("en")
    phone.get_by_text("We keep what you answer.").wait_for()
    assert phone.get_by_role("button", name="Continue").is_disabled()
    phone.get_by_label("I have read this").tap()
    phone.get_by_role("button", name="Continue").tap()
    phone.locator(".choice").nth(2).wait_for()
    phone.wait_for_timeout(SETTLED_MS)
    phone.locator(".choice").nth(2).tap()
    phone.get_by_text("Right. The third has another shape.").wait_for()
    phone.get_by_role("button", name="Continue").tap()
    for number in range(20):
        if number == 10:
            phone.get_by_text("Part 1 of 2 is done").wait_for()
            phone.get_by_role("button", name="Go on").tap()
        phone.locator(QUESTION).wait_for()
        phone.wait_for_timeout(SETTLED_MS)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        phone.locator(".choice").nth(number % 3).tap()
    phone.get_by_text("Your age").wait_for()
    phone.get_by_role("button", name="Continue").tap()
    phone.get_by_text("Please answer this.").wait_for()
    phone.get_by_label("Your age").fill("33")
    phone.get_by_role("button", name="Continue").tap()
    back = phone.get_by_role("link", name="Finish, and go back")
    expect(back).to_have_attribute("href", "https://app.prolific.example/complete?cc=C0DE&pid=p-77")
    expect(phone.get_by_text("It was about shapes.")).to_be_visible()
    context.close()
    person = people(store, "study")[0]
    assert person.language == "en"
    assert person.extra == {"PROLIFIC_PID": "p-77", "STUDY_ID": "s1"} and len(people(store, "study")) == 1
    answers = store.answers("study")
    assert len({one.question for one in answers}) == 20 and {one.annotator for one in answers} == {person.key}
    assert all(one.rt_ms and not one.late for one in answers)


def test_how_sure_belongs_to_its_question_alone(page: Any, app: App, make: Make) -> None:
    store = make("sure", "pair_rating", questions=5, confidence=True)
    enter(page, app.url, "sure")
    page.keyboard.press("6")
    page.get_by_text("How sure are you?").wait_for()
    page.get_by_role("button", name="Skip").click()
    at(page, "1.0")
    page.keyboard.press("2")
    page.get_by_text("How sure are you?").wait_for()
    page.keyboard.press("5")
    at(page, "2.0")
    stored(page)
    assert [(one.trial, one.answer, one.confidence) for one in store.answers("sure")] == [("1.0", 2, 1.0)]


def test_an_answer_counts_once_all_pictures_are_shown(page: Any, app: App, make: Make) -> None:
    store = make("slow", questions=3)
    held: list[Any] = []
    page.route("**/thumbs/**", lambda route: held.append(route))
    page.goto(f"{app.url}/answer/scenes/slow")
    page.get_by_text("Loading the pictures").wait_for()
    page.keyboard.press("1")
    page.wait_for_timeout(300)
    assert store.answers("slow") == []
    for route in held:
        route.continue_()
    held.clear()
    page.unroute("**/thumbs/**")
    at(page, "0.0")
    page.reload()
    at(page, "0.0")
    answer(page, "2")
    stored(page)
    one = store.answers("slow")[0]
    assert one.marks == {"reloaded": 1} and one.rt_ms is not None and one.rt_ms < 5_000


def test_the_way_out_deletes_everything(page: Any, app: App, make: Make) -> None:
    store = make("leaving", questions=5)
    enter(page, app.url, "leaving")
    answer(page, "1", 2)
    stored(page)
    page.locator("summary").click()
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_role("button", name="No, keep them").click()
    assert len(store.answers("leaving")) == 2
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_text("Your answers were deleted").wait_for()
    assert store.events("leaving") == [] and people(store, "leaving")[0].withdrawn
