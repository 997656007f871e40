"""A person's way through a campaign."""

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.base.errors import InputError
from explorer.features.judgments.asking.people import people, withdraw
from explorer.features.judgments.asking.tickets import read_ticket, ticket
from explorer.features.judgments.asking.way import Reply, begin, respond
from explorer.features.judgments.campaigns import create_campaign, set_open
from explorer.features.judgments.settings import PoolQuestion, Settings
from explorer.features.judgments.store import Store
from explorer.features.judgments.store.asked import Wanted, claim, open_questions
from explorer.features.judgments.study import Field, KnownQuestion, Study
from explorer.features.judgments.tags import kept_tags, tags_of, tags_to_show
from tests.features.judgments.someone import add_people
from tests.features.judgments.stores import new_store

pytestmark = pytest.mark.usefixtures("each_place")

IDS = [f"i{number}" for number in range(30)]
PEOPLE = ("ann", "bo", "cy", "first", "second", "third", "fourth", "fifth")


def make(folder: Path, count: int = 6, task: str = "odd_one_out", **values: Any) -> Store:
    store = new_store(folder)
    made = Settings(task=task, questions=count, **values)
    pool = [PoolQuestion(tuple(IDS[(n * 3 + k) % 30] for k in range(made.size)), "random") for n in range(count)]
    create_campaign(store, "c", made, IDS, pool=pool)
    add_people(store, "c", *PEOPLE)
    return store


def answered(reply: Reply, place: int = 0, **values: Any) -> dict[str, Any]:
    question = reply.questions[place]
    return {"kind": "answer", "trial": question.trial, "answer": question.items[0], "rt_ms": 700} | values


def finish(store: Store, person: str, kind: str = "answer") -> Reply:
    reply = respond(store, "c", person)
    while reply.questions:
        reply = respond(store, "c", person, [answered(reply, kind=kind)])
    return reply


def test_all_questions_once_and_then_done(tmp_path: Path) -> None:
    store = make(tmp_path)
    assert not begin(store, "c", "ann").returning
    reply = finish(store, "ann")
    assert reply.answered == reply.total == 6
    assert len({one.question for one in store.answers()}) == 6
    assert all(one.rt_ms == 700 and one.answer == one.items[0] for one in store.answers())


def test_the_same_response_again_is_known_and_another_answer_is_too_late(tmp_path: Path) -> None:
    store = make(tmp_path)
    first = respond(store, "c", "ann")
    for answer, status in ((0, "stored"), (0, "known"), (1, "other")):
        response = answered(first) | {"answer": first.questions[0].items[answer], "token": f"t{answer}"}
        assert respond(store, "c", "ann", [response]).acknowledged[0].status == status
    assert [one.answer for one in store.answers()] == [first.questions[0].items[0]]


def test_bad_responses_are_refused_and_the_others_count(tmp_path: Path) -> None:
    store = make(tmp_path)
    first = respond(store, "c", "ann")
    given = [
        answered(first, answer="nobody"),
        {"kind": "answer", "trial": "99.0"},
        {"kind": "dance"},
        answered(first, 1),
    ]
    reply = respond(store, "c", "ann", given)
    assert [one.status for one in reply.acknowledged] == ["refused"] * 3 + ["stored"]
    assert "Expected the id of one of" in reply.acknowledged[0].message
    assert "was not asked" in reply.acknowledged[1].message
    assert [one.trial for one in store.answers()] == ["1.0"]


def test_undo_opens_the_question_again_once(tmp_path: Path) -> None:
    store = make(tmp_path)
    first = respond(store, "c", "ann")
    undo = {"kind": "undo", "trial": "0.0"}
    assert respond(store, "c", "ann", [undo]).acknowledged[0].status == "refused"
    reply = respond(store, "c", "ann", [answered(first), undo, undo])
    assert [one.status for one in reply.acknowledged] == ["stored", "stored", "known"]
    assert reply.questions[0].trial == "0.1" and reply.questions[0].items == first.questions[0].items
    assert store.answers() == [] and [one["kind"] for one in store.events()] == ["answer", "undo"]
    assert finish(store, "ann").answered == 6


