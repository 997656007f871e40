"""How many spines find their book, with all books and with some taken away, by each way to link. Real data needed.

Counted as in the task's reference: of the spines whose book is in the list, the share linked to it. Spines whose book
was taken away are right when they stay alone.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from explorer.base.arrays import Mask, Rows
from explorer.base.errors import InputError
from explorer.base.metrics import Score, mean_score
from explorer.base.progress import Progress
from explorer.features.match.hungarian import assign_with_reject
from explorer.features.match.method import Candidates, MatchMethod, Task
from explorer.features.match.shelves.methods import SHELF_METHODS

WAYS: Mapping[str, Mapping[str, float] | None] = {
    "best of each": None,
    "one to one": {"reject": -1.0},
    "one to one, reject": {},
    "up to 3 to one, reject": {"copies": 3},
}
"""Ways to link by name, as arguments of `assign_with_reject`; None: the best candidate of each, whatever its score."""
WORN = 0.05
"""Share of the letters of a made second copy that are not read."""


@dataclass(frozen=True, kw_only=True)
class ShelfScore:
    """Of one matcher and one way to link, over spines (and draws of what is taken away).

    found: of the spines whose book is there. alone: of the others, left without a link; None where all are there.
    right: of all spines, decided rightly.
    """

    method: str
    way: str
    found: Score
    alone: Score | None
    right: Score


def shelf_scores(
    task: Task, truth: Rows, *, missing: float, draws: int, progress: Progress, methods: tuple[str, ...] = ()
) -> Iterator[ShelfScore]:
    """Scores of the matchers of shelves, by each way to link.

    truth: (n,) right row of each left one. missing: share of the true books that are taken away, drawn `draws` times.
    methods: names, () for those that need no model. Intervals: bootstrap over spines, all draws of a spine together.
    """
    if not 0 <= missing < 1:
        raise InputError(f"Missing: expected a share from 0 to below 1, got {missing}.")
    named = methods or tuple(one.name for one in SHELF_METHODS if one.needs)
    for method in (one for one in SHELF_METHODS if one.name in named):
        decided = [_decided(method, task, truth, gone, progress) for gone in _drawn(truth, missing, draws)]
        for way in WAYS:
            yield _score(method.name, way, np.array([one[way] for one in decided]), truth, decided)


def with_second_copies(task: Task, truth: Rows, share: float, seed: int = 0) -> tuple[Task, Rows]:
    """The task and its truth with a second copy of a share of the spines, read with one letter in twenty missing.

    Made up: the spines of the reference are of one copy each.
    """
    rng = np.random.default_rng(seed)
    chosen = np.sort(rng.permutation(len(task.left))[: int(share * len(task.left))])
    name, again = task.left.text, task.left.take(chosen.tolist())
    worn = ["".join(letter for letter in text if rng.random() >= WORN) for text in again.texts]
    left = task.left.table.select([name])
    table = pa.concat_tables([left, pa.table({name: pa.array(worn, left.schema.field(name).type)})])
    ids = (*task.left.ids, *(f"{one} again" for one in again.ids))
    both = replace(task.left, table=table, ids=ids, pictures=(), vectors=None)
    return replace(task, left=both), np.concatenate([truth, truth[chosen]])


def _drawn(truth: Rows, missing: float, draws: int) -> list[Rows]:
    """Right rows that are taken away, once for each draw; draw i by seed i."""
    if not missing:
        return [np.empty(0, np.int64)]
    books = np.unique(truth)
    count = int(missing * len(books))
    return [np.random.default_rng(seed).permutation(books)[:count] for seed in range(draws)]


def _decided(method: MatchMethod, task: Task, truth: Rows, gone: Rows, progress: Progress) -> dict[str, Rows]:
    """(n,) right row that each left one is linked to by each way, -1 for none; and "there": 1 where its book is."""
    kept = np.setdiff1d(np.arange(len(task.right)), gone)
    pairs = method.propose(replace(task, right=task.right.take(kept.tolist())), progress)
    sizes = (len(task.left), len(kept))
    found = {way: _linked(pairs, sizes, how, kept) for way, how in WAYS.items()}
    return found | {"there": (~np.isin(truth, gone)).astype(np.int64)}


def _linked(pairs: Candidates, sizes: tuple[int, int], how: Mapping[str, float] | None, kept: Rows) -> Rows:
    links = np.full(sizes[0], -1, np.int64)
    if how is None:
        rows, places = np.unique(pairs.left, return_index=True)  # the first of each is its best
    else:
        places = assign_with_reject(pairs, sizes, reject=how.get("reject"), copies=int(how.get("copies", 1)))
        rows = pairs.left[places]
    links[rows] = kept[pairs.right[places]]
    return links


def _score(method: str, way: str, links: Rows, truth: Rows, decided: list[dict[str, Rows]]) -> ShelfScore:
    there = np.array([one["there"] for one in decided], np.bool_)
    hit, alone = links == truth, links < 0
    return ShelfScore(
        method=method,
        way=way,
        found=_mean(hit, there),
        alone=_mean(alone, ~there) if not there.all() else None,
        right=_mean(np.where(there, hit, alone), np.ones_like(there)),
    )


def _mean(right: Mask, counted: Mask) -> Score:
    """Over spines, of (draws, n): each with the mean of its counted draws."""
    seen = counted.sum(axis=0)
    return mean_score((right & counted).sum(axis=0)[seen > 0] / seen[seen > 0])
