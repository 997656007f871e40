"""Making a campaign of a workspace: its items, its questions; and changing one that nobody answered yet."""

from collections.abc import Callable, Sequence

import numpy as np

from explorer.base.arrays import Floats, Mask, check_choice
from explorer.features.judgments import campaigns
from explorer.features.judgments.contract import ASKING
from explorer.features.judgments.method import Ask
from explorer.features.judgments.settings import Campaign, PoolQuestion, Settings, check_items
from explorer.features.judgments.store import judgment_store
from explorer.search.filters import mask, parse_filters
from explorer.workspace.opened import Opened
from explorer.workspace.summary import rows_of_view


def choose_items(opened: Opened, view: str = "", filters: str = "") -> list[str]:
    """Ids of the items of a saved view that pass `filters` (as in the address of Explore); all when both are empty."""
    rows = rows_of_view(opened.workspace, view)
    passed = mask(opened.dataset, parse_filters(filters))
    ids = opened.dataset.ids.tolist()
    return [ids[row] for row in rows if passed[row]]


def make_campaign(
    opened: Opened, name: str, settings: Settings, item_ids: Sequence[str], *, listed: Sequence[Sequence[str]] = ()
) -> Campaign:
    """Make a campaign with its questions; listed: the questions of a fixed list, ids.

    Raises InputError when the items are too few, the list does not fit, or the settings cannot be asked.
    """
    pool = questions_for(opened, settings, item_ids, listed)
    return campaigns.create_campaign(judgment_store(opened.workspace), name, settings, item_ids, pool=pool)


def change_campaign(
    opened: Opened, name: str, settings: Settings, item_ids: Sequence[str], *, listed: Sequence[Sequence[str]] = ()
) -> Campaign:
    """As `make_campaign`, for one that is there: its links stay good. InputError when somebody answered it."""
    pool = questions_for(opened, settings, item_ids, listed)
    return campaigns.change_campaign(judgment_store(opened.workspace), name, settings, item_ids, pool=pool)


def questions_for(
    opened: Opened, settings: Settings, item_ids: Sequence[str], listed: Sequence[Sequence[str]] = ()
) -> list[PoolQuestion]:
    """The questions that a campaign of these settings begins with; InputError when they cannot be asked."""
    campaigns.check_settings(settings)
    check_items(settings, item_ids)
    ask = Ask(
        settings=settings,
        ids=item_ids,
        listed=listed,
        vectors=_vectors(opened, item_ids),
        rng=np.random.default_rng(settings.seed),
    )
    return ASKING[check_choice(settings.sampler, ASKING, "sampler")].begin(ask)


def _vectors(opened: Opened, item_ids: Sequence[str]) -> Callable[[str], tuple[Floats, Mask]]:
    """Gives the vectors of some items under an encoder, and which have one."""

    def vectors(model: str) -> tuple[Floats, Mask]:
        rows, embeddings = opened.dataset.rows_of(item_ids), opened.embeddings(model)
        return np.asarray(embeddings.vectors[rows], dtype=np.float32), embeddings.present[rows]

    return vectors
