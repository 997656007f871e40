"""Campaigns of a workspace: made, listed, closed, opened and archived. Settings change only before the first answer."""

import secrets
from collections.abc import Sequence
from dataclasses import replace

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError
from explorer.base.permission import require
from explorer.features.judgments.contract import ASKING
from explorer.features.judgments.settings import (
    IMPORTED,
    Campaign,
    PoolQuestion,
    Settings,
    check_campaign_name,
    check_fields,
    check_items,
)
from explorer.features.judgments.store import Connection, Store, now
from explorer.features.judgments.store.campaigns import (
    add_to_pool,
    count_given,
    insert_campaign,
    read_campaign,
    read_campaigns,
    read_items,
    replace_campaign,
    set_archived,
    set_closed,
)
from explorer.io.audit import note
from explorer.io.text import counted


def check_settings(settings: Settings) -> Settings:
    """Return `settings` when they can be asked; InputError otherwise."""
    check_choice(settings.sampler, (*ASKING, IMPORTED), "sampler")
    check_fields(settings)
    if settings.sampler != IMPORTED:
        ASKING[settings.sampler].check(settings)
        _check_arms(settings)
    return settings


def _check_arms(settings: Settings) -> None:
    method = ASKING[settings.sampler]
    if settings.conditions and method.pick is not None:
        raise InputError(
            f"{method.label}: it chooses by the answers of all people together, and so asks under one condition. "
            "Make a campaign for each condition, or choose the questions at random."
        )


def under_each_condition(settings: Settings, pool: Sequence[PoolQuestion]) -> list[PoolQuestion]:
    """Every question once for each condition that people are assigned to; as they are where there is one for all."""
    if not settings.conditions:
        return list(pool)
    return [replace(one, condition=condition) for one in pool for condition in settings.conditions]


def create_campaign(
    store: Store, name: str, settings: Settings, item_ids: Sequence[str], *, pool: Sequence[PoolQuestion] = ()
) -> Campaign:
    """Add a campaign with its first questions, each once a condition.

    InputError when the name is taken, the items are too few, or the settings cannot be asked.
    """
    require("run campaigns")
    name = check_campaign_name(name)
    check_settings(settings)
    check_items(settings, item_ids)
    campaign = Campaign(name, settings, now(), secret=secrets.token_hex(16))
    with store.connect(write=True) as connection:
        insert_campaign(connection, campaign, item_ids)
        add_to_pool(connection, name, under_each_condition(settings, pool))
    note("make the campaign", _place(store, name))
    return campaign


def change_campaign(
    store: Store, name: str, settings: Settings, item_ids: Sequence[str], *, pool: Sequence[PoolQuestion] = ()
) -> Campaign:
    """Give a campaign other settings, items and questions; its links stay good. InputError when it was answered."""
    require("run campaigns")
    check_settings(settings)
    check_items(settings, item_ids)
    with store.connect(write=True) as connection:
        check_unanswered(connection, read_campaign(connection, name))
        replace_campaign(connection, name, settings, item_ids, under_each_condition(settings, pool))
        changed = read_campaign(connection, name)
    note("change the campaign", _place(store, name))
    return changed


def check_unanswered(connection: Connection, found: Campaign) -> None:
    """InputError when a campaign cannot be changed any more."""
    if found.settings.sampler == IMPORTED:
        raise InputError(f"The answers of {found.name!r} were imported: there are no questions to change.")
    given = count_given(connection, found.name)
    if given:
        raise InputError(
            f"{found.name!r} cannot be changed: people have answered it ({counted(given, 'response')}), and "
            "what they answered must stay what they were asked. Make a copy of it, and change that."
        )


def archive(store: Store, name: str, archived: bool = True) -> None:
    """Close a campaign and take it out of the list, or put it back into the list, closed; nothing is deleted."""
    require("run campaigns")
    with store.connect(write=True) as connection:
        found = read_campaign(connection, name)
        if archived and not found.closed:
            set_closed(connection, name, now())
        set_archived(connection, name, now() if archived else "")
    note("archive the campaign" if archived else "bring the campaign back from the archive", _place(store, name))


def campaigns(store: Store) -> list[Campaign]:
    """All campaigns, the newest first."""
    if not store.exists():
        return []
    with store.connect() as connection:
        return read_campaigns(connection)


def campaign(store: Store, name: str) -> Campaign:
    """One campaign; InputError when there is none of this name."""
    if not store.exists():
        raise InputError(f"There is no campaign called {name[:60]!r}.")
    with store.connect() as connection:
        return read_campaign(connection, name)


def campaign_items(store: Store, name: str) -> list[str]:
    """Ids of the items that a campaign asks about."""
    with store.connect() as connection:
        return read_items(connection, name)


def set_open(store: Store, name: str, is_open: bool) -> None:
    """Open a campaign again, or close it: no answers are taken from then on. InputError when there is none."""
    require("run campaigns")
    with store.connect(write=True) as connection:
        if read_campaign(connection, name).archived and is_open:
            raise InputError(f"The campaign {name!r} is in the archive. Bring it back first.")
        set_closed(connection, name, "" if is_open else now())
    note("open the campaign" if is_open else "close the campaign", _place(store, name))


def _place(store: Store, name: str) -> str:
    return f"{name} of {store.name}"
