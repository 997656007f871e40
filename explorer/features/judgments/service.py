"""Judgments of a workspace: what pages, commands and the library call."""

from pathlib import Path
from typing import TYPE_CHECKING

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError
from explorer.features.judgments import campaigns
from explorer.features.judgments.asking.people import withdraw
from explorer.features.judgments.exchange import export, files
from explorer.features.judgments.exchange.frame import answers_frame
from explorer.features.judgments.exchange.importing import Imported, import_file
from explorer.features.judgments.exchange.numbering import numbering_said
from explorer.features.judgments.exchange.reading import Options
from explorer.features.judgments.exchange.travelling import with_settings
from explorer.features.judgments.making import change_campaign, choose_items, make_campaign
from explorer.features.judgments.members import Member, members
from explorer.features.judgments.progress import CampaignProgress, campaign_lines, campaign_progress
from explorer.features.judgments.settings import Campaign
from explorer.features.judgments.store import Store, judgment_store
from explorer.features.judgments.store.campaigns import pool_items
from explorer.features.judgments.store.imports import read_imports
from explorer.io.atomic import atomic_write
from explorer.io.text import counted
from explorer.workspace.opened import Opened

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CampaignProgress",
    "Imported",
    "Options",
    "all_campaigns",
    "archive",
    "change_campaign",
    "choose_items",
    "delete_person",
    "describe_campaigns",
    "export_data",
    "export_judgments",
    "find_campaign",
    "how_far",
    "import_judgments",
    "imports_of",
    "items_of",
    "judgments",
    "make_campaign",
    "people_of",
    "questions_listed",
    "set_open",
    "why_unchangeable",
]


def judgments(opened: Opened, campaign: str = "", task: str = "") -> "pd.DataFrame":
    """The answers of a workspace, one a row, in the order they were given; of one campaign or task where it is named.

    Columns as in the export of events. What was undone, skipped or started over is left out; attention checks
    (`is_check`) and repeats (`repeat_of`) are among them. InputError when there is no such campaign.
    """
    store = _store(opened)
    if campaign and campaign not in store.tasks():
        campaigns.campaign(store, campaign)
    return answers_frame(store.answers(campaign or None, task or None))


def all_campaigns(opened: Opened) -> list[Campaign]:
    """All campaigns, the newest first."""
    return campaigns.campaigns(_store(opened))


def find_campaign(opened: Opened, name: str) -> Campaign:
    """One campaign; InputError when there is none of this name."""
    return campaigns.campaign(_store(opened), name)


def how_far(opened: Opened, campaign: Campaign) -> CampaignProgress:
    """How far a campaign is."""
    return campaign_progress(_store(opened), campaign)


def describe_campaigns(opened: Opened, archived: bool = False) -> list[str]:
    """One line a campaign, the newest first; archived: those of the archive, too."""
    return campaign_lines(_store(opened), archived)


def set_open(opened: Opened, name: str, is_open: bool) -> None:
    """Open a campaign again, or close it: no answers are taken from then on. InputError when there is none."""
    campaigns.set_open(_store(opened), name, is_open)


def archive(opened: Opened, name: str, archived: bool = True) -> None:
    """Close a campaign and take it out of the list, or put it back, closed; nothing is deleted."""
    campaigns.archive(_store(opened), name, archived)


def items_of(opened: Opened, name: str) -> list[str]:
    """Ids of the items that a campaign asks about."""
    return campaigns.campaign_items(_store(opened), name)


def questions_listed(opened: Opened, name: str) -> list[list[str]]:
    """The questions of a campaign, ids, each once whatever the conditions."""
    with _store(opened).connect() as connection:
        found = pool_items(connection, name)
    return [list(one) for one in dict.fromkeys(map(tuple, found))]


def why_unchangeable(opened: Opened, campaign: Campaign) -> str:
    """Why a campaign cannot be changed any more, "" while it can."""
    with _store(opened).connect() as connection:
        try:
            campaigns.check_unanswered(connection, campaign)
        except InputError as error:
            return str(error)
    return ""


def people_of(opened: Opened, name: str) -> list[Member]:
    """The people of a campaign and how each of them did."""
    return members(_store(opened), name)


def delete_person(opened: Opened, name: str, key: str) -> int:
    """Delete for good what is known of a person of a campaign; how many events are gone. A tombstone stays."""
    return withdraw(_store(opened), name, key)


def import_judgments(opened: Opened, path: Path, options: Options) -> Imported:
    """Add the judgments of a file, all or none; InputError names file and row.

    The same answers are added once, whatever the file is called.
    """
    return import_file(_store(opened), opened.dataset, path, options)


def imports_of(opened: Opened, campaign: str) -> list[str]:
    """A sentence on each file that was imported into a campaign."""
    store = _store(opened)
    if not store.exists():
        return []
    with store.connect() as connection:
        found = read_imports(connection, campaign)
    said = [f"From {one.file} on {one.created[:10]}: {counted(one.answers, 'answer')}." for one in found]
    return [f"{text} {numbering_said(one.numbering)}".strip() for text, one in zip(said, found, strict=True)]


def export_judgments(opened: Opened, destination: Path, kind: str, campaign: str = "") -> str:
    """Write judgments to a file, atomically; return a sentence on what was written."""
    data, sentence = export_data(opened, kind, destination.suffix.lower().removeprefix("."), campaign)
    with atomic_write(destination) as temporary:
        temporary.write_bytes(data)
    return f"{sentence} written to {destination}"


def export_data(opened: Opened, kind: str, ending: str, campaign: str = "") -> tuple[bytes, str]:
    """Bytes of an export and a sentence on them; kind: one of `export.EXPORTS`, ending: of the file.

    Only "events" holds attention checks and repeats: neither counts as a judgment.
    """
    check_choice(kind, export.EXPORTS, "format")
    store = _store(opened)
    if campaign:
        campaigns.campaign(store, campaign)
    if kind == "events":
        events = store.events(campaign or None)
        lines = with_settings(events, campaigns.campaigns(store))
        return files.event_bytes(lines, ending), f"{len(events):,} events"
    ids = opened.dataset.ids.tolist()
    answers = [one for one in store.answers(campaign or None) if not one.is_check and not one.repeat_of]
    if kind == "dissimilarities":
        tops = {one.name: one.settings.scale[1] for one in campaigns.campaigns(store)}
        return export.dissimilarity_bytes(answers, ids, tops, ending)
    rows = export.ARRAYS[kind](answers, ids)
    return export.array_bytes(rows, ids, ending, export.HEADERS[kind]), f"{len(rows):,} answers"


def _store(opened: Opened) -> Store:
    return judgment_store(opened.workspace)