def test_answers_a_question_by_different_people(tmp_path: Path) -> None:
    store = make(tmp_path, answers_per_question=2)
    assert [finish(store, person).answered for person in ("ann", "bo", "cy")] == [6, 6, 0]
    counts = [one.question for one in store.answers()]
    assert all(counts.count(one) == 2 for one in counts)


def test_a_skipped_question_goes_to_somebody_else(tmp_path: Path) -> None:
    store = make(tmp_path)
    assert finish(store, "ann", "skip").answered == 0
    assert finish(store, "bo").answered == 6


def test_a_question_left_lying_is_free_again(tmp_path: Path) -> None:
    store = make(tmp_path, 3)
    respond(store, "c", "ann")
    assert respond(store, "c", "bo").questions == ()
    with store.connect(write=True) as connection:
        connection.execute("UPDATE questions SET asked = '2020-01-01T00:00:00.000+00:00'")
    assert finish(store, "bo").answered == 3


def test_most_questions_a_person(tmp_path: Path) -> None:
    store = make(tmp_path, per_person=4)
    reply = finish(store, "ann")
    assert reply.answered == reply.total == 4


def test_checks_and_repeats(tmp_path: Path) -> None:
    store = make(tmp_path, 60, check_share=0.2, repeat_share=0.2)
    finish(store, "ann")
    found = store.answers()
    checks = [one for one in found if one.is_check]
    repeats = [one for one in found if one.repeat_of]
    by_trial = {one.trial: one for one in found}
    assert len(checks) >= 3 and len(repeats) >= 3
    for one in checks:
        assert len(set(one.items)) == 2 and one.passed == (one.items.count(one.answer) == 1)
    for one in repeats:
        earlier = by_trial[one.repeat_of]
        assert one.question == earlier.question and not earlier.is_check
        assert int(one.trial.split(".")[0]) - int(earlier.trial.split(".")[0]) >= 4


@pytest.mark.parametrize(("task", "size"), [("triplet", 3), ("pair_rating", 2)])
def test_checks_of_other_tasks(tmp_path: Path, task: str, size: int) -> None:
    store = make(tmp_path, 20, task, check_share=0.5)
    reply = respond(store, "c", "ann", wanted=10)
    checks = [one for one in reply.questions if one.is_check]
    assert checks and all(len(one.items) == size and len(set(one.items)) == size - 1 for one in checks)
    assert task != "triplet" or all(one.items[0] in one.items[1:] for one in checks)


HOURS = timedelta(hours=1)


@pytest.mark.parametrize(
    ("values", "away", "restarted"),
    [
        ({"resume": "resume"}, 500 * HOURS, False),
        ({"resume": "resume", "max_age_hours": 24.0}, 20 * HOURS, False),
        ({"resume": "resume", "max_age_hours": 24.0}, 30 * HOURS, True),
        ({"resume": "restart"}, timedelta(minutes=5), False),
        ({"resume": "restart"}, HOURS, True),
        ({"resume": "block"}, timedelta(minutes=5), False),
    ],
)
def test_coming_back(tmp_path: Path, values: dict[str, Any], away: timedelta, restarted: bool) -> None:
    store = make(tmp_path, **values)
    begin(store, "c", "ann")
    first = respond(store, "c", "ann", [])
    respond(store, "c", "ann", [answered(first)])
    start = begin(store, "c", "ann", datetime.now(UTC) + away)
    assert start.returning and start.restarted == restarted
    assert start.answered == len(store.answers()) == (0 if restarted else 1)
    reply = finish(store, "ann")
    assert reply.answered == 6 and len({one.trial for one in store.answers()}) == 6
    assert len({one["trial"] for one in store.events() if one["kind"] == "answer"}) == (7 if restarted else 6)


