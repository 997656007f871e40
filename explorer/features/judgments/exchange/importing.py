"""Judgments that were collected elsewhere, added to the store of a workspace, and taken back."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from explorer.base.dataset import Dataset
from explorer.base.errors import InputError
from explorer.base.permission import require
from explorer.features.judgments.exchange.brought import Brought, read_brought
from explorer.features.judgments.exchange.numbering import numbering_said
from explorer.features.judgments.exchange.reading import EVENTS, Options
from explorer.features.judgments.exclusion import rules_from
from explorer.features.judgments.settings import IMPORTED, Campaign, Settings
from explorer.features.judgments.store import Connection, Store, now
from explorer.features.judgments.store.campaigns import insert_campaign, read_campaigns, set_closed
from explorer.features.judgments.store.erasing import erase_import
from explorer.features.judgments.store.imports import (
    Import,
    add_imported,
    drop_import,
    forget_campaign,
    forget_imported_people,
    insert_import,
    is_empty,
    read_imports,
    same_import,
)
from explorer.features.judgments.store.people import insert_person, read_people
from explorer.features.judgments.store.rules import read_rules, write_rules
from explorer.features.judgments.values import Answer, to_json
from explorer.io.audit import note
from explorer.io.text import counted

FIRST_ROWS = 5


@dataclass(frozen=True)
class Imported:
    """What an import did. kept: answers in the file; new: those that were not there yet."""

    campaign: str
    kept: int
    new: int
    remarks: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """For the user."""
        known = "" if self.new == self.kept else f" ({self.kept - self.new:,} were there already)"
        return " ".join([f"{self.new:,} answers added to {self.campaign!r}{known}.", *self.remarks])


@dataclass(frozen=True)
class Look:
    """A file of judgments as it is understood. rows: its first answers; answers: how many it holds."""

    campaign: str
    task: str
    rows: list[Answer]
    answers: int
    remarks: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """For the user, before the rows."""
        return " ".join([f"{counted(self.answers, 'answer')} for {self.campaign!r}.", *self.remarks])

    @property
    def lines(self) -> list[str]:
        """The rows as text: who, which items, what they said."""
        return [f"{one.annotator or 'somebody'}: {', '.join(one.items)} → {to_json(one.answer)}" for one in self.rows]


def look_at_file(store: Store, dataset: Dataset, path: Path, options: Options) -> Look:
    """What `import_file` would add, of which nothing is kept; InputError names file and row."""
    require("run campaigns")
    brought, remarks = read_brought(dataset, path, options)
    answers = [answer for one in brought for answer in one.answers]
    known = _known(store, brought[0], options)
    said = _same_said(known) if known else ""
    return Look(
        campaign=", ".join(one.campaign for one in brought),
        task=brought[0].settings.task,
        rows=answers[:FIRST_ROWS],
        answers=len(answers),
        remarks=tuple(filter(None, (*remarks, said))),
    )


def import_file(store: Store, dataset: Dataset, path: Path, options: Options) -> Imported:
    """Add the judgments of a file to the store, all or none; InputError names file and row.

    The same answers are added once, whatever the file is called and in whatever order it holds them.
    """
    require("run campaigns")
    brought, remarks = read_brought(dataset, path, options)
    kept = sum(len(one.answers) for one in brought)
    known = _known(store, brought[0], options)
    if known is not None:
        return Imported(known.campaign, kept, 0, (*remarks, _same_said(known)))
    new = 0
    with store.connect(write=True) as connection:
        for one in brought:
            remarks = [*remarks, *_ensure_campaign(connection, one)]
            new += _add(connection, one, path.name)
    note("import answers", f"{new} from {path.name} to {store.name}")
    return Imported(", ".join(one.campaign for one in brought), kept, new, tuple(remarks))


def take_back(store: Store, campaign: str, number: int, file: str = "") -> int:
    """Delete for good what an import brought to a campaign; how many events are gone. The line about it stays.

    number, file: of the import, as `store.imports.read_imports` lists it. InputError when there is no such import, it
    was taken back before, or it is from before imports had numbers and another one brought a file of the same name.
    """
    require("run campaigns")
    with store.connect(write=True) as connection:
        found = _chosen(read_imports(connection, campaign), number, file, campaign)
        gone = erase_import(connection, campaign, found.number, "" if found.numbered else found.file)
        forget_imported_people(connection, campaign)
    note("take back an import", f"{gone} events of {found.file} from {campaign} of {store.name}")
    return gone


def describe_import(one: Import) -> str:
    """A sentence on a file that was imported, and on how its numbers were read."""
    when = f" on {one.created[:10]}" if one.created else ""
    said = f"From {one.file}{when}: {counted(one.answers, 'answer')}."
    if one.taken_back:
        return f"{said} Taken back on {one.taken_back[:10]}."
    return f"{said} {numbering_said(one.numbering)}".strip()


def _chosen(imports: Sequence[Import], number: int, file: str, campaign: str) -> Import:
    matching = [one for one in imports if one.number == number and (not file or one.file == file)]
    if len(matching) != 1:
        known = ", ".join(f"{one.number} ({one.file})" for one in imports) or "none"
        raise InputError(f"{campaign!r} has no import {number} {file}".strip() + f". Imports: {known}.")
    found = matching[0]
    if found.taken_back:
        raise InputError(f"The import of {found.file} was taken back on {found.taken_back[:10]} already.")
    others = [one for one in imports if one.file == found.file and not one.numbered and not one.taken_back]
    if not found.numbered and len(others) > 1:
        raise InputError(
            f"{found.file} was imported {len(others)} times before imports had numbers, so it cannot be told which "
            "answers came with which. Import the answers that are to stay under another name of a campaign."
        )
    return found


def _known(store: Store, one: Brought, options: Options) -> Import | None:
    """The import that brought the same answers, all of which are still there; events are compared one by one."""
    if options.kind == EVENTS or not store.exists():
        return None
    with store.connect() as connection:
        return same_import(connection, one.content)


def _same_said(known: Import) -> str:
    return f"The same answers were imported from {known.file} on {known.created[:10]}."


def _ensure_campaign(connection: Connection, one: Brought) -> list[str]:
    """Make a campaign that stands for imported answers, unless there is one; how it differs from what the file says."""
    known = {found.name: found for found in read_campaigns(connection)}.get(one.campaign)
    if known is not None and known.settings.sampler == IMPORTED and is_empty(connection, one.campaign):
        forget_campaign(connection, one.campaign)
        known = None
    if known is None:
        made = Campaign(one.campaign, one.settings, one.created or now(), secret=secrets.token_hex(16))
        insert_campaign(connection, made, [])
        set_closed(connection, one.campaign, now())
        write_rules(connection, one.campaign, asdict(one.rules))
        return []
    if known.settings.task != one.settings.task:
        raise InputError(
            f"The campaign {one.campaign!r} asks for {known.settings.task}; this file holds {one.settings.task}. "
            "Give another name with --campaign."
        )
    rules = rules_from(read_rules(connection)[one.campaign])
    said = _differs(one, known.settings, same_rules=rules == one.rules) if one.travelled else []
    return [*said, *_withdrawn(connection, one)]


def _withdrawn(connection: Connection, one: Brought) -> list[str]:
    """A warning when people withdrew from a campaign of whom the file may still hold what they said."""
    there = {person.key for person in one.people}
    gone = [person for person in read_people(connection, one.campaign) if person.withdrawn and person.key not in there]
    if not gone:
        return []
    who = "1 person" if len(gone) == 1 else f"{len(gone):,} people"
    return [
        f"{who} withdrew from {one.campaign!r} here. If the file was made before, it has brought back what they said: "
        "take the import back, and delete the file."
    ]


def _differs(one: Brought, kept: Settings, *, same_rules: bool) -> list[str]:
    """A warning when a campaign that was there already has another scale, condition or rules than the file says."""
    given, name = one.settings, one.campaign
    pairs = [("condition", repr(kept.condition), repr(given.condition))]
    if kept.task == "pair_rating":
        pairs.insert(0, ("scale", "{:g} to {:g}".format(*kept.scale), "{:g} to {:g}".format(*given.scale)))
    differ = [pair for pair in pairs if pair[1] != pair[2]]
    said = [f"The campaign {name!r} keeps the {what} {old}; the file says {new}." for what, old, new in differ]
    return said if same_rules else [*said, f"The campaign {name!r} keeps its own rules of which answers count."]


def _add(connection: Connection, one: Brought, file: str) -> int:
    """Add what is new of one campaign; how many of it are answers. An import that brought nothing leaves no line."""
    kept = Import(
        campaign=one.campaign,
        file=file,
        content=one.content,
        answers=len(one.answers),
        numbering=one.numbering,
        created=now(),
    )
    number = insert_import(connection, kept)
    for person in one.people:
        insert_person(connection, person)
    marked = ((kind, replace(answer, imported=file, import_number=number)) for kind, answer in one.happened)
    answers, others = add_imported(connection, marked)
    if not answers and not others:
        drop_import(connection, number)
    return answers
