"""Campaigns of a workspace: made, listed, closed and opened. Their settings never change."""

import secrets
from collections.abc import Sequence

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
from explorer.features.judgments.store import Store, now
from explorer.features.judgments.store.campaigns import (
    add_to_pool,
    insert_campaign,
    read_campaign,
    read_campaigns,
    read_items,
    set_closed,
)
from explorer.io.audit import note


def check_settings(settings: Settings) -> Settings:
    """Return `settings` when they can be asked; InputError otherwise."""
    check_choice(settings.sampler, (*ASKING, IMPORTED), "sampler")
    check_fields(settings)
    if settings.sampler != IMPORTED:
        ASKING[settings.sampler].check(settings)
    return settings


def create_campaign(
    store: Store, name: str, settings: Settings, item_ids: Sequence[str], *, pool: Sequence[PoolQuestion] = ()
) -> Campaign:
    """Add a campaign with its first questions; InputError when the name is taken or the items are too few."""
    require("run campaigns")
    name = check_campaign_name(name)
    check_settings(settings)
    check_items(settings, item_ids)
    campaign = Campaign(name, settings, now(), secret=secrets.token_hex(16))
    with store.connect(write=True) as connection:
        insert_campaign(connection, campaign, item_ids)
        add_to_pool(connection, name, pool)
    note("make the campaign", _place(store, name))
    return campaign


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
        read_campaign(connection, name)
        set_closed(connection, name, "" if is_open else now())
    note("open the campaign" if is_open else "close the campaign", _place(store, name))


def _place(store: Store, name: str) -> str:
    return f"{name} of {store.path.parent.name}"
