"""What an organiser does with campaigns that are there: change, copy, archive, look at their people."""

from dataclasses import replace
from pathlib import Path

import pytest

from explorer.base.errors import InputError
from explorer.features.judgments.campaigns import (
    archive,
    campaign,
    campaign_items,
    campaigns,
    change_campaign,
    check_settings,
    create_campaign,
    set_open,
)
from explorer.features.judgments.members import members
from explorer.features.judgments.progress import campaign_lines, campaign_progress, questions_of
from explorer.features.judgments.settings import PoolQuestion, Settings
from explorer.features.judgments.store import Store
from explorer.features.judgments.store.campaigns import pool_items, pool_size
from explorer.features.judgments.store.people import Person, insert_person
from explorer.features.judgments.telling import settings_in_words
from explorer.features.judgments.values import Answer
from explorer.io.audit import read_log
from tests.features.judgments.stores import new_store

pytestmark = pytest.mark.usefixtures("each_place")

IDS = ["a", "b", "c", "d"]
POOL = [PoolQuestion(("a", "b", "c"), "random"), PoolQuestion(("b", "c", "d"), "random")]


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path / "home"))
    made = new_store(tmp_path)
    create_campaign(made, "c", Settings(task="triplet"), IDS, pool=POOL)
    return made


def answer(store: Store, person: str, trial: str, **values: object) -> None:
    plain = Answer(
        campaign="c", task="triplet", annotator=person, trial=trial, items=("a", "b", "c"), answer=["a", "b", "c"]
    )
    store.add_answers([replace(plain, **values)])  # type: ignore[arg-type]


def pool_of(store: Store) -> list[list[str]]:
    with store.connect() as connection:
        return pool_items(connection, "c")


def test_a_campaign_that_nobody_answered_is_changed_and_keeps_its_links(store: Store) -> None:
    before = campaign(store, "c")
    changed = change_campaign(store, "c", Settings(task="triplet", condition="by hue"), IDS[:3], pool=POOL[:1])
    assert changed.settings.condition == "by hue" and changed.secret == before.secret
    assert campaign_items(store, "c") == IDS[:3] and pool_of(store) == [["a", "b", "c"]]
    assert [one.did for one in read_log()] == ["make the campaign", "change the campaign"]


def test_a_campaign_that_was_answered_stays_what_it_was(store: Store) -> None:
    answer(store, "ann", "0.0")
    with pytest.raises(InputError, match="people have answered it \\(1 response\\)"):
        change_campaign(store, "c", Settings(task="triplet", condition="by hue"), IDS)
    assert campaign(store, "c").settings.condition == "" and len(pool_of(store)) == 2
    create_campaign(store, "i", Settings(task="triplet", sampler="import"), [])
    with pytest.raises(InputError, match="were imported"):
        change_campaign(store, "i", Settings(task="triplet"), IDS)


def test_the_archive_closes_and_hides_and_deletes_nothing(store: Store) -> None:
    answer(store, "ann", "0.0")
    archive(store, "c")
    found = campaigns(store)[0]
    assert found.archived and found.closed and len(store.answers("c")) == 1
    assert campaign_lines(store) == [] and "archived" in campaign_lines(store, archived=True)[0]
    with pytest.raises(InputError, match="is in the archive. Bring it back first"):
        set_open(store, "c", True)
    archive(store, "c", False)
    assert not campaign(store, "c").archived and campaign(store, "c").closed
    set_open(store, "c", True)
    assert not campaign(store, "c").closed


def test_every_question_is_asked_under_every_condition(store: Store) -> None:
    settings = Settings(task="triplet", conditions=("colour", "shape"), answers_per_question=3)
    made = create_campaign(store, "d", settings, IDS, pool=POOL)
    with store.connect() as connection:
        rows = connection.execute("SELECT items, condition FROM pool WHERE campaign = 'd'").fetchall()
        assert questions_of(settings, pool_size(connection, "d")) == 4
    assert len({(row["items"], row["condition"]) for row in rows}) == 4
    assert campaign_progress(store, made).target == 12


@pytest.mark.parametrize(
    ("sampler", "task", "refused"), [("active", "triplet", True), ("weakest", "arrangement", False)]
)
def test_ways_that_choose_by_all_answers_ask_under_one_condition(sampler: str, task: str, refused: bool) -> None:
    settings = Settings(task=task, sampler=sampler, conditions=("colour", "shape"), questions=10)
    if refused:
        with pytest.raises(InputError, match="asks under one condition. Make a campaign for each condition"):
            check_settings(settings)
    else:
        assert questions_of(check_settings(settings), 1) == 20


def test_people_and_how_each_of_them_did(store: Store) -> None:
    with store.connect(write=True) as connection:
        for at, (key, pid) in enumerate((("k1", "P1"), ("k2", "P2"), ("k3", "P1"))):
            extra = {"PROLIFIC_PID": pid, "STUDY_ID": "S"}
            person = Person(campaign="c", key=key, name="Ann", extra=extra, arm="hue", created=f"2026-01-0{at + 1}")
            insert_person(connection, person)
    answer(store, "k1", "0.0", rt_ms=1000.0)
    answer(store, "k1", "1.0", rt_ms=3000.0)
    answer(store, "k1", "2.0", rt_ms=9000.0, repeat_of="0.0")
    answer(store, "k1", "3.0", is_check=True, passed=False)
    answer(store, "k1", "4.0", late="closed")
    answer(store, "from a file", "0")
    first, second, third, elsewhere = members(store, "c")
    assert (first.answers, first.late, first.checks, first.median_ms) == (2, 1, (0, 1), 2000)
    assert [one.label for one in (first, second, third)] == ["Ann", "Ann (2)", "Ann (3)"]
    answer(store, "k3", "0.0")
    assert [one.left_out for one in members(store, "c")] == ["", "", "same id", ""]
    assert [one.shared for one in (first, second, third)] == ["PROLIFIC_PID", "", "PROLIFIC_PID"]
    assert (elsewhere.key, elsewhere.answers, elsewhere.via) == ("from a file", 1, "import")
    assert first.sentence.startswith(
        "k1 (Ann): 2 answers; under hue; 0 of 1 attention checks passed; median 2.0 s; 1 late"
    )


def test_settings_in_words_name_everything_that_was_set() -> None:
    plain = dict(settings_in_words(Settings(task="odd_one_out", wording="pair"), 30))
    assert plain["Question"] == "Which two are most alike?" and plain["Items"] == "30" and "Scale" not in plain
    several = Settings(task="pair_rating", conditions=("colour", "shape"), block=10, confidence=True, personal=True)
    said = dict(settings_in_words(several, 30))
    assert said["Conditions"] == "each person one of: colour; shape" and said["Scale"] == "1 to 7"
    assert said["Break after"] == "10 questions" and said["Also asked"] == "confidence"
    assert said["Links"] == "one for each person" and said["Name"] == "not asked for"
