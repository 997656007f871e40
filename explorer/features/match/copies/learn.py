"""A small head learned from groups, such as a problem and its solutions, by Group-InfoNCE; and what it brings.

Source: CPRet (Deng and others 2025). The loss is that of Tune: the first of a group asks for the others as a group.
"""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.base.metrics import Score, mean_score
from explorer.base.progress import Progress
from explorer.encoders.tuned import apply_head
from explorer.features.match.copies.similar import ndcg_of_groups
from explorer.features.tune.contract import HEADS, LOSSES, Batch
from explorer.heads.fit import FitSettings, fit
from explorer.heads.head import Head

if TYPE_CHECKING:
    import torch

LOSS, HEAD, HIDDEN = "group-infonce", "residual", 128
GROUPS, EACH, LEAST_GROUPS = 24, 4, 10
SETTINGS = FitSettings(steps=600, rate=5e-4, weight_decay=0.01, every=50, patience=4)


@dataclass(frozen=True)
class Learned:
    """head: of the best step. before, after: NDCG@10 on the groups that were held out; change: by item, after less
    before, all with 95 % intervals. groups: trained on, watched and held out.
    """

    head: Head
    before: Score
    after: Score
    change: Score
    groups: tuple[int, int, int]


def learn_from_groups(
    vectors: Floats, groups: Rows, folder: Path, *, progress: Progress, seed: int = 0, settings: FitSettings = SETTINGS
) -> Learned:
    """Train on 70 % of the groups, stop by 10 %, measure on 20 %; groups are never parted.

    vectors: (n, d) unit rows. groups: (n,) -1 for none; the first item of a group asks. Only groups of three and more
    count. folder: keeps the training, see `heads.fit`. InputError with fewer than ten such groups.
    """
    names = _usable(groups)
    rng = np.random.default_rng(seed)
    order = rng.permutation(names)
    ends = [int(0.7 * len(order)), int(0.8 * len(order))]
    train, watch, held = np.split(order, ends)
    import torch

    torch.manual_seed(seed)
    change = HEADS[HEAD].change
    module = change.module(vectors.shape[1], HIDDEN)
    rows = [np.flatnonzero(groups == name) for name in train]
    material = torch.from_numpy(np.ascontiguousarray(vectors, np.float32))

    def score() -> float:
        return float(_scores(apply_head(change.head_of(module), vectors), groups, watch).mean())

    fit(module, partial(_step, module, rows, material), score, folder, settings, progress=progress, key=f"{seed}")
    head = change.head_of(module)
    before, after = _scores(vectors, groups, held), _scores(apply_head(head, vectors), groups, held)
    return Learned(
        head, mean_score(before), mean_score(after), mean_score(after - before), (len(train), len(watch), len(held))
    )


def _usable(groups: Rows) -> Rows:
    names, counts = np.unique(groups[groups >= 0], return_counts=True)
    usable: Rows = names[counts > 2]
    if len(usable) < LEAST_GROUPS:
        raise InputError(
            f"Expected at least {LEAST_GROUPS} groups of three items or more to learn from, got {len(usable)}."
        )
    return usable


def _scores(vectors: Floats, groups: Rows, names: Rows) -> Floats:
    """NDCG@10 of the items of some groups, among all items."""
    asking, found = ndcg_of_groups(vectors, groups)
    return np.asarray(found[np.isin(groups[asking], names)], np.float32)


def _step(
    module: "torch.nn.Module", rows: list[Rows], vectors: "torch.Tensor", rng: np.random.Generator
) -> "torch.Tensor":
    import torch

    chosen = rng.permutation(len(rows))[:GROUPS]
    least = min(EACH, *(len(rows[place]) for place in chosen))
    drawn = [np.r_[rows[place][:1], rng.permutation(rows[place][1:])[: least - 1]] for place in chosen]
    codes = torch.from_numpy(np.repeat(np.arange(len(drawn)), least))
    made = torch.nn.functional.normalize(module(vectors[torch.from_numpy(np.concatenate(drawn))]), dim=1)
    none = torch.empty((0, 2), dtype=torch.int64)
    return LOSSES[LOSS].value(Batch(rows=made, codes=codes, pairs=none, triples=none))
