"""The page Annotate as organisers see it: the form, the cards; what people are asked is tested in a real browser."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from explorer.app.annotate.composing import draft_of, key_of, settings_of
from explorer.app.annotate.members_panel import doubles, people_frame
from explorer.base.progress import Silent
from explorer.features.judgments.asking.invitations import key_of as key_of_link
from explorer.features.judgments.campaigns import campaign, campaigns, check_settings
from explorer.features.judgments.members import members
from explorer.features.judgments.service import choose_items, make_campaign
from explorer.features.judgments.settings import Settings
from explorer.features.judgments.store import Store, judgment_store
from explorer.features.judgments.store.people import Person, insert_person
from explorer.features.judgments.study import Field, KnownQuestion, Study
from explorer.features.judgments.values import Answer
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source
from explorer.workspace.opened import open_shared
from explorer.workspace.preparing import prepare
from tests.pages.visits import count_reads, texts, visit


@pytest.fixture
def ws(tmp_path: Path, image_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Twelve pictures under the colour histogram."""
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    made = import_source(image_folder, tmp_path / "workspaces" / "discs")
    prepare(made, "histogram", method="pca", progress=Silent())
    return made


@pytest.fixture
def page(ws: Workspace) -> Iterator[AppTest]:
    """The page, not yet run."""
    with visit("6_Annotate", "discs") as test:
        yield test


def add(ws: Workspace, name: str = "hues", **values: Any) -> Store:
    opened = open_shared(ws.path)
    make_campaign(opened, name, Settings(**{"task": "triplet"} | values), choose_items(opened))
    return judgment_store(ws)


def more(page: AppTest, part: str, name: str = "hues") -> AppTest:
    """The page with a part of a card's More open."""
    page.session_state[f"more_{name}"] = True
    page.session_state[f"part_{name}"] = part
    return page.run()


def answered(store: Store, person: str = "k1") -> None:
    with store.connect(write=True) as connection:
        insert_person(connection, Person(campaign="hues", key=person, name="Ann", extra={"PROLIFIC_PID": "P1"}))
    items = tuple(campaign_item(store, at) for at in range(3))
    store.add_answers(
        [Answer(campaign="hues", task="triplet", annotator=person, trial="0.0", items=items, answer=list(items))]
    )


def campaign_item(store: Store, at: int) -> str:
    with store.connect() as connection:
        found: list[str] = json.loads(connection.execute("SELECT item_ids FROM campaigns").fetchone()[0])
    return found[at]


def test_a_campaign_is_made_after_the_first_step(page: AppTest, ws: Workspace) -> None:
    page.run()
    page.text_input(key="new_name").set_value("quick")
    page.button(key="new_go").click().run()
    made = campaigns(judgment_store(ws))[0]
    assert made.name == "quick" and made.settings.seed != 0
    assert (made.settings.per_person, made.settings.answers_per_question, made.settings.check_share) == (50, 2, 0.1)
    assert made.settings.study == Study()
    assert "The campaign quick is open." in texts(page) and "No answers yet." in texts(page)


def test_a_study_is_made_in_three_steps_and_no_step_forgets(page: AppTest, ws: Workspace) -> None:
    page.run()
    page.text_input(key="new_name").set_value("by hue")
    page.selectbox(key="new_task").set_value("pair_rating").run()
    page.toggle(key="new_several").set_value(True).run()
    page.text_area(key="new_conditions").set_value("colour\nshape")
    page.slider(key="new_scale").set_value((1, 5))
    page.text_input(key="new_text.en.scale_low").set_value("nothing alike")
    page.button(key="new_next").click().run()
    assert "by hue, How alike are two, one of 2 conditions, all items" in page.button(key="step_0").label.replace(
        "\\", ""
    )
    page.segmented_control(key="new_entry").set_value("recruited").run()
    page.text_input(key="new_completion").set_value("C0DE")
    page.text_area(key="new_text.en.consent").set_value("I agree.")
    page.button(key="field_add").click().run()
    page.text_input(key="new_field.0.label").set_value("How old are you?")
    page.selectbox(key="new_field.0.kind").set_value("number").run()
    page.number_input(key="new_field.0.high").set_value(99)
    page.button(key="new_next").click().run()
    page.number_input(key="new_questions").set_value(20)
    page.button(key="practice_draw").click().run()
    page.button(key="new_back").click().run()
    assert page.text_input(key="new_completion").value == "C0DE"
    page.button(key="step_0").click().run()
    assert page.text_area(key="new_conditions").value == "colour\nshape"
    page.button(key="new_go").click().run()
    settings = campaigns(judgment_store(ws))[0].settings
    study = settings.study
    assert settings.conditions == ("colour", "shape") and settings.scale == (1, 5) and settings.questions == 20
    assert study.words == {"en": {"scale_low": "nothing alike", "consent": "I agree."}}
    assert study.completion == "C0DE" and not study.ask_name and len(study.practice) == 1
    assert study.fields == (
        Field(key="how_old_are_you", label="How old are you?", kind="number", low=0, high=99, when="after"),
    )


