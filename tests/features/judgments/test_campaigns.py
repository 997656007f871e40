"""Campaigns: settings, names, the life of one."""

from dataclasses import replace
from pathlib import Path

import pytest

from explorer.base.errors import InputError
from explorer.features.judgments.campaigns import (
    campaign,
    campaign_items,
    campaigns,
    check_settings,
    create_campaign,
    set_open,
)
from explorer.features.judgments.progress import campaign_progress
from explorer.features.judgments.settings import Settings, check_person
from explorer.features.judgments.values import Answer
from tests.features.judgments.stores import new_store

pytestmark = pytest.mark.usefixtures("each_place")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"task": "dance"}, "task: expected one of"),
        ({"sampler": "best"}, "sampler: expected one of"),
        ({"resume": "never"}, "resume policy: expected one of"),
        ({"questions": 0}, "Different questions: expected 1 to 200,000, got 0"),
        ({"answers_per_question": 0}, "Answers a question"),
        ({"check_share": 0.6}, "Share of attention checks: expected 0 to 0.5, got 0.6"),
        ({"task": "pair_rating", "scale": (5, 5)}, "Scale: expected whole numbers"),
        ({"task": "arrangement", "items_per_question": 2}, "Items in an arrangement: expected 3 to 20, got 2"),
        ({"task": "tags", "sampler": "active"}, "Active sampling works for"),
        ({"sampler": "disagreement", "models": ("pocket",)}, "at least two models"),
        ({"max_age_hours": -1}, "Maximum age"),
        ({"condition": "x" * 501}, "at most 500 characters"),
    ],
)
def test_settings_that_cannot_be_asked(values: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        check_settings(replace(Settings(task="odd_one_out"), **values))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["", "   ", "<b>Ann</b>", "Ann<script>", "x" * 61, "=1+1", "a\x00b", "{ann}", "_ann_"])
def test_names_with_markup_are_refused(name: str) -> None:
    with pytest.raises(InputError, match="Expected a name of 1 to 60 letters"):
        check_person(name)


@pytest.mark.parametrize(
    "name", ["Ann", " Ann  Lee ", "Zoë", "李雷", "ann@example.org", "P-12.b", "O'Brien", "5f3b62b"]
)
def test_names_of_people(name: str) -> None:
    assert check_person(name) == " ".join(name.split())


def test_a_campaign_is_made_listed_closed_and_opened(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    assert campaigns(store) == []
    settings = Settings(task="triplet", condition="by colour", models=("a", "b"), scale=(0, 5))
    create_campaign(store, " by  colour ", settings, ["a", "b", "c"])
    found = campaigns(store)[0]
    assert (found.name, found.settings, found.closed) == ("by colour", settings, "")
    assert campaign_items(store, "by colour") == ["a", "b", "c"]
    set_open(store, "by colour", False)
    assert campaign(store, "by colour").closed
    set_open(store, "by colour", True)
    assert not campaign(store, "by colour").closed
    with pytest.raises(InputError, match="already"):
        create_campaign(store, "by colour", settings, ["a", "b", "c"])
    with pytest.raises(InputError, match="no campaign called 'nope'"):
        set_open(store, "nope", True)


def test_too_few_items(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="shows 3 different items; only 2 were chosen"):
        create_campaign(new_store(tmp_path), "c", Settings(task="triplet"), ["a", "b"])


def test_progress_counts_what_counts(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    made = create_campaign(store, "c", Settings(task="pair_rating", sampler="import"), [])
    assert campaign_progress(store, made).sentence == "No answers yet."
    items = ("a", "b")
    store.add_answers(
        [
            Answer(campaign="c", task="pair_rating", annotator="ann", trial="1", items=items, answer=3, rt_ms=1000),
            Answer(campaign="c", task="pair_rating", annotator="bo", trial="1", items=items, answer=3, rt_ms=3000),
            Answer(
                campaign="c",
                task="pair_rating",
                annotator="ann",
                trial="2",
                items=items,
                answer=3,
                rt_ms=2000,
                repeat_of="1",
            ),
            Answer(
                campaign="c",
                task="pair_rating",
                annotator="ann",
                trial="3",
                items=("a", "a"),
                answer=7,
                is_check=True,
                passed=True,
            ),
        ]
    )
    sentence = campaign_progress(store, made).sentence
    assert sentence == "2 answers by 2 people; 1 of 1 attention checks passed; 1 repeated; median 2.0 s an answer."
