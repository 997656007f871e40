"""Groups and chains in words and as columns, for the page and the command."""

from collections.abc import Sequence

import numpy as np

from explorer.base.arrays import Rows
from explorer.features.diagnose.alike.chains import Chain

LABELS = {"pairs": "Raw pairs", "components": "Components", "louvain": "Louvain"}


def chain_words(chain: Chain, cosine: float) -> str:
    """Whether a group chains: how unlike its ends are, and by how many steps they hang together."""
    ends = f"{chain.ends:.3f}".replace("-", "\N{MINUS SIGN}")
    if chain.ends >= cosine:
        return f"No chaining: in the largest groups the two items least alike still have a cosine of {ends}."
    return (
        f"Chaining: in one group of {chain.size:,} the two ends have a cosine of {ends}, though each of the "
        f"{len(chain.rows) - 1:,} steps between them has {chain.weakest:.3f} or more. No other of the "
        "groups, of which the 100 largest were looked at, chains worse."
    )


def groups_as_columns(groups: Sequence[Rows]) -> tuple[Rows, dict[str, object]]:
    """(r,) rows of all groups, group by group, and for each its group, from 1."""
    rows = np.concatenate([*groups, np.empty(0, dtype=np.int64)])
    return rows, {"group": np.repeat(np.arange(1, len(groups) + 1), [len(one) for one in groups])}