def test_texts_go_out_and_come_back_in_another_language(page: AppTest, ws: Workspace) -> None:
    page.run()
    page.text_input(key="new_name").set_value("two")
    page.button(key="new_next").click().run()
    page.text_area(key="new_text.en.welcome").set_value("Hello")
    words = {"de": {"welcome": "Hallo", "next": "Weiter"}}
    page.file_uploader(key="study_words_file").upload("x.json", json.dumps(words).encode(), "application/json").run()
    assert "2 texts in de are taken over." in texts(page)
    assert page.text_input(key="new_languages").value == "en, de"
    page.segmented_control(key="new_language").set_value("de").run()
    assert page.text_area(key="new_text.de.welcome").value == "Hallo"
    page.text_area(key="new_text.de.welcome").set_value("Guten Tag")
    page.button(key="new_go").click().run()
    found = campaigns(judgment_store(ws))[0].settings.study
    assert found.words == {"en": {"welcome": "Hello"}, "de": {"welcome": "Guten Tag", "next": "Weiter"}}


def test_questions_about_the_person_are_removed_without_mixing_the_others(page: AppTest) -> None:
    page.run()
    page.button(key="new_next").click().run()
    for number, label in enumerate(("Age", "Job", "Hand")):
        page.button(key="field_add").click().run()
        page.text_input(key=f"new_field.{number}.label").set_value(label).run()
    page.selectbox(key="new_field.2.when").set_value("before").run()
    page.button(key="field_remove_1").click().run()
    assert [page.text_input(key=f"new_field.{at}.label").value for at in range(2)] == ["Age", "Hand"]
    assert page.selectbox(key="new_field.1.when").value == "before"
    page.button(key="field_add").click().run()
    assert page.text_input(key="new_field.2.label").value == ""


def test_what_cannot_be_asked_is_said(page: AppTest, ws: Workspace) -> None:
    page.run()
    page.text_input(key="new_name").set_value("<b>")
    page.button(key="new_go").click().run()
    assert "Expected a campaign name" in page.error[0].value and not judgment_store(ws).exists()
    page.text_input(key="new_name").set_value("few")
    page.selectbox(key="new_column").set_value("year").run()
    page.multiselect(key="new_values_year").set_value(page.multiselect(key="new_values_year").options[:1]).run()
    page.button(key="new_go").click().run()
    assert "only 1 were chosen" in page.error[0].value


STUDY = Study(
    words={"de": {"welcome": "Hallo", "next": "Weiter"}, "en": {"debrief": "Thanks"}},
    practice=(KnownQuestion(items=("a", "b", "c"), answer=["a", "c", "b"], explain="Both are red."),),
    gold=(KnownQuestion(items=("a", "b", "c"), answer=["a", "b", "c"]),),
    fields=(Field(key="hand", label="Which hand?", kind="choice", options=("left", "right"), required=False),),
    ask_name=False,
    completion="https://example.org/{PROLIFIC_PID}",
    parameters=("cohort", "site"),
)


@pytest.mark.parametrize(
    "settings",
    [
        Settings(task="odd_one_out", wording="pair", condition="by hue", instruction="Pick!", code="x", seed=7),
        Settings(task="triplet", conditions=("hue", "shape"), study=STUDY, block=10, confidence=True, personal=True),
        Settings(task="pair_rating", scale=(0, 9), max_age_hours=0.5, none_of_these=True, order="listed", per_person=9),
        Settings(task="tags", answers_per_question=4, resume="block", show="texts"),
        Settings(task="arrangement", sampler="weakest", evidence=0.7, items_per_question=9, questions=12),
        Settings(task="triplet", sampler="disagreement", models=("a", "b"), check_share=0.12, repeat_share=0.03),
    ],
)
def test_the_form_holds_all_settings(settings: Settings) -> None:
    assert settings_of(draft_of(check_settings(settings))) == settings


