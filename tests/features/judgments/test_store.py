"""The store: what is in it stays, nothing is in it twice, and it survives being killed. In a file and in PostgreSQL."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from explorer.base.errors import InputError
from explorer.features.judgments.store import Connection, Store
from explorer.features.judgments.store.dialects import changed, deletes_allowed
from explorer.features.judgments.store.people import read_people
from explorer.features.judgments.values import Answer
from tests.features.judgments.someone import add_people
from tests.features.judgments.stores import new_store

pytestmark = pytest.mark.usefixtures("each_place")


def answer(number: int, person: str = "ann", **values: object) -> Answer:
    base = {"items": ("a", "b", "c"), "answer": "b"} | values
    return Answer(campaign="c", task="odd_one_out", annotator=person, trial=str(number), **base)  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def test_answers_come_back_as_they_went_in(store: Store) -> None:
    given = [answer(1, rt_ms=512.1, condition="by colour"), answer(2, is_check=True, passed=False, repeat_of="")]
    assert store.answers() == []
    assert store.add_answers(given) == 2
    found = store.answers("c", "odd_one_out")
    assert [(one.trial, one.rt_ms, one.condition, one.is_check, one.passed) for one in found] == [
        ("1", 512.1, "by colour", False, None),
        ("2", None, "", True, False),
    ]
    assert all(one.created for one in found) and store.answers("other") == []
    assert store.tasks() == {"c": {"odd_one_out"}}


def test_the_same_trial_of_the_same_person_is_kept_once(store: Store) -> None:
    assert store.add_answers([answer(1), answer(1, answer="c"), answer(1, person="bo")]) == 2
    assert store.add_answers([answer(1)]) == store.add_answers([]) == 0
    assert [(one.annotator, one.answer) for one in store.answers()] == [("ann", "b"), ("bo", "b")]


def test_a_bad_answer_keeps_out_the_whole_batch(store: Store) -> None:
    with pytest.raises(InputError, match="got 'z'"):
        store.add_answers([answer(1), answer(2, answer="z")])
    assert store.answers() == []


def test_what_fails_half_way_leaves_nothing(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.connect(write=True) as connection:
        connection.execute(
            "INSERT INTO pool (campaign, number, items, sampler) VALUES (?, ?, ?, ?)", ["c", 0, "[]", "x"]
        )
        assert 1 / 0
    with store.connect() as connection:
        assert connection.execute("SELECT COUNT(*) FROM pool").fetchone()[0] == 0


def test_events_cannot_be_changed_or_removed(store: Store) -> None:
    store.add_answers([answer(1)])
    for statement in ("UPDATE events SET answer = 'x'", "DELETE FROM events"):
        with pytest.raises(Exception, match="only ever added") as raised, store.connect(write=True) as connection:
            connection.execute(statement)
        assert type(raised.value).__name__ in ("IntegrityError", "IntegrityConstraintViolation")
    with store.connect(write=True) as connection, deletes_allowed(connection):
        connection.execute("UPDATE pool SET issued = 0")
    with pytest.raises(Exception, match="only ever added"), store.connect(write=True) as connection:
        with deletes_allowed(connection):
            pass
        connection.execute("DELETE FROM events")
    assert len(store.answers()) == 1


def test_the_number_of_the_last_event_grows_and_never_comes_back(store: Store) -> None:
    store.add_answers([answer(1), answer(2)])
    numbers = [store.last_event()]
    with store.connect(write=True) as connection:
        changed(connection)
    numbers.append(store.last_event())
    with store.connect(write=True) as connection:
        with deletes_allowed(connection):
            assert connection.execute("DELETE FROM events").rowcount == 2
        changed(connection, gone=2)
    numbers.append(store.last_event())
    store.add_answers([answer(3)])
    numbers.append(store.last_event())
    assert numbers == sorted(set(numbers)) and len(store.answers()) == 1


def test_a_number_counts_only_once_it_can_be_seen(store: Store) -> None:
    """Who remembers what they read under the number of the last event must not miss one that was being written."""
    store.add_answers([answer(1)])
    before = store.last_event()
    with store.connect(write=True) as connection:
        connection.execute(
            "INSERT INTO events (campaign, annotator, trial, kind, task, items, answer, condition, sampler, is_check, "
            "repeat_of, token, created) VALUES ('c', 'bo', '1', 'answer', 't', '[]', '1', '', '', 0, '', '', '')"
        )
        changed(connection)
        assert store.last_event() == before
    assert store.last_event() > before


def test_what_one_person_writes_after_another_is_told_whoever_began_first(store: Store) -> None:
    def add(connection: Connection, person: str) -> None:
        connection.execute(
            "INSERT INTO events (campaign, annotator, trial, kind, task, items, answer, condition, sampler, is_check, "
            "repeat_of, token, created) VALUES ('c', ?, '1', 'answer', 't', '[]', '1', '', '', 0, '', '', '')",
            [person],
        )

    numbers = [store.last_event()]
    with store.connect(write=True, person="c/ann") as first:
        add(first, "ann")
        if store.place.is_shared:
            with store.connect(write=True, person="c/bo") as second:
                add(second, "bo")
            numbers.append(store.last_event())
    numbers.append(store.last_event())
    assert numbers == sorted(set(numbers))


def test_readers_do_not_wait_for_a_writer(store: Store) -> None:
    store.add_answers([answer(1)])
    with store.connect(write=True) as connection:
        connection.execute(
            "INSERT INTO pool (campaign, number, items, sampler, issued) VALUES ('c', 0, '[]', 'random', 0)"
        )
        assert len(store.answers()) == 1


def test_order_is_that_of_bytes(store: Store) -> None:
    names = ["b", "Z", "a", "ä", "_", "A"]
    with store.connect(write=True) as connection:
        for name in names:
            connection.execute("INSERT INTO pool (campaign, number, items, sampler) VALUES (?, 0, '', '')", [name])
        found = [row["campaign"] for row in connection.execute("SELECT campaign FROM pool ORDER BY campaign")]
    assert found == sorted(names, key=str.encode)


def test_a_row_is_read_by_name_by_place_and_whole(store: Store) -> None:
    add_people(store, "c", "ann")
    with store.connect() as connection:
        row = connection.execute("SELECT key, name, 'a?%' AS odd FROM people WHERE campaign = ?", ["c"]).fetchone()
        assert (row["key"], row[1], *row) == ("ann", "ann", "ann", "ann", "a?%")
        assert dict(row) == {"key": "ann", "name": "ann", "odd": "a?%"}
        assert [one.key for one in read_people(connection, "c")] == ["ann"]


def test_many_threads_write_at_once(store: Store) -> None:
    def work(person: int) -> None:
        for number in range(10):
            store.add_answers([answer(number, f"person {person}")])

    threads = [threading.Thread(target=work, args=(person,)) for person in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({(one.annotator, one.trial) for one in store.answers()}) == len(store.answers()) == 80


def test_what_was_acknowledged_survives_a_kill(store: Store) -> None:
    """A process writes until it is killed; every answer that it reported is there, and the next one is taken."""
    script = (
        "import sys\nfrom pathlib import Path\nfrom explorer.features.judgments.store import Store\n"
        "from explorer.features.judgments.store.places import place_of\n"
        "from explorer.features.judgments.values import Answer\n"
        "store = Store(place_of(Path(sys.argv[1])))\nfor n in range(10000):\n"
        "    store.add_answers([Answer(campaign='c', task='odd_one_out', annotator='ann', trial=str(n), "
        "items=('a', 'b', 'c'), answer='b')])\n"
        "    print(n, flush=True)\n"
    )
    folder = str(store.place.folder)
    process = subprocess.Popen([sys.executable, "-c", script, folder], stdout=subprocess.PIPE)
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(20)]
    os.kill(process.pid, signal.SIGKILL)
    said += process.stdout.readlines()
    process.wait()
    process.stdout.close()
    reported = {line.decode().strip() for line in said if line.endswith(b"\n")}
    assert len(reported) >= 20 and reported <= {one.trial for one in store.answers()}
    assert store.add_answers([answer(20_000)]) == 1
