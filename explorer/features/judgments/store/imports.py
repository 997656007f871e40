"""Files that answers were imported from, as rows; every function works within a call of the store."""

from collections.abc import Iterable
from dataclasses import dataclass

from explorer.features.judgments.settings import IMPORTED
from explorer.features.judgments.store.events import INSERT, checked, event_row
from explorer.features.judgments.store.places import Connection, Row
from explorer.features.judgments.values import Answer

ITS_EVENTS = "(e.import_number = i.number OR (e.import_number = 0 AND e.imported = i.file))"
ONCE = ("start", "restart")  # kinds that no index keeps from being there twice


@dataclass(frozen=True, kw_only=True)
class Import:
    """One file that was imported into a campaign.

    content: hash of its answers, whatever the file was called. answers: how many it held. numbering: JSON with the
    rule, the base and the item of each number where it numbered the items, else "". created: ISO 8601, UTC, "" when
    it was not written down. number: of the import, 0 for a file of which nothing but its name is known. taken_back:
    when what it brought was deleted, "" before. numbered: whether its events carry the number.
    """

    campaign: str
    file: str
    content: str
    answers: int
    numbering: str
    created: str
    number: int = 0
    taken_back: str = ""
    numbered: bool = True


def insert_import(connection: Connection, one: Import) -> int:
    """Write down that a file is imported; the number that its events are to carry."""
    made = connection.execute(
        "INSERT INTO imports (campaign, file, content, answers, numbering, created) VALUES (?, ?, ?, ?, ?, ?) "
        "RETURNING number",
        [one.campaign, one.file, one.content, one.answers, one.numbering, one.created],
    )
    return int(made.fetchone()[0])


def drop_import(connection: Connection, number: int) -> None:
    """Forget an import that brought nothing."""
    connection.execute("DELETE FROM imports WHERE number = ?", [number])


def add_imported(connection: Connection, happened: Iterable[tuple[str, Answer]]) -> tuple[int, int]:
    """Add what happened, (kind, answer), in order; how many answers, and how many other events, were not there yet."""
    answers = others = 0
    for kind, one in happened:
        if kind in ONCE and _is_there(connection, kind, one):
            continue
        new = connection.execute(INSERT, event_row(checked(one) if kind == "answer" else one, kind)).rowcount
        answers, others = (answers + new, others) if kind == "answer" else (answers, others + new)
    return answers, others


def _is_there(connection: Connection, kind: str, one: Answer) -> bool:
    key = [one.campaign, one.annotator, kind, one.trial]
    sql = "SELECT 1 FROM events WHERE campaign = ? AND annotator = ? AND kind = ? AND trial = ?"
    return connection.execute(sql, key).fetchone() is not None


def read_imports(connection: Connection, campaign: str) -> list[Import]:
    """The files that were imported into a campaign, in order; first those of which only the events tell."""
    rows = connection.execute(
        "SELECT i.*, EXISTS (SELECT 1 FROM events e WHERE e.campaign = i.campaign AND e.import_number = i.number) "
        "AS numbered FROM imports i WHERE i.campaign = ? ORDER BY i.number",
        [campaign],
    )
    listed = [_import(row) for row in rows]
    known = {one.file for one in listed if not one.numbered}
    old = connection.execute(
        "SELECT imported, COUNT(*) FROM events WHERE campaign = ? AND imported != '' AND import_number = 0 "
        "AND kind = 'answer' GROUP BY imported",
        [campaign],
    )
    return [_unlisted(campaign, row[0], row[1]) for row in old if row[0] not in known] + listed


def _unlisted(campaign: str, file: str, answers: int) -> Import:
    return Import(campaign=campaign, file=file, content="", answers=answers, numbering="", created="", numbered=False)


def same_import(connection: Connection, content: str) -> Import | None:
    """The first import of the same answers that are all still there, None when there is none."""
    rows = connection.execute(
        "SELECT i.*, 1 AS numbered FROM imports i WHERE i.content = ? AND i.taken_back = '' AND i.answers <= "
        f"(SELECT COUNT(*) FROM events e WHERE e.campaign = i.campaign AND {ITS_EVENTS} AND e.kind = 'answer') "
        "ORDER BY i.number LIMIT 1",
        [content],
    )
    return next(map(_import, rows), None)


def is_empty(connection: Connection, campaign: str) -> bool:
    """Whether nothing ever happened in a campaign, or all of it was taken back."""
    return connection.execute("SELECT 1 FROM events WHERE campaign = ? LIMIT 1", [campaign]).fetchone() is None


def forget_campaign(connection: Connection, campaign: str) -> None:
    """Delete an empty campaign, so that another one can take its place."""
    connection.execute("DELETE FROM campaigns WHERE name = ?", [campaign])


def forget_imported_people(connection: Connection, campaign: str) -> None:
    """Delete the people that imports brought and of whom there is no event any more."""
    connection.execute(
        "DELETE FROM people WHERE campaign = ?1 AND via = ?2 AND NOT EXISTS (SELECT 1 FROM events e "
        "WHERE e.campaign = ?1 AND e.annotator = people.key)",
        [campaign, IMPORTED],
    )


def _import(row: Row) -> Import:
    values = {name: row[name] for name in Import.__dataclass_fields__}
    return Import(**{**values, "numbered": bool(values["numbered"])})
