"""Which answers count: each rule by itself, the usual rules, and that everything that counts answers follows them."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import explorer
from explorer.base.errors import InputError
from explorer.features.judgments.agreement.judged import read_judged
from explorer.features.judgments.campaigns import create_campaign
from explorer.features.judgments.counted import counted_answers, rules_of, set_rules
from explorer.features.judgments.exclusion import EVERYTHING, Evidence, Kept, Rules, keep, rules_from
from explorer.features.judgments.settings import Settings
from explorer.features.judgments.store import Store, judgment_store
from explorer.features.judgments.store.people import Person, insert_person
from explorer.features.judgments.values import Answer
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import open_shared

NOTHING = Evidence()


def given(seq: int, **values: Any) -> Answer:
    base = {"campaign": "c", "task": "triplet", "annotator": "ann", "items": ("0", "1", "2"), "answer": ("0", "1", "2")}
    return Answer(trial=str(seq), seq=seq, **{**base, **values})


def checks(*passed: bool) -> list[Answer]:
    return [given(100 + place, is_check=True, passed=one) for place, one in enumerate(passed)]


def why(answers: list[Answer], rules: Rules, evidence: Evidence = NOTHING) -> list[str]:
    return [keep(answers, evidence, rules).why.get(one.seq, "") for one in answers]


@pytest.mark.parametrize(
    ("values", "rules", "reason"),
    [
        ({"late": "over"}, Rules(), "late"),
        ({"late": "over"}, Rules(late=True), ""),
        ({"rt_ms": 199.0}, Rules(), "fast"),
        ({"rt_ms": 200.0}, Rules(), ""),
        ({"rt_ms": 199.0}, Rules(fast_ms=0), ""),
        ({"rt_ms": None}, Rules(), ""),
        ({"rt_ms": 199.0, "task": "arrangement", "answer": [[0, 0]] * 3}, Rules(), ""),
        ({"marks": {"hidden_ms": 5.0}}, Rules(), ""),
        ({"marks": {"hidden_ms": 5.0}}, Rules(hidden=False), "hidden"),
        ({"marks": {"paused_ms": 5.0}}, Rules(paused=False), "paused"),
        ({"marks": {"reloaded": 1}}, Rules(reloaded=False), "reloaded"),
        ({"marks": {"reloaded": 1}}, Rules(hidden=False, paused=False), ""),
    ],
)
def test_single_answers(values: dict[str, Any], rules: Rules, reason: str) -> None:
    assert why([given(1, **values), given(2)], rules) == [reason, ""]


def test_who_fails_checks_is_left_out_once_there_are_three() -> None:
    assert why([given(1), *checks(False, False)], Rules()) == [""] * 3
    assert why([given(1), *checks(True, True, False)], Rules()) == [""] * 4
    assert why([given(1), given(2, annotator="bo"), *checks(True, False, False)], Rules()) == [
        "checks",
        "",
        *["checks"] * 3,
    ]
    assert why([given(1), *checks(True, False, False)], Rules(passed=1 / 3)) == [""] * 4
    assert (
        why([given(1, annotator="")] + [replace(one, annotator="") for one in checks(*[False] * 3)], Rules())
        == [""] * 4
    )


def test_who_skips_or_differs_from_themselves_or_is_named() -> None:
    answers = [given(1), given(2), given(3, annotator="bo")]
    skipping = Evidence(skips={"ann": 3, "bo": 1})
    assert why(answers, Rules(skipped=0.6), skipping) == [""] * 3
    assert why(answers, Rules(skipped=0.5), skipping) == ["skips", "skips", ""]
    assert why(answers, Rules(people=("bo",))) == ["", "", "by hand"]
    again = [given(10 + n, repeat_of=str(n), answer=("0", "2", "1") if n < 2 else ("0", "1", "2")) for n in range(3)]
    repeated = [given(n) for n in range(3)] + again
    assert why(repeated, Rules(consistent=0.5)) == ["inconsistent"] * 6
    assert why(repeated, Rules(consistent=0.3)) == why(repeated[:5], Rules(consistent=0.5)) + [""] == [""] * 6


def test_of_two_people_with_one_id_the_first_who_answered_counts() -> None:
    people = [
        Person(campaign="c", key="silent", extra={"PROLIFIC_PID": "x"}),
        Person(campaign="c", key="ann", extra={"PROLIFIC_PID": "x", "STUDY_ID": "s"}),
        Person(campaign="c", key="bo", extra={"PROLIFIC_PID": "x"}),
        Person(campaign="c", key="cy", extra={"PROLIFIC_PID": "y", "STUDY_ID": "s"}),
    ]
    answers = [given(1, annotator="bo"), given(2), given(3, annotator="cy")]
    assert why(answers, Rules(), Evidence(people=people)) == ["same id", "", ""]
    assert why(answers, Rules(once=False), Evidence(people=people)) == ["", "", ""]


def test_what_was_left_out_is_said_without_checks_and_repeats() -> None:
    answers = [given(1, late="over"), given(2, rt_ms=10.0), given(3, rt_ms=10.0, repeat_of="1"), given(4)]
    found = keep([*answers, replace(checks(False)[0], late="over")], Evidence(), Rules())
    assert found.left_out == {"late": 1, "fast": 1} and [one.seq for one in found.answers] == [4]
    assert found.sentence == "2 answers left out by the rules of the campaign: 1 late, 1 too fast."
    assert keep(answers, Evidence(), EVERYTHING).sentence == Kept(answers=[], everything=[]).sentence == ""


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"passed": 2}, "Rules, passed: expected a share from 0 to 1, got 2"),
        ({"fast_ms": -1}, "Rules, fast_ms: expected milliseconds from 0 to 60,000, got -1"),
        ({"least_checks": 0}, "Rules, least_checks: expected 1 or more, got 0"),
        ({"late": 1}, "Rules, late: expected what the export writes, got 1"),
        ({"people": "ann"}, "Rules, people: expected what the export writes"),
        ({"speed": 1}, "Rules, speed: expected what the export writes"),
        ([], "Rules, : expected what the export writes"),
    ],
)
def test_rules_that_cannot_be_are_refused(values: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        rules_from(values)


@pytest.fixture
def asked(text_workspace: Workspace) -> Store:
    """A campaign with an answer in time, a late one, one that was too fast, and two people of one id."""
    store = judgment_store(text_workspace)
    create_campaign(store, "c", Settings(task="triplet", sampler="list"), ["0", "1", "2"])
    store.add_answers([given(1), given(2, late="closed"), given(3, rt_ms=50.0), given(4, annotator="bo")])
    with store.connect(write=True) as connection:
        for key, created in (("ann", "2026-01-01"), ("bo", "2026-01-02")):
            insert_person(connection, Person(campaign="c", key=key, extra={"id": "7"}, created=created))
    return store


def test_agreement_follows_the_rules_of_the_campaign(asked: Store, text_workspace: Workspace) -> None:
    opened = open_shared(text_workspace.path)
    found = read_judged(opened, "c")
    assert len(found.asked) == 1 and found.asked.people == ("ann",)
    assert found.rules_said == (
        "3 answers left out by the rules of the campaign: 1 of people who had taken part before, under the same id, "
        "1 late, 1 too fast."
    )
    before = asked.last_event()
    set_rules(asked, "c", Rules(late=True, once=False))
    assert asked.last_event() > before and len(read_judged(opened, "c").asked) == 3
    set_rules(asked, "c", Rules(people=("ann", "bo")))
    with pytest.raises(InputError, match="4 of people left out by hand. Nothing is left: change the rules"):
        read_judged(opened, "c")


def test_rules_are_kept_and_another_campaign_keeps_its_own(asked: Store) -> None:
    asked.add_answers([given(1, campaign="d", late="over")])
    wanted = Rules(late=True, fast_ms=0, passed=0.5, people=("x",))
    set_rules(asked, "c", wanted)
    assert rules_of(asked, "c") == wanted and rules_of(asked, "d") == Rules()
    found = counted_answers(asked)
    assert [(one.campaign, one.trial) for one in found.answers] == [("c", "1"), ("c", "2"), ("c", "3")]
    assert found.people == {("c", "bo"): "same id"} and found.left_out == {"same id": 1, "late": 1}
    with pytest.raises(InputError, match="no campaign called 'nope'"):
        set_rules(asked, "nope", wanted)


def test_whoever_reads_answers_reads_those_that_count() -> None:
    """Everywhere above the store itself."""
    root = Path(explorer.__file__).parent / "features" / "judgments"
    reads = [path for path in root.rglob("*.py") if re.search(r"store\S*\.answers\(", path.read_text("utf-8"))]
    assert {path.relative_to(root).as_posix() for path in reads} == {"counted.py"}
