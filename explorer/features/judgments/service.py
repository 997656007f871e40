"""Judgments of a workspace: what pages, commands and the library call."""

from pathlib import Path
from typing import TYPE_CHECKING

from explorer.base.errors import InputError
from explorer.base.permission import require
from explorer.features.judgments import campaigns
from explorer.features.judgments.asking.people import withdraw
from explorer.features.judgments.counted import counted_answers, rules_of, set_rules
from explorer.features.judgments.exchange.exporting import export_data, export_judgments
from explorer.features.judgments.exchange.frame import answers_frame
from explorer.features.judgments.exchange.importing import (
    Imported,
    Look,
    describe_import,
    import_file,
    look_at_file,
    take_back,
)
from explorer.features.judgments.exchange.reading import Options
from explorer.features.judgments.exclusion import Kept, Rules
from explorer.features.judgments.making import change_campaign, choose_items, make_campaign
from explorer.features.judgments.members import Member, members
from explorer.features.judgments.progress import CampaignProgress, campaign_lines, campaign_progress
from explorer.features.judgments.settings import Campaign
from explorer.features.judgments.store import Store, judgment_store
from explorer.features.judgments.store.campaigns import pool_items
from explorer.features.judgments.store.imports import Import, read_imports
from explorer.features.judgments.store.moving import Counts, move, place_told
from explorer.features.judgments.store.places import place_of
from explorer.io.audit import note
from explorer.workspace.opened import Opened

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "CampaignProgress",
    "Import",
    "Imported",
    "Kept",
    "Look",
    "Options",
    "Rules",
    "all_campaigns",
    "archive",
    "are_in_a_database",
    "change_campaign",
    "choose_items",
    "delete_person",
    "describe_campaigns",
    "describe_import",
    "export_data",
    "export_judgments",
    "find_campaign",
    "how_far",
    "import_judgments",
    "imports_of",
    "items_of",
    "judgments",
    "look_at_judgments",
    "make_campaign",
    "move_judgments",
    "people_of",
    "questions_listed",
    "rules_for",
    "set_open",
    "set_rules_for",
    "take_back_import",
    "what_counts",
    "where_judgments_lie",
    "why_unchangeable",
]


def judgments(opened: Opened, campaign: str = "", task: str = "", *, raw: bool = False) -> "pd.DataFrame":
    """The answers that count, one a row, in the order they were given; of one campaign or task where it is named.

    Columns as in the export of events. What was undone, skipped or started over is not there; attention checks
    (`is_check`) and repeats (`repeat_of`) are. raw: also what the rules of the campaigns leave out, and why
    (`left_out`). InputError when there is no such campaign.
    """
    store = _store(opened)
    if campaign and campaign not in store.tasks():
        campaigns.campaign(store, campaign)
    return answers_frame(store, counted_answers(store, campaign or None, task or None), everything=raw)


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


def look_at_judgments(opened: Opened, path: Path, options: Options) -> Look:
    """How a file of judgments would be understood, with its first answers; nothing of it is kept."""
    return look_at_file(_store(opened), opened.dataset, path, options)


def imports_of(opened: Opened, campaign: str) -> list[Import]:
    """The files that were imported into a campaign, those that were taken back as well."""
    store = _store(opened)
    if not store.exists():
        return []
    with store.connect() as connection:
        return read_imports(connection, campaign)


def take_back_import(opened: Opened, campaign: str, number: int, file: str = "") -> int:
    """Delete for good what an import of `imports_of` brought; how many events are gone."""
    return take_back(_store(opened), campaign, number, file)


def rules_for(opened: Opened, campaign: str) -> Rules:
    """Which answers of a campaign count."""
    return rules_of(_store(opened), campaign)


def set_rules_for(opened: Opened, campaign: str, rules: Rules) -> None:
    """Decide which answers of a campaign count, for Agreement, fits, exports and tables alike."""
    set_rules(_store(opened), campaign, rules)


def what_counts(opened: Opened, campaign: str) -> Kept:
    """The answers of a campaign that count, and why the others do not."""
    return counted_answers(_store(opened), campaign)


def move_judgments(opened: Opened, target: str) -> Counts | None:
    """Move all judgments to `target`: the address of a PostgreSQL database, or "sqlite" for the data set's own file.

    Rows by table; None when they lie there already. Who annotates meanwhile waits a moment and goes on there. Raises
    InputError for an address that cannot be, WorkspaceError when a place cannot be used; then nothing has changed.
    """
    require("manage data")
    counts = move(opened.path, target)
    if counts is not None:
        note("move the judgments", f"{opened.path.name} to {place_told(opened.path)}")
    return counts


def where_judgments_lie(opened: Opened) -> str:
    """In which file or database the judgments lie, in words."""
    return place_told(opened.path)


def are_in_a_database(opened: Opened) -> bool:
    """Whether the judgments lie in a database, and not in the data set's own file."""
    return place_of(opened.path).is_shared


def _store(opened: Opened) -> Store:
    return judgment_store(opened.workspace)