def test_names_for_the_data_come_from_what_is_asked() -> None:
    assert key_of("How old are you?") == "how_old_are_you" and key_of("3 words, please") == "q_3_words_please"


def test_a_copy_has_the_settings_and_a_name_of_its_own(page: AppTest, ws: Workspace) -> None:
    store = add(ws, questions=7, condition="by hue", sampler="random", seed=4)
    answered(store)
    more(page, "Settings")
    assert "by hue" in texts(page) and page.button(key="change_hues").disabled
    assert "people have answered it (1 response)" in texts(page)
    page.button(key="copy_hues").click().run()
    assert page.toast[0].value == "The form at the top of the page holds the settings of hues."
    assert page.text_input(key="new_name").value == "hues copy"
    page.text_input(key="new_condition").set_value("by shape")
    page.button(key="new_go").click().run()
    made, first = campaign(store, "hues copy").settings, campaign(store, "hues").settings
    assert made == replace(first, condition="by shape") and first.condition == "by hue"


def test_a_copy_is_not_taken_to_other_data(page: AppTest, ws: Workspace) -> None:
    add(ws)
    more(page, "Settings").button(key="change_hues").click().run()
    page.session_state["campaign_draft"]["workspace"] = "elsewhere"
    page.run()
    assert page.text_input(key="new_name").value == "" and not page.text_input(key="new_name").disabled


def test_a_campaign_is_changed_while_nobody_answered(page: AppTest, ws: Workspace) -> None:
    store = add(ws, questions=7)
    more(page, "Settings").button(key="change_hues").click().run()
    assert page.text_input(key="new_name").disabled and "You change the campaign hues" in texts(page)
    page.text_input(key="new_condition").set_value("by shape")
    answered(store)
    page.button(key="new_go").click().run()
    assert "cannot be changed" in page.error[0].value and campaign(store, "hues").settings.condition == ""
    page.button(key="new_cancel").click().run()
    assert "You change the campaign" not in texts(page)


def test_closing_and_archiving_on_the_page(page: AppTest, ws: Workspace) -> None:
    store = add(ws)
    more(page, "Links")
    page.button(key="close_hues").click().run()
    assert campaigns(store)[0].closed
    page.button(key="close_hues").click().run()
    assert not campaigns(store)[0].closed
    page.button(key="archive_hues").click().run()
    assert campaigns(store)[0].archived and "hues" not in texts(page)
    page.toggle(key="show_archive").set_value(True).run()
    assert "hues" in texts(page)
    more(page, "Links").button(key="archive_hues").click().run()
    assert not campaigns(store)[0].archived and campaigns(store)[0].closed


def test_people_are_shown_and_one_of_them_deleted(page: AppTest, ws: Workspace) -> None:
    store = add(ws)
    answered(store, "k1")
    answered(store, "k2")
    more(page, "People")
    assert page.warning[0].value.replace("\\", "").startswith("k1, k2 came with the same PROLIFIC_PID")
    frame = page.dataframe[0].value
    assert frame["name"].tolist() == ["Ann", "Ann (2)"] and frame["PROLIFIC_PID"].tolist() == ["P1", "P1"]
    page.selectbox(key="person_hues").set_value("k1").run()
    own = parse_qs(urlsplit(page.code[-1].value).query)["own"][0]
    assert key_of_link(campaign(store, "hues"), own) == "k1"
    assert page.button(key="erase_hues").disabled
    page.checkbox(key="deleting_of_hues").set_value(True).run()
    page.button(key="erase_hues").click().run()
    assert [one.annotator for one in store.answers()] == ["k2"] and "Deleted: 1 events of k1" in texts(page)
    assert doubles(members(store, "hues")) == [] and len(people_frame(members(store, "hues"))) == 2


def test_a_run_opens_the_workspace_once_and_reads_the_address_once(
    page: AppTest, ws: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(ws)
    page.run()
    counts = count_reads(monkeypatch)
    page.run()
    assert counts["opens"] == 1 and counts["addresses"] <= 1
