"""Whether to offer the step up from pocket: data that are photos, no larger model yet, and a way to get one."""

import numpy as np

from explorer.base.memory import remembered
from explorer.encoders.hub import is_here
from explorer.encoders.reachable import WATCH
from explorer.encoders.recommended import STEP_UP, Recommended, recommended
from explorer.encoders.specs import family
from explorer.pictures.measured import FIELDS
from explorer.workspace.measuring import load_measured
from explorer.workspace.opened import Opened
from explorer.workspace.preferred import wants_offers

SMALL, LEAST = ("pocket", "histogram", "tuned", "relational"), 30
MOST_DRAWN = 0.15
"""Share of drawn-looking pictures above which a collection is no collection of photos: of 18,428 photos 6 % look drawn,
of 2,000 drawn scenes 21 %."""


def step_up(opened: Opened) -> Recommended | None:
    """The model to offer in the place of pocket; None where it would not help, is not wanted, or cannot be fetched."""
    if "pocket" not in opened.encoders or any(family(one) not in SMALL for one in opened.encoders):
        return None
    if not wants_offers(opened.workspace) or not are_photos(opened):
        return None
    model = recommended(STEP_UP)
    return model if is_here(model) or WATCH.reachable() else None


@remembered(1)
def are_photos(opened: Opened) -> bool:
    """Whether the pictures are photos for the most part, by what is measured on their pixels; no demo counts."""
    numbers = load_measured(opened.workspace)
    if numbers is None or opened.workspace.manifest.kind == "demo":
        return False
    drawn = np.asarray(numbers[:, FIELDS.index("drawing")], dtype=np.float32)
    there = drawn[np.isfinite(drawn)]
    return len(there) >= LEAST and float((there >= 0.5).mean()) <= MOST_DRAWN
