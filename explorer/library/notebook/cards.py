"""Compact cards of what a notebook shows last in a cell."""

import numpy as np

from explorer.library.notebook.still_gallery import fact_card
from explorer.library.pictures import picture_address
from explorer.workspace.opened import Opened

PICTURES = 10


def collection_card(opened: Opened) -> str:
    """HTML: what a collection holds, with a few of its pictures; all foreign text is escaped."""
    count = len(opened.dataset)
    rows = np.linspace(0, max(count - 1, 0), min(PICTURES, count)).astype(int)
    facts = {
        "items": f"{count:,}",
        "columns": ", ".join(opened.tagged.attributes) or "none",
        "models": ", ".join(opened.encoders) or "none yet: call prepare()",
    }
    return fact_card(opened.workspace.name, facts, [picture_address(opened, int(row)) for row in rows])