def test_coming_back_when_that_is_not_allowed(tmp_path: Path) -> None:
    store = make(tmp_path, resume="block")
    later = datetime.now(UTC) + HOURS
    begin(store, "c", "ann")
    assert not begin(store, "c", "ann", later).blocked, "who answered nothing is not turned away"
    first = respond(store, "c", "ann", wanted=2)
    respond(store, "c", "ann", [answered(first)])
    assert begin(store, "c", "ann", later).blocked
    reply = respond(store, "c", "ann", [answered(first, 1)], at=later)
    assert (reply.state, reply.questions) == ("blocked", ()) and reply.acknowledged[0].late == "blocked"
    assert respond(store, "c", "ann", at=later).state == "blocked", "a late answer is no coming back"
    assert [one.late for one in store.answers()] == ["", "blocked"] and reply.answered == 1


def test_a_closed_campaign_keeps_what_comes_as_late(tmp_path: Path) -> None:
    store = make(tmp_path)
    first = respond(store, "c", "ann")
    set_open(store, "c", False)
    reply = respond(
        store, "c", "ann", [answered(first), {"kind": "undo", "trial": "0.0"}, answered(first, trial="0.1")]
    )
    assert (reply.state, reply.questions, reply.answered) == ("closed", (), 0)
    assert [one.late for one in reply.acknowledged] == ["closed", "", "closed"]
    assert [(one.trial, one.late) for one in store.answers()] == [("0.1", "closed")]
    set_open(store, "c", True)
    assert respond(store, "c", "ann").state == "open"


def test_answers_from_before_a_new_start_are_kept_as_late(tmp_path: Path) -> None:
    store = make(tmp_path, resume="restart")
    begin(store, "c", "ann")
    first = respond(store, "c", "ann", wanted=3)
    respond(store, "c", "ann", [answered(first)], wanted=3)
    assert begin(store, "c", "ann", datetime.now(UTC) + HOURS).restarted
    undone = [answered(first, 1), {"kind": "undo", "trial": "1.0"}, answered(first, 1, trial="1.1")]
    reply = respond(store, "c", "ann", undone)
    assert [one.late for one in reply.acknowledged] == ["restarted", "", "restarted"]
    assert [(one.trial, one.late) for one in store.answers()] == [("1.1", "restarted")]
    assert finish(store, "ann").answered == 6
    assert len([one for one in store.answers() if not one.late]) == 6


def test_no_question_has_more_answers_than_wanted_after_skips_and_new_starts(tmp_path: Path) -> None:
    store = make(tmp_path, 3, resume="restart")
    begin(store, "c", "ann")
    finish(store, "ann", "skip")
    respond(store, "c", "ann", [{"kind": "undo", "trial": "0.0"}])
    question = respond(store, "c", "ann").questions[0]
    respond(store, "c", "ann", [{"trial": question.trial, "answer": question.items[0]}])
    assert begin(store, "c", "ann", datetime.now(UTC) + HOURS).restarted
    finish(store, "bo")
    finish(store, "ann")
    finish(store, "cy")
    counts = [one.question for one in store.answers()]
    assert len(counts) == len(set(counts)) == 3


def test_an_answer_after_a_long_pause_to_a_question_that_others_answered_is_late(tmp_path: Path) -> None:
    store = make(tmp_path, 1)
    first = respond(store, "c", "ann")
    with store.connect(write=True) as connection:
        connection.execute("UPDATE questions SET asked = '2020-01-01T00:00:00.000+00:00'")
    finish(store, "bo")
    assert respond(store, "c", "ann", [answered(first)]).acknowledged[0].late == "over"
    assert {one.annotator: one.late for one in store.answers()} == {"ann": "over", "bo": ""}


def test_the_order_is_each_persons_own_or_as_listed(tmp_path: Path) -> None:
    store = make(tmp_path, 30, answers_per_question=2)
    orders = [[one.number for one in respond(store, "c", who, wanted=10).questions] for who in ("ann", "bo")]
    assert orders[0] != orders[1] and orders[0] != sorted(orders[0])
    with store.connect() as connection:
        assert [one.number for one in open_questions(connection, "c", "ann")] == orders[0]
    listed = make(tmp_path / "listed", 30, order="listed")
    assert [one.number for one in respond(listed, "c", "ann", wanted=10).questions] == list(range(10))


