"""Judgments in PostgreSQL: moved there and back, shared, and what is told when the server or the right is missing."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from explorer.base.errors import InputError, WorkspaceError
from explorer.commands.main import app
from explorer.features.judgments.asking.annotating import answer_page
from explorer.features.judgments.asking.people import withdraw
from explorer.features.judgments.asking.tickets import ticket
from explorer.features.judgments.asking.way import respond
from explorer.features.judgments.campaigns import campaign, create_campaign
from explorer.features.judgments.service import move_judgments
from explorer.features.judgments.settings import PoolQuestion, Settings
from explorer.features.judgments.store import Store, judgment_store, migrations, migrations_postgres, moving
from explorer.features.judgments.store.asked import to_repeat
from explorer.features.judgments.store.moving import TABLES, as_file, move, place_part
from explorer.features.judgments.store.places import PostgresSchema, SqliteFile
from explorer.features.judgments.store.responses import arranged_by
from explorer.io import named_servers, sqlite
from explorer.io import postgres as io_postgres
from explorer.io.atomic import write_json
from explorer.io.postgres import NAMED, PostgresConnection, Row, Schema, check_address, connected, created, translated
from explorer.workspace.backup import back_up, restore_backup
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import JUDGMENTS, JUDGMENTS_PLACE
from explorer.workspace.managing import duplicate_workspace
from explorer.workspace.opened import open_shared
from tests.features.judgments.someone import add_people
from tests.features.judgments.test_store import answer
from tests.postgres_server import PASSWORD, Server

RUNNER = CliRunner()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text_workspace: Workspace) -> Path:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))  # where text_workspace lies
    return tmp_path


@pytest.fixture
def judged(home: Path, text_workspace: Workspace) -> Workspace:
    """A workspace whose campaign was answered by one person, has one that withdrew, and an import."""
    store, ids = judgment_store(text_workspace), list(text_workspace.dataset().ids)
    pool = [PoolQuestion(tuple(ids[n : n + 3]), "random") for n in range(4)]
    create_campaign(store, "c", Settings(task="odd_one_out", questions=4, answers_per_question=2), ids, pool=pool)
    add_people(store, "c", "ann", "böse", "gone")
    for person in ("ann", "gone"):
        one = respond(store, "c", person).questions[0]
        respond(store, "c", person, [{"trial": one.trial, "answer": one.items[0], "rt_ms": 700.1}])
    withdraw(store, "c", "gone")
    path = home / "brought.csv"
    path.write_text("0,1,2\n3,4,5\n", encoding="utf-8")
    done = RUNNER.invoke(app, ["judgments", "import", "texts", str(path), "--format", "triplets"])
    assert done.exit_code == 0, done.output
    return text_workspace


def all_rows(store: Store) -> dict[str, list[dict[str, object]]]:
    with store.connect() as connection:
        return {
            table: [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY {key}")]
            for table, key in TABLES.items()
        }


def test_there_and_back_with_every_row_and_the_numbers_go_on(judged: Workspace, postgres: Server) -> None:
    before, last = all_rows(judgment_store(judged)), judgment_store(judged).last_event()
    said = RUNNER.invoke(app, ["judgments", "move", "texts", "--to", postgres.address]).output
    assert "each row compared: 2 campaigns, 3 answers" in said, said
    store = judgment_store(judged)
    assert isinstance(store.place, PostgresSchema) and not judged.judgments.exists()
    assert all_rows(store) == before and store.last_event() == last
    assert RUNNER.invoke(app, ["judgments", "move", "texts", "--to", postgres.address]).output.endswith("already.\n")
    assert f"the database {postgres.address}" in RUNNER.invoke(app, ["judgments", "move", "texts"]).output
    assert store.add_answers([answer(1)]) == 1 and store.last_event() == last + 1
    with store.connect(write=True) as connection:
        sql = (
            "INSERT INTO imports (campaign, file, content, answers, numbering, created) VALUES ('', '', '', 0, '', '')"
        )
        assert connection.execute(f"{sql} RETURNING number").fetchone()[0] == 2
    then = all_rows(store)
    assert RUNNER.invoke(app, ["judgments", "move", "texts", "--to", "sqlite"]).exit_code == 0
    back = judgment_store(judged)
    assert isinstance(back.place, SqliteFile) and not (judged.path / JUDGMENTS_PLACE).exists()
    assert all_rows(back) == then and back.last_event() >= back.answers()[-1].seq
    with pytest.raises(WorkspaceError, match="moved just now"):
        store.add_answers([answer(2)])
    assert not schemas(postgres, store)


def schemas(server: Server, store: Store) -> list[str]:
    assert isinstance(store.place, PostgresSchema)
    with psycopg.connect(server.address) as connection:
        sql = "SELECT schema_name FROM information_schema.schemata WHERE schema_name = %s"
        return [row[0] for row in connection.execute(sql, [store.place.schema.name])]


def test_two_data_sets_in_one_database_do_not_mix(judged: Workspace, postgres: Server, home: Path) -> None:
    other = duplicate_workspace(judged, "other")
    for one in (judged, other):
        move_judgments(open_shared(one.path), postgres.address)
    judgment_store(other).add_answers([answer(9)])
    assert len(judgment_store(other).events()) == len(judgment_store(judged).events()) + 1


def test_who_waits_while_it_is_moved_writes_to_the_new_place(
    judged: Workspace, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes with the old place in hand is told, and nothing lands where nobody looks any more."""
    old, told = judgment_store(judged), []

    def write() -> None:
        try:
            old.add_answers([answer(5)])
        except WorkspaceError as error:
            told.append(str(error))
            judgment_store(judged).add_answers([answer(5)])

    late = threading.Thread(target=write)

    def slowly(path: Path, values: dict[str, str]) -> None:
        late.start()
        late.join(1)  # it has seen the old place, and waits for the lock
        write_json(path, values)

    monkeypatch.setattr(moving, "write_json", slowly)
    move(judged.path, postgres.address)
    late.join()
    assert told and "moved just now" in told[0]
    assert [one.trial for one in judgment_store(judged).answers("c") if one.trial == "5"] == ["5"]
    assert not judged.judgments.exists()


