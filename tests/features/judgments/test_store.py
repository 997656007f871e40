"""The store: what is in it stays, nothing is in it twice, and it survives being killed."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from explorer.base.errors import InputError, WorkspaceError
from explorer.features.judgments.store import Store
from explorer.features.judgments.store.migrations import FIRST, MIGRATIONS
from explorer.features.judgments.values import Answer


def answer(number: int, person: str = "ann", **values: object) -> Answer:
    base = {"items": ("a", "b", "c"), "answer": "b"} | values
    return Answer(campaign="c", task="odd_one_out", annotator=person, trial=str(number), **base)  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "judgments.sqlite")


def test_answers_come_back_as_they_went_in(store: Store) -> None:
    given = [answer(1, rt_ms=512.5, condition="by colour"), answer(2, is_check=True, passed=False, repeat_of="")]
    assert store.answers() == []
    assert store.add_answers(given) == 2
    found = store.answers("c", "odd_one_out")
    assert [(one.trial, one.rt_ms, one.condition, one.is_check, one.passed) for one in found] == [
        ("1", 512.5, "by colour", False, None),
        ("2", None, "", True, False),
    ]
    assert all(one.created for one in found) and store.answers("other") == []
    assert store.tasks() == {"c": {"odd_one_out"}}


def test_the_same_trial_of_the_same_person_is_kept_once(store: Store) -> None:
    assert store.add_answers([answer(1), answer(1, answer="c"), answer(1, person="bo")]) == 2
    assert store.add_answers([answer(1)]) == 0
    assert [(one.annotator, one.answer) for one in store.answers()] == [("ann", "b"), ("bo", "b")]


def test_a_bad_answer_keeps_out_the_whole_batch(store: Store) -> None:
    with pytest.raises(InputError, match="got 'z'"):
        store.add_answers([answer(1), answer(2, answer="z")])
    assert store.answers() == []


def test_events_cannot_be_changed_or_removed(store: Store) -> None:
    store.add_answers([answer(1)])
    for statement in ("UPDATE events SET answer = 'x'", "DELETE FROM events"):
        with pytest.raises(sqlite3.IntegrityError, match="only ever added"), store.connect(write=True) as connection:
            connection.execute(statement)
    assert len(store.answers()) == 1


def test_a_newer_schema_is_refused_and_left_alone(store: Store) -> None:
    store.add_answers([answer(1)])
    with sqlite3.connect(store.path) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(WorkspaceError, match=f"version {len(MIGRATIONS) + 1}; this program knows versions up to"):
        store.answers()


def test_an_older_file_is_brought_up_to_date(store: Store) -> None:
    connection = sqlite3.connect(store.path)
    connection.executescript(FIRST + "PRAGMA user_version = 1;")
    connection.close()
    store.add_answers([answer(1)])
    with store.connect() as opened:
        assert opened.execute("PRAGMA user_version").fetchone()[0] == len(MIGRATIONS)


def test_readers_do_not_wait_for_a_writer(store: Store) -> None:
    store.add_answers([answer(1)])
    with store.connect(write=True) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        connection.execute(
            "INSERT INTO pool (campaign, number, items, sampler, issued) VALUES ('c', 0, '[]', 'random', 0)"
        )
        assert len(store.answers()) == 1


def test_a_damaged_file_is_a_message(store: Store) -> None:
    store.path.write_bytes(b"no database at all, " * 100)
    with pytest.raises(WorkspaceError, match="is damaged"):
        store.answers()


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
    """A process writes until it is killed; every answer that it reported is there, and the file is whole."""
    script = (
        "import sys\nfrom explorer.features.judgments.store import Store\n"
        "from explorer.features.judgments.values import Answer\n"
        "store = Store(sys.argv[1])\nfor n in range(10000):\n"
        "    store.add_answers([Answer(campaign='c', task='odd_one_out', annotator='ann', trial=str(n), "
        "items=('a', 'b', 'c'), answer='b')])\n"
        "    print(n, flush=True)\n"
    )
    process = subprocess.Popen([sys.executable, "-c", script, str(store.path)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(20)]
    os.kill(process.pid, signal.SIGKILL)
    said += process.stdout.readlines()
    process.wait()
    process.stdout.close()
    reported = {line.decode().strip() for line in said if line.endswith(b"\n")}
    assert len(reported) >= 20 and reported <= {one.trial for one in store.answers()}
    with store.connect() as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