def test_people_are_assigned_to_conditions_evenly(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    conditions = ("by colour", "by shape")
    made = Settings(task="triplet", questions=3, conditions=conditions, answers_per_question=3)
    pool = [PoolQuestion(tuple(IDS[n : n + 3]), "random") for n in range(3)]
    create_campaign(store, "c", made, IDS, pool=pool)
    add_people(store, "c", *PEOPLE[:6])
    for person in PEOPLE[:6]:
        reply = respond(store, "c", person)
        assert reply.total == 3 and reply.condition in conditions
        while reply.questions:
            one = reply.questions[0]
            reply = respond(store, "c", person, [{"trial": one.trial, "answer": list(one.items)}])
    by_person = {one.annotator: one.condition for one in store.answers()}
    assert sorted(by_person.values()) == ["by colour"] * 3 + ["by shape"] * 3 and len(store.answers()) == 18


def test_steps_come_before_questions_and_after_them(tmp_path: Path) -> None:
    fields = (Field(key="age", label="Age", kind="number", low=18), Field(key="b", label="B", when="before"))
    study = Study(words={"en": {"consent": "Yes?"}}, fields=fields, completion="C-{PROLIFIC_PID}-{person}")
    store = make(tmp_path, 1, study=study)
    add_people(store, "c", "new", via="browser")
    assert respond(store, "c", "new").steps == ("consent", "name", "before")
    for trial in ("step.practice", "step.after", "step.nothing"):
        unasked = respond(store, "c", "new", [{"kind": "step", "trial": trial, "answer": {"age": 30}}])
        assert "no step" in unasked.acknowledged[0].message

    def step(name: str, answer: object) -> Reply:
        return respond(store, "c", "new", [{"kind": "step", "trial": f"step.{name}", "answer": answer}])

    assert step("consent", {"agreed": False}).acknowledged[0].status == "refused"
    assert step("consent", {"agreed": True}).steps == ("name", "before")
    assert "1 to 60" in step("name", {"name": "<b>"}).acknowledged[0].message
    assert step("name", {"name": "Ann"}).questions == ()
    assert "B: an answer is needed" in step("before", {}).acknowledged[0].message
    reply = step("before", {"b": " x "})
    assert reply.steps == () and len(reply.questions) == 1
    reply = respond(store, "c", "new", [answered(reply)])
    assert reply.after == ("after",) and reply.completion == ""
    assert "a number from 18 to 120" in step("after", {"age": 3}).acknowledged[0].message
    set_open(store, "c", False)
    assert step("after", {"age": 30}).completion == "C-{PROLIFIC_PID}-new", "who is finished gets it, closed or not"
    assert step("after", {"age": 31}).acknowledged[0].status == "known"
    said = {one["trial"]: one["answer"] for one in store.events() if one["kind"] == "step"}
    assert said["step.after"] == '{"age":30.0}' and said["step.before"] == '{"b":"x"}'


def test_arrangements_follow_each_other_until_every_pair_was_seen_apart(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    made = Settings(task="arrangement", sampler="weakest", items_per_question=4, answers_per_question=5)
    create_campaign(store, "c", made, IDS[:6], pool=[PoolQuestion(tuple(IDS[:4]), "weakest")])
    add_people(store, "c", "ann", "bo")
    reply, seen = respond(store, "c", "ann"), []
    while reply.questions:
        assert len(reply.questions) == 1, "the next one depends on this"
        one = reply.questions[0]
        seen.append(set(one.items))
        corners = [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]][: len(one.items)]
        reply = respond(store, "c", "ann", [{"trial": one.trial, "answer": corners}])
    pairs = {frozenset(two) for shown in seen for two in combinations(shown, 2)}
    assert len(pairs) == 15 and 3 <= len(seen) <= 8
    assert len(respond(store, "c", "bo").questions) == 1


def test_gold_questions_are_checks_with_an_answer_of_ones_own(tmp_path: Path) -> None:
    gold = KnownQuestion(items=("i3", "i4", "i5"), answer="i4")
    store = make(tmp_path, 20, check_share=0.5, study=Study(gold=(gold,)))
    reply = respond(store, "c", "ann", wanted=10)
    checks = [one for one in reply.questions if one.is_check]
    assert len(checks) == 1 and sorted(checks[0].items) == ["i3", "i4", "i5"], "each gold question once"
    respond(store, "c", "ann", [{"trial": checks[0].trial, "answer": "i4"}])
    assert [(one.sampler, one.passed) for one in store.answers()] == [("gold", True)]


def test_none_of_these_and_how_sure_and_what_happened_meanwhile(tmp_path: Path) -> None:
    store = make(tmp_path, none_of_these=True, confidence=True)
    first = respond(store, "c", "ann")
    marks = {"hidden_ms": 900, "paused_ms": 0, "reloaded": 1, "nonsense": 5, "blurred": -1}
    given = [answered(first, confidence=0.75, marks=marks), {"kind": "none", "trial": first.questions[1].trial}]
    reply = respond(store, "c", "ann", given)
    assert [one.status for one in reply.acknowledged] == ["stored", "stored"] and reply.answered == 2
    assert [(one.confidence, one.marks) for one in store.answers()] == [(0.75, {"hidden_ms": 900, "reloaded": 1})]
    assert [one["kind"] for one in store.events()] == ["answer", "none"]
    plain = make(tmp_path / "plain")
    first = respond(plain, "c", "ann")
    reply = respond(plain, "c", "ann", [{"kind": "none", "trial": first.questions[0].trial}])
    assert reply.acknowledged[0].status == "refused" and plain.answers() == []


def test_whoever_withdraws_is_gone_and_others_are_asked_instead(tmp_path: Path) -> None:
    store = make(tmp_path, 3)
    finish(store, "ann")
    assert finish(store, "bo").answered == 0
    assert withdraw(store, "c", "ann") == 3
    assert store.events() == [] and finish(store, "bo").answered == 3
    with pytest.raises(InputError, match="was deleted"):
        respond(store, "c", "ann", [{"trial": "0.0", "answer": "i0"}])
    gone = [one for one in people(store, "c") if one.withdrawn]
    assert len(gone) == 1 and gone[0].key.startswith("withdrawn-") and gone[0].name == ""
    with pytest.raises(InputError, match="nobody with the key"):
        withdraw(store, "c", "ann")
    with store.connect(write=True) as connection, pytest.raises(Exception, match="only ever added"):
        connection.execute("DELETE FROM events")


def test_tickets(tmp_path: Path) -> None:
    store = make(tmp_path)
    made = create_campaign(store, "other", Settings(task="tags"), IDS)
    text = ticket(made, "Ann Ö")
    assert [read_ticket(store, text) for _ in range(2)] == [("other", "Ann Ö")] * 2
    body, signature = text.split(".")
    forged = ticket(create_campaign(store, "third", Settings(task="tags"), IDS), "Ann Ö").split(".")[0]
    for bad in (f"{forged}.{signature}", f"{body}.0", "", "a.b", "x"):
        with pytest.raises(InputError, match="out of date"):
            read_ticket(store, bad)


def test_tags_are_rated_flagged_and_removed_by_more_than_two(tmp_path: Path) -> None:
    store = make(tmp_path, 1, "tags", answers_per_question=9)
    item = respond(store, "c", "first").questions[0].items[0]

    def tag(person: str, **values: Any) -> list[str]:
        reply = respond(store, "c", person)
        with store.connect() as connection:
            shown = tags_to_show(connection, "c", item, person)
        answer = {"ratings": {}, "flags": [], "added": []} | values
        done = respond(store, "c", person, [{"trial": reply.questions[0].trial, "answer": answer}])
        assert done.acknowledged[0].status == "stored"
        return shown

    assert tag("first", added=["red", "nonsense"]) == []
    assert tag("second", ratings={"red": 5}, flags=["nonsense"], added=["round"]) == ["red", "nonsense"]
    assert tag("third", ratings={"red": 4, "round": 2}, flags=["nonsense"]) == ["red", "nonsense", "round"]
    assert tag("fourth", ratings={"red": 3, "round": 2}, flags=["nonsense"]) == ["red", "nonsense", "round"]
    assert tag("fifth", ratings={"red": 4}) == ["red", "round"]
    found = {one.text: one for one in tags_of(store.answers())[item]}
    assert found["nonsense"].removed and found["nonsense"].flags == 3
    assert found["red"].rating == 4 and found["red"].ratings == 4 and found["round"].added_by == "second"
    assert [one.text for one in kept_tags(found.values())] == ["red", "round"]


def test_many_at_once_are_each_asked_as_if_alone(tmp_path: Path) -> None:
    """Two dozen people, each with two tabs: no question goes to more people than it should, and none is left over."""
    conditions = ("by colour", "by shape")
    store = make(tmp_path, 24, answers_per_question=2, conditions=conditions)
    crowd = [f"p{number}" for number in range(12)]
    add_people(store, "c", *crowd)

    def work(person: str) -> None:
        reply = respond(store, "c", person)
        for _ in range(60):
            if not reply.questions:
                return
            reply = respond(store, "c", person, [answered(reply, token="t")])

    threads = [threading.Thread(target=work, args=(person,)) for person in crowd for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = store.answers()
    trials = {(one.annotator, one.trial) for one in found}
    assert len(trials) == len(found)
    assert len(found) == 24 * 2 * 2
    with store.connect() as connection:
        sql = "SELECT number, COUNT(DISTINCT annotator) AS people FROM questions WHERE number >= 0 GROUP BY number"
        assert sorted(tuple(row) for row in connection.execute(sql)) == [(number, 2) for number in range(48)]
    arms = Counter({one.annotator: one.condition for one in found}.values())
    assert set(arms) <= set(conditions) and abs(arms[conditions[0]] - arms[conditions[1]]) <= 2
    assert {one.arm for one in people(store, "c") if one.key in crowd} == set(conditions)


def test_a_question_that_somebody_only_holds_for_a_moment_is_not_the_last(tmp_path: Path) -> None:
    store, replies = make(tmp_path, 1), []
    other = threading.Thread(target=lambda: replies.append(respond(store, "c", "bo")))
    with pytest.raises(ZeroDivisionError), store.connect(write=True, person="c/ann") as connection:
        assert claim(connection, "c", "ann", Wanted(most=1, begun_first=True))
        other.start()
        other.join(0.5)
        assert not replies
        assert 1 / 0  # and gives it back
    other.join()
    assert len(replies[0].questions) == 1


STEPS = st.lists(st.sampled_from(["answer", "again", "skip", "undo", "other tab"]), max_size=25)


@settings(max_examples=15, deadline=None)
@given(steps=STEPS)
def test_whatever_a_person_does_every_question_counts_at_most_once(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    store = make(tmp_path_factory.mktemp("any"), 8)
    reply = respond(store, "c", "ann")
    sent: list[dict[str, Any]] = []
    for step in steps:
        if step == "undo" and reply.last:
            reply = respond(store, "c", "ann", [{"kind": "undo", "trial": reply.last}])
        elif step == "again" and sent:
            reply = respond(store, "c", "ann", sent)
        elif step in ("answer", "skip") and reply.questions:
            sent.append(answered(reply, kind=step))
            reply = respond(store, "c", "ann", sent[-1:])
        elif step == "other tab":
            respond(store, "c", "ann", wanted=5)
    found = store.answers()
    assert len({one.question for one in found}) == len(found) == reply.answered
