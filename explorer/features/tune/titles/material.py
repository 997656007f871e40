"""Titles, the entries of a closed list that they mean, and how they are divided."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Mask, Rows
from explorer.base.errors import InputError
from explorer.features.tune.lexical import plain_title

LEAST_ENTRIES, LEAST_TITLES = 4, 40
BETWEEN = ": "


@dataclass(frozen=True)
class Titles:
    """n titles. codes: (n,) number of the entry that each means, into `entries`. attributes: what else is known of
    each, "" for nothing. named: whether an entry's name is a text itself, so that it may be compared with.
    """

    titles: tuple[str, ...]
    codes: Rows
    entries: tuple[str, ...]
    attributes: tuple[str, ...]
    named: bool = True

    @property
    def has_attributes(self) -> bool:
        """Whether any title has attributes."""
        return any(self.attributes)

    def joined(self) -> list[str]:
        """N texts: each title with its attributes behind it."""
        return [f"{a}{BETWEEN}{b}" if b else a for a, b in zip(self.titles, self.attributes, strict=True)]


@dataclass(frozen=True)
class TitleSplit:
    """Numbers of titles: learned from, those that say when to stop, and those that are tested.

    copies: of the tested ones, whether the same title is known already, or is the name of an entry: found without any
    learning, so that it is no success and is told apart.
    """

    train: Rows
    watch: Rows
    test: Rows
    copies: Mask


def titles_of(
    titles: Sequence[str], meant: Sequence[str], attributes: Sequence[str] | None = None, *, what: str = "the titles"
) -> Titles:
    """Titles with the names of what they mean; those without a title or an entry are left out.

    InputError where fewer than 40 titles or four entries are left.
    """
    extra = attributes if attributes is not None else [""] * len(titles)
    kept = [i for i, (a, b) in enumerate(zip(titles, meant, strict=True)) if a.strip() and b.strip()]
    entries, codes = np.unique(np.array([meant[i].strip() for i in kept], dtype=object), return_inverse=True)
    if len(entries) < LEAST_ENTRIES or len(kept) < LEAST_TITLES:
        raise InputError(
            f"{what}: expected at least {LEAST_TITLES} titles of {LEAST_ENTRIES} entries, got {len(kept):,} of "
            f"{len(entries):,}. Choose a column in which several titles have the same value."
        )
    if len(kept) == len(entries):
        raise InputError(f"{what}: every title means another entry, so that none teaches which titles belong together.")
    return Titles(
        titles=tuple(titles[i].strip() for i in kept),
        codes=codes.reshape(-1).astype(np.int64),
        entries=tuple(entries.tolist()),
        attributes=tuple(extra[i].strip() for i in kept),
        named=not all("://" in name or name.isdigit() for name in entries),
    )


def split_titles(material: Titles, seed: int = 0, test: int = 1_000, watch: int = 400) -> TitleSplit:
    """Divide titles at random: at most a fifth each of them is tested and watched, 1,000 and 400 where there are many.

    An entry keeps one title to learn from where its name is no text, else nothing could be found for it. InputError
    where too few are left to be tested.
    """
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(material.codes))
    free = order
    if not material.named:  # the first title of each entry in this order stays
        first = np.unique(material.codes[order], return_index=True)[1]
        free = np.delete(order, first)
    tested = free[: min(test, len(free) // 5)]
    watched = free[len(tested) : len(tested) + min(watch, len(free) // 5)]
    if not len(watched):
        raise InputError(
            f"{len(order):,} titles of {len(material.entries):,} entries whose names are no texts: each keeps a title "
            "to learn from, and nothing is left to be measured on. Bring several titles of each entry."
        )
    train = np.setdiff1d(np.arange(len(order)), np.concatenate([tested, watched]))
    known = {plain_title(material.titles[i]) for i in train}
    if material.named:
        known |= {plain_title(name) for name in material.entries}
    copies = np.array([plain_title(material.titles[i]) in known for i in tested], dtype=np.bool_)
    return TitleSplit(train, watched, tested, copies)
