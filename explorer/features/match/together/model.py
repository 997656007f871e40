"""Both vectors of every thing, how they were learned, and what stands in for a thing or goes with it."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.errors import WorkspaceError
from explorer.base.progress import Progress, Silent
from explorer.features.match.together.baskets import Baskets, counted_pairs
from explorer.features.match.together.cold import made_pairs
from explorer.heads.skipgram import SkipGram, train_skipgram
from explorer.io.atomic import atomic_folder, read_json
from explorer.io.text import counted

INSIDE, OUTSIDE, BOUGHT, ABOUT = "in.npy", "out.npy", "bought.npy", "about.json"
FEW = 100
"""With fewer baskets there is hardly anything to learn; measure before relying on it."""


@dataclass(frozen=True, kw_only=True)
class Choices:
    """How vectors are learned. dim, negatives, exponent, subsampling, epochs: see `SkipGram`. cold: things without a
    purchase get pairs through so many content neighbours, 0 for none. seed: of chance.
    """

    dim: int = 32
    negatives: int = 5
    exponent: float = 0.75
    subsampling: float = 0.0
    epochs: int = 12
    cold: int = 5
    seed: int = 0

    @property
    def skipgram(self) -> SkipGram:
        """Settings of the training."""
        return SkipGram(
            dim=self.dim,
            negatives=self.negatives,
            exponent=self.exponent,
            subsampling=self.subsampling,
            epochs=self.epochs,
        )


@dataclass(frozen=True, kw_only=True)
class Together:
    """inside, outside: (n, d) IN and OUT, rows of zeros for things without a pair. bought: (n,) baskets of each thing.
    made: (n,) the thing's pairs were made from its neighbours. about: numbers for people.
    """

    inside: Floats
    outside: Floats
    bought: Rows
    made: Rows
    about: Mapping[str, Any]

    @property
    def known(self) -> Rows:
        """Rows of things that were in a pair, and so have vectors."""
        return np.flatnonzero(np.abs(self.inside).sum(axis=1) > 0)

    def instead(self, row: int, count: int) -> tuple[Rows, Floats]:
        """What stands in for a thing: the others by the cosine of IN with IN, best first. ([], []) where unknown."""
        others = self._others(row)
        if not len(others):
            return others, np.zeros(0, np.float32)
        units = unit_rows(self.inside[np.append(others, row)], "IN")
        return _best(others, units[:-1] @ units[-1], count)

    def beside(self, row: int, count: int) -> tuple[Rows, Floats]:
        """What goes with a thing: the others by the product of its IN with their OUT, best first. ([], []) likewise."""
        others = self._others(row)
        return _best(others, self.outside[others] @ self.inside[row], count)

    def _others(self, row: int) -> Rows:
        known = self.known
        return known[known != row] if row in known else known[:0]


def little(about: Mapping[str, Any]) -> str:
    """A warning where baskets are too few to rely on what was learned; "" where they are not."""
    if about["baskets"] >= FEW:
        return ""
    return (
        f"{counted(about['baskets'], 'basket')} with several items: fewer than {FEW} say little, so what is listed may "
        "be chance."
    )


def learn(
    baskets: Baskets, choices: Choices, content: Floats | None = None, progress: Progress | None = None
) -> Together:
    """Learn both vectors of every thing from baskets.

    content: (n, d) unit rows of what things look or read like, zeros for one without, for things that were never
    bought; None for none. Only the pairs of `baskets` are used: held-out ones have to be held out before.
    """
    pairs, amounts = counted_pairs(baskets)
    count = len(baskets.items)
    weights, made = amounts, np.zeros(count, np.int64)
    seen = pairs
    if content is not None and choices.cold:
        more = made_pairs(pairs, amounts, content, neighbours=choices.cold)
        pairs, weights = np.concatenate([pairs, more.pairs]), np.concatenate([amounts, more.weights])
        made[more.cold] = 1
    rng = np.random.default_rng(choices.seed)
    inside, outside = train_skipgram(
        pairs, count, choices.skipgram, rng, weights=weights, progress=progress or Silent()
    )
    paired = np.isin(np.arange(count), pairs)
    inside[~paired], outside[~paired] = 0, 0
    about = {
        "baskets": baskets.several,
        "alone": len(baskets) - baskets.several,
        "pairs": int(amounts.sum()),
        "things": count,
        "covered": len(np.unique(seen)),
        "covered_with_made": len(np.unique(pairs)),
        "choices": asdict(choices),
        "notes": list(baskets.notes),
    }
    return Together(inside=inside, outside=outside, bought=baskets.bought, made=made, about=about)


def _best(rows: Rows, scores: Floats, count: int) -> tuple[Rows, Floats]:
    order = np.argsort(-scores, kind="stable")[:count]
    return rows[order], np.asarray(scores[order], np.float32)


def choices_key(choices: Choices, *more: str) -> str:
    """A short name for vectors that were learned in one way from one thing."""
    said = json.dumps([asdict(choices), *more], sort_keys=True)
    return blake2b(said.encode(), digest_size=8).hexdigest()


def save_together(folder: Path, model: Together) -> None:
    """Write it; it takes the place of what was there."""
    with atomic_folder(folder) as temporary:
        temporary.mkdir(exist_ok=True)
        np.save(temporary / INSIDE, model.inside)
        np.save(temporary / OUTSIDE, model.outside)
        np.save(temporary / BOUGHT, np.stack([model.bought, model.made]))
        (temporary / ABOUT).write_text(json.dumps(dict(model.about)), encoding="utf-8")


def load_together(folder: Path) -> Together | None:
    """What `save_together` wrote, None where there is none or it is damaged: it is learned again."""
    if not (folder / ABOUT).is_file():
        return None
    try:
        bought, made = np.load(folder / BOUGHT, allow_pickle=False)
        inside, outside = (np.load(folder / name, allow_pickle=False) for name in (INSIDE, OUTSIDE))
        about = read_json(folder / ABOUT)
    except (OSError, ValueError, EOFError, WorkspaceError):
        return None
    return Together(inside=inside, outside=outside, bought=bought, made=made, about=about)