def test_a_campaign_is_answered_through_the_page(judged: Workspace, postgres: Server) -> None:
    move_judgments(open_shared(judged.path), postgres.address)
    body = {"ticket": ticket(campaign(judgment_store(judged), "c"), "böse"), "wanted": 2}
    status, reply = answer_page(judged, judged.dataset(), body)
    assert status == 200 and len(reply["questions"]) == 2
    first = reply["questions"][0]
    given = {"kind": "answer", "trial": first["trial"], "answer": first["items"][0]["id"]}
    for expected in ("stored", "known"):
        status, reply = answer_page(judged, judged.dataset(), body | {"responses": [given]})
        assert [one["status"] for one in reply["acknowledged"]] == [expected]


def test_who_has_answered_much_waits_no_longer(
    judged: Workspace, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of tables that the database knows nothing of yet, no trial is held against all others of a person, or of all."""
    move_judgments(open_shared(judged.path), postgres.address)
    store, asked, execute = judgment_store(judged), dict[str, list[object]](), PostgresConnection.execute

    def kept(self: PostgresConnection, sql: str, parameters: Sequence[object] = (), /) -> "psycopg.Cursor[Row]":
        asked.setdefault(sql, list(parameters))
        return execute(self, sql, parameters)

    monkeypatch.setattr(PostgresConnection, "execute", kept)
    question = respond(store, "c", "böse").questions[0]
    respond(store, "c", "böse", [{"trial": question.trial, "answer": question.items[0]}])
    with store.connect() as connection:
        to_repeat(connection, "c", "böse", 9)
        arranged_by(connection, "c", "böse")
    monkeypatch.undo()
    monkeypatch.setenv("EXPLORER_HOME", str(judged.path.parents[1]))
    reads = {sql: values for sql, values in asked.items() if sql.split()[0] in ("SELECT", "UPDATE")}
    assert len(reads) >= 8
    with store.connect(write=True) as connection:
        for sql, values in reads.items():
            plan = "\n".join(row[0] for row in connection.execute(f"EXPLAIN {sql}", values))
            assert "Join Filter" not in plan and "Seq Scan" not in plan, plan


def test_a_server_that_is_away_is_a_message_and_nothing_is_lost(judged: Workspace, postgres: Server) -> None:
    move_judgments(open_shared(judged.path), postgres.address)
    store = judgment_store(judged)
    made = campaign(store, "c")
    events = store.events()
    postgres.stop()
    try:
        body = {"ticket": ticket(made, "ann"), "responses": []}
        status, reply = answer_page(judged, judged.dataset(), body)
        assert status == 503 and "cannot be used now" in reply["message"] and "try again" in reply["message"]
        assert "cannot be used now" in place_part(judged.path)[0].wrong
        with pytest.raises(WorkspaceError, match="cannot be used now"):
            move(judged.path, "sqlite")
        assert not judged.judgments.exists() and (judged.path / JUDGMENTS_PLACE).exists()
    finally:
        postgres.start()
    assert store.events() == events and place_part(judged.path)[0].wrong == ""


def test_a_backup_and_a_second_workspace_have_the_judgments_as_a_file(
    judged: Workspace, postgres: Server, home: Path
) -> None:
    rows = all_rows(judgment_store(judged))
    move_judgments(open_shared(judged.path), postgres.address)
    for words in (["backup", "texts", str(home / "b.zip")], ["workspace", "duplicate", "texts", "second"]):
        done = RUNNER.invoke(app, words)
        assert done.exit_code == 0, done.output
    restored = restore_backup(home / "b.zip", home / "workspaces", "restored")
    for one in (restored, Workspace.open(home / "workspaces" / "second")):
        assert not (one.path / JUDGMENTS_PLACE).exists() and all_rows(judgment_store(one)) == rows
    with pytest.raises(WorkspaceError, match="a copy of them has to be given"):
        back_up(judged, home / "c.zip")
    with as_file(restored.path) as path:
        assert path is None
    assert "judgments: whole, in the schema judgments_texts_" in RUNNER.invoke(app, ["check", "texts"]).output


def test_a_password_is_neither_taken_nor_told(
    judged: Workspace, postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = postgres.by_port.replace("judge@", f"judge:{PASSWORD.replace(' ', '%20')}@")
    for address in (secret, f"{postgres.by_port}?password=x", "host=x", "postgresql://ann@host/", "postgresql://a b"):
        with pytest.raises(InputError) as raised:
            check_address(address)
        assert "well" not in str(raised.value) and "=x&" not in str(raised.value)
    monkeypatch.setenv("PGPASSWORD", "wrong")
    with pytest.raises(WorkspaceError, match=r"password authentication failed.*PGPASSWORD.*Nothing was lost"):
        move(judged.path, postgres.by_port)
    assert judged.judgments.exists()
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    move(judged.path, postgres.by_port)
    assert judgment_store(judged).events()
    kept = "".join(
        path.read_text() for path in (judged.path / JUDGMENTS_PLACE, Path(judged.path.parent.parent / NAMED))
    )
    assert PASSWORD not in kept and postgres.by_port in kept


def test_only_databases_that_somebody_named_here_are_called(judged: Workspace, postgres: Server, home: Path) -> None:
    move(judged.path, postgres.address)
    (home / NAMED).unlink()
    with pytest.raises(WorkspaceError, match="nobody has named on this machine.*judgments move NAME --to postgresql"):
        judgment_store(judged).events()
    assert move(judged.path, postgres.address) is None
    assert judgment_store(judged).events()


def test_newer_removed_and_damaged(judged: Workspace, postgres: Server) -> None:
    move(judged.path, postgres.address)
    store, newer = judgment_store(judged), len(migrations_postgres.MIGRATIONS) + 1
    assert isinstance(store.place, PostgresSchema)
    schema = store.place.schema
    with store.connect(write=True) as connection:
        connection.execute("UPDATE schema_version SET version = ?", [newer])
    with pytest.raises(WorkspaceError, match=f"version {newer}; this program knows versions up to {newer - 1}"):
        store.events()
    io_postgres.dropped(schema)
    with pytest.raises(WorkspaceError, match="has no judgments of this data set"):
        store.events()
    for text in ("{}", "[]", "no"):
        (judged.path / JUDGMENTS_PLACE).write_text(text)
        with pytest.raises(WorkspaceError, match=JUDGMENTS_PLACE):
            judgment_store(judged)


def test_an_older_schema_is_brought_up_to_date_once(postgres: Server, home: Path) -> None:
    named_servers.name_server(NAMED, postgres.address)
    schema, second = Schema(postgres.address, "older"), "ALTER TABLE one ADD COLUMN b TEXT"
    with created(schema, ["CREATE TABLE one (a TEXT)"]):
        pass
    seen: list[int] = []

    def look() -> None:
        with connected(schema, ["CREATE TABLE one (a TEXT)", second]) as connection:
            seen.append(len(connection.execute("SELECT COUNT(b) FROM one").fetchone() or ()))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [1] * 4


def test_both_places_have_the_same_tables(postgres: Server, home: Path, tmp_path: Path) -> None:
    """A migration of one without its like for the other shows here."""
    named_servers.name_server(NAMED, postgres.address)
    with sqlite.connected(tmp_path / "x.sqlite", migrations.MIGRATIONS) as connection:
        sql = "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table'"
        files = {tuple(row) for row in connection.execute(sql) if row[0] != "sqlite_sequence"}
    with created(Schema(postgres.address, "alike"), migrations_postgres.MIGRATIONS) as fresh:
        sql = "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'alike'"
        schema = {tuple(row) for row in fresh.execute(sql)}
    assert {one for one in schema if one[0] not in ("schema_version", "passed_over")} == files
    assert {table for table, _ in files} == set(TABLES)


def test_a_copy_that_differs_is_not_kept(judged: Workspace, postgres: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    real = io_postgres.PostgresConnection.executemany

    def lossy(self: io_postgres.PostgresConnection, sql: str, values: list[list[object]]) -> object:
        return real(self, sql, values[:-1] if "INTO events" in sql else values)

    monkeypatch.setattr(io_postgres.PostgresConnection, "executemany", lossy)
    with pytest.raises(WorkspaceError, match="The copy of events differs"):
        move(judged.path, postgres.address)
    assert judgment_store(judged).place == SqliteFile(judged.path / JUDGMENTS) and judgment_store(judged).events()


def test_what_postgres_cannot_keep_and_what_it_is_not_allowed(judged: Workspace, postgres: Server) -> None:
    move(judged.path, postgres.address)
    with pytest.raises(InputError, match="cannot keep this.*NUL"):
        judgment_store(judged).add_answers([replace(answer(7), condition="a\0b")])
    admin = postgres.address.replace("judge@", "postgres@")
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute("CREATE ROLE guest LOGIN")
        connection.execute("CREATE DATABASE plain OWNER judge ENCODING 'SQL_ASCII' TEMPLATE template0 LOCALE 'C'")
    plain = Schema(postgres.address.replace("/judgments?", "/plain?"), "mine")
    named_servers.name_server(NAMED, plain.address)
    with pytest.raises(InputError, match="keeps texts as SQL_ASCII: make one with ENCODING 'UTF8'"), created(plain, []):
        pass
    guest = Schema(postgres.address.replace("judge@", "guest@"), "mine")
    named_servers.name_server(NAMED, guest.address)
    with pytest.raises(WorkspaceError, match="does not allow it"), created(guest, []):
        pass


def test_placeholders() -> None:
    assert translated("a = ? AND b LIKE 'x%?' AND c % 2") == "a = %s AND b LIKE 'x%%?' AND c %% 2"
    assert translated("a = ?2 AND b = ?1") == "a = %(2)s AND b = %(1)s"


def test_addresses_are_kept_as_they_are_given() -> None:
    for address in ("postgresql://ann@db.example.org:5433/judgments?sslmode=require", "postgresql://?service=team"):
        assert check_address(address) == address
