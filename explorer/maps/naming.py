"""Names for clusters by the columns of the data set: the value that tells a cluster best from the rest."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from explorer.base.arrays import Rows
from explorer.base.columns import Codes, codes_of

MOST_VALUES = 5_000
LEAST_SHARE, LEAST_GAIN = 0.5, 0.5
"""A value names a cluster that it has this share of, and this share of the way from its share of all items to 1."""
SURE_GAIN = 0.25
"""The gain at the lower end of the share's 95 % interval, so that a few items by chance name nothing."""
_LONGEST = 32
_SHARE = re.compile(r"(?: ·)? (?:under 1|\d+) %(?=$|: | \(\d+\)$)")
_TURN = re.compile(r" \(\d+\)$")
_CODE = re.compile(r"[0-9a-fA-F-]{16,}|\S{40,}")
Shares = NDArray[np.float64]


@dataclass(frozen=True)
class ClusterName:
    """What a cluster is called: short on the map, and in full with what the name rests on; "" and "" for no name.

    kind: "column", "texts", "words", or "" for no name.
    """

    short: str = ""
    full: str = ""
    kind: str = ""

    def __bool__(self) -> bool:
        return bool(self.short)


NO_NAME = ClusterName()


def percent(share: float) -> str:
    """A share as it is written in names: "96 %"; never 100 % when something is missing, nor 0 % of something."""
    whole = round(100 * share)
    if share > 0 and not whole:
        return "under 1 %"
    return f"{min(whole, 99) if share < 1 else whole} %"


def clip(text: str) -> str:
    """A text for the map, cut to 32 characters."""
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST else f"{flat[: _LONGEST - 1].rstrip()}…"


def name_by_columns(columns: dict[str, pa.ChunkedArray], labels: Rows) -> list[ClusterName]:
    """A name for each cluster of `labels` (n,), -1 is none, by the value of a column (each (n,)) that fits best.

    Score: the value's share of the cluster times the normalised pointwise mutual information of value and cluster
    (Bouma 2009), ln(p(v, c) / p(v) p(c)) / -ln p(v, c), which is 1 when they always come together and 0 when they meet
    as often as by chance. What is common everywhere names nothing: see `LEAST_GAIN`. Of columns that are equally
    good the first names.
    """
    count = int(labels.max(initial=-1)) + 1
    names, best = [NO_NAME] * count, np.zeros(count)
    for column, values in columns.items():
        coded = _countable(values)
        if coded is None or not count:
            continue
        score, share, overall = _fits(coded, labels, count)
        top = score.argmax(axis=1)
        for number in np.flatnonzero(score.max(axis=1) > best + 1e-9):
            value = top[number]
            best[number] = score[number, value]
            names[number] = _said(column, coded, int(value), float(share[number, value]), float(overall[value]))
    return names


def distinct(names: Sequence[ClusterName]) -> list[ClusterName]:
    """The names in order; a repeated short one gets a number."""
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name.short] = turn = seen.get(name.short, 0) + 1
        twice = bool(name) and turn > 1
        result.append(ClusterName(f"{name.short} ({turn})", name.full, name.kind) if twice else name)
    return result


def plain_names(names: Sequence[ClusterName], *, once: bool = False) -> list[str]:
    """What `distinct` gave without the shares: "face" for "face 99 %"; a name that thereby repeats gets a number.

    once: the first keeps it, the others get "", for a place where a number says nothing.
    """
    found = [_SHARE.sub("", name.short) for name in names]
    bare = [_TURN.sub("", plain) if "%" in name.short else plain for plain, name in zip(found, names, strict=True)]
    seen: dict[str, int] = {}
    result = []
    for name in bare:
        seen[name] = turn = seen.get(name, 0) + 1
        again = "" if once else f"{name} ({turn})"
        result.append(again if name and turn > 1 else name)
    return result


def sure_share(share: Shares, sizes: Shares, z: float = 1.96) -> Shares:
    """Lower end of the 95 % interval of a share among `sizes` items (Wilson 1927); arrays that go together."""
    middle = share + z**2 / (2 * sizes)
    spread = z * np.sqrt(share * (1 - share) / sizes + z**2 / (4 * sizes**2))
    return np.asarray((middle - spread) / (1 + z**2 / sizes))


def mutual(share: Shares, overall: Shares, part: Shares) -> Shares:
    """Normalised pointwise mutual information of a value and a cluster, -1 to 1; 0 where it never occurs there.

    share: of the cluster with the value; overall: of all items with it; part: the cluster's share of all items.
    """
    joint = share * part
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.log(share / overall) / -np.log(joint)
    return np.asarray(np.where((joint > 0) & (joint < 1), found, 0.0))


def _countable(values: pa.ChunkedArray) -> Codes | None:
    """The column's values by number; None where nearly every item has its own, or they are measured, not counted."""
    if pa.types.is_floating(values.type) or pa.types.is_decimal(values.type) or pa.types.is_nested(values.type):
        return None
    coded = codes_of(values)
    return coded if 2 <= len(coded) <= min(MOST_VALUES, len(values) / 2) else None


def _fits(coded: Codes, labels: Rows, count: int) -> tuple[Shares, Shares, Shares]:
    """(count, v) score, 0 where the value does not name the cluster; (count, v) its share; (v,) its share of all."""
    table = tally(coded, labels, count)
    sizes = np.bincount(labels[labels >= 0], minlength=count)[:, None].astype(np.float64)
    share, overall = table / np.maximum(sizes, 1), coded.counts / len(labels)
    room = np.maximum(1 - overall, 1e-12)
    sure = (sure_share(share, np.maximum(sizes, 1)) - overall) / room
    fits = (share >= LEAST_SHARE) & ((share - overall) / room >= LEAST_GAIN) & (sure >= SURE_GAIN)
    filled = np.array([bool(name.strip()) and not _CODE.fullmatch(name) for name in coded.names])
    score = np.where(fits & filled, share * mutual(share, overall, sizes / len(labels)), 0)
    return score, share, overall


def tally(coded: Codes, labels: Rows, count: int) -> Rows:
    """(count, v) items of each cluster with each value."""
    inside = (labels >= 0) & (coded.codes >= 0)
    places = labels[inside] * len(coded) + coded.codes[inside]
    return np.bincount(places, minlength=count * len(coded)).reshape(count, len(coded))


def _said(column: str, coded: Codes, value: int, share: float, overall: float) -> ClusterName:
    name = coded.names[value]
    plain = pa.types.is_integer(coded.values.type) or pa.types.is_boolean(coded.values.type)
    called = f"{column} {name}" if plain else name
    return ClusterName(
        f"{clip(called)}{' · ' if called[-1:].isdigit() else ' '}{percent(share)}",
        f"{clip(called)} · {percent(share)} of these, {percent(overall)} of all (by {column})",
        "column",
    )


def join_names(first: Iterable[ClusterName], second: Iterable[ClusterName]) -> list[ClusterName]:
    """The first name of each cluster where it has one, else the second."""
    return [one or other for one, other in zip(first, second, strict=True)]
