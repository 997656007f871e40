"""What may stand below a tile that is to be labelled: nothing that says the label already."""

from explorer.base.columns import codes_of
from explorer.base.dataset import ID, TEXT
from explorer.base.memory import remembered
from explorer.search.captions import best_caption
from explorer.workspace.opened import Opened

APART = 0.5
"""From this share of different values on a column names items, such as titles; below it, kinds of them."""


@remembered(1)
def unsaid_caption(opened: Opened) -> str:
    """The column that names items best where it names single ones; else the text below pictures, else the id."""
    best, dataset = best_caption(opened), opened.dataset
    if best not in dataset.attributes:
        return best
    codes = codes_of(dataset.table.column(best)).filled()
    if len(codes) >= APART * max(1, int(codes.counts.sum())):
        return best
    return TEXT if dataset.has_texts and dataset.has_images else ID
