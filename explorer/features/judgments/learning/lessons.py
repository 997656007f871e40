"""What people said, as groups and triples that others learn from."""

import numpy as np

from explorer.base.arrays import Rows
from explorer.base.errors import InputError
from explorer.features.judgments.agreement.judged import read_judged, tag_campaigns
from explorer.features.judgments.counted import counted_answers
from explorer.features.judgments.learning.sources import source_of
from explorer.features.judgments.splits import triplets_of
from explorer.features.judgments.store import judgment_store
from explorer.features.judgments.tags import kept_tags, tags_of
from explorer.heads.ms_loss import Labels
from explorer.workspace.opened import Opened


def answered_triplets(opened: Opened, campaign: str, seed: int = 0) -> tuple[Rows, dict[str, str | int]]:
    """(t, 3) [reference, nearer, farther] that the answers of a campaign say, and what a card records of them."""
    judged = read_judged(opened, campaign)
    found = triplets_of(judged.asked, np.random.default_rng(seed))
    return found, source_of(opened, judged.campaign, judged.asked)


def campaign_groups(opened: Opened, campaign: str) -> Labels:
    """(n,) the tag that people rated best for each item, "" for none; InputError when there is no such campaign."""
    known = tag_campaigns(opened)
    if campaign not in known:
        raise InputError(
            f"There are no tags of a campaign {campaign[:60]!r}. Expected: {', '.join(known) or 'none yet'}."
        )
    counted = counted_answers(judgment_store(opened.workspace), campaign, "tags")
    found = tags_of(counted.answers)
    best = {item: kept[0].text for item, tags in found.items() if (kept := kept_tags(tags))}
    return np.array([best.get(item, "") for item in opened.dataset.ids.tolist()], dtype=object)
