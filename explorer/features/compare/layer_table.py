"""Every layer of one model or network against every layer of another, by one measure."""

import numpy as np

from explorer.base.arrays import Floats
from explorer.base.progress import Progress, Silent
from explorer.features.compare.activations import Activations, common_items
from explorer.features.compare.contract import get_measure
from explorer.features.compare.resampling import score


def layer_scores(
    a: Activations, b: Activations, measure: str, progress: Progress | None = None, *, most: int = 0
) -> Floats:
    """(layers of a, layers of b) scores by `measure`; NaN where a layer answers the same to all items.

    most: items at most, 0 for all that both have. A layer of each side is in memory at a time.
    """
    progress, (_, mine, yours) = progress or Silent(), common_items(a, b, most)
    half = a.encoder == b.encoder and get_measure(measure).direction == "both"
    table = np.full((len(a.blocks), len(b.blocks)), np.nan, dtype=np.float32)
    progress.start("Comparing layers", table.size)
    for i, left in enumerate(a.blocks.values()):
        x = np.asarray(left[mine], np.float32)
        varies = bool(np.ptp(x, axis=0).any())
        for j, right in enumerate(b.blocks.values()):
            if half and j < i:
                table[i, j] = table[j, i]
            elif varies and np.ptp(y := np.asarray(right[yours], np.float32), axis=0).any():
                table[i, j] = score(x, y, measure)
            progress.advance(i * len(b.blocks) + j + 1)
    progress.finish()
    return table
