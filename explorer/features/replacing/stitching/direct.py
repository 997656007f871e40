"""Direct matching: the affine map from one set of activations to another, in closed form.

Source: "How not to stitch representations to measure similarity" (direct matching), and Csiszárik et al. 2021.
"""

import numpy as np

from explorer.base.arrays import Vectors
from explorer.features.replacing.stitching.affine import Affine, row_pair
from explorer.features.replacing.stitching.method import Seam, StitchMethod

DIRECT_ITEMS = 100


def direct_match(x: Vectors, y: Vectors) -> Affine:
    """The affine map that carries (n, a) rows `x` onto (n, b) rows `y` with the least squared error.

    [W b] = pinv([X 1]) Y, in double precision; of several best maps (n < a + 1, or dependent columns) the smallest one.
    Activations (n, c, h, w) of equal height and width are taken position by position: channels are the features.
    Raises InputError for other shapes, fewer than 2 rows, NaN or infinity.
    """
    rows_x, rows_y = row_pair(x, y)
    design = np.column_stack([rows_x, np.ones(len(rows_x))])
    solution = np.linalg.lstsq(design, rows_y, rcond=None)[0]
    return Affine(np.ascontiguousarray(solution[:-1].T), solution[-1])


def _fit(seam: Seam) -> Affine:
    some = seam.train[:DIRECT_ITEMS]
    return direct_match(seam.source[some], seam.target[some])


DIRECT = StitchMethod(
    name="direct",
    label="direct matching",
    short="direct",
    formula="[W b] = pinv([X 1]) Y",
    source="How not to stitch representations to measure similarity; Csiszárik et al. 2021",
    needs=("blocks", "labels"),
    trained=f"in closed form on {DIRECT_ITEMS} images",
    fit=_fit,
)
