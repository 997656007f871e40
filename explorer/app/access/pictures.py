"""Which pictures an annotator may see: those that the campaign of their ticket asks about."""

import re
from collections.abc import Hashable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Mask
from explorer.base.dataset import TEXT
from explorer.base.errors import ExplorerError
from explorer.features.judgments.asking.tickets import read_ticket
from explorer.features.judgments.campaigns import campaign, campaign_items
from explorer.features.judgments.store import Store, judgment_store
from explorer.workspace.finding import workspace_folder
from explorer.workspace.folder import Workspace
from explorer.workspace.layout import manifest_stamp

if TYPE_CHECKING:
    import pandas as pd

PATH = re.compile(r"/thumbs/([^/]+)/(\d{1,12})")


def is_asked_about(path: str, ticket: str) -> bool:
    """Whether the picture at `path`, /thumbs/{workspace}/{row}, belongs to a question of the ticket's campaign."""
    found = PATH.fullmatch(path)
    if not found or not ticket:
        return False
    try:
        folder = workspace_folder(found[1])
        ids, has_text = _rows(folder, manifest_stamp(folder))
        store = judgment_store(Workspace.open(folder))
        shown, images = _shown(store, store.stamp(), ticket)
    except (ExplorerError, OSError):
        return False
    row = int(found[2])
    return row < len(ids) and ids[row] in shown and (images or not has_text[row])


@lru_cache(maxsize=8)
def _rows(folder: Path, stamp: str) -> tuple["pd.Index[str]", Mask]:
    """By row the id, and whether the item has a text."""
    dataset = Workspace.open(folder).dataset()
    texts = dataset.table.column(TEXT).to_pylist()
    return dataset.ids, np.fromiter(map(bool, texts), bool, len(texts))


@lru_cache(maxsize=4096)
def _shown(store: Store, stamp: Hashable, ticket: str) -> tuple[frozenset[str], bool]:
    """Ids of the items that a ticket's campaign asks about, and whether people see pictures where there is a text."""
    name, _ = read_ticket(store, ticket)
    found = campaign(store, name)
    return _items(store, stamp, name), found.settings.show != "texts"


@lru_cache(maxsize=32)
def _items(store: Store, stamp: Hashable, name: str) -> frozenset[str]:
    return frozenset(campaign_items(store, name))
