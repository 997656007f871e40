"""A table of pairs of which it is known whether they are the same: left and right ids, same, and kind."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from explorer.base.arrays import Doubles, Rows
from explorer.base.errors import InputError
from explorer.features.match.method import pair_keys
from explorer.features.match.products.evaluate import MATCH
from explorer.features.match.service import Matched
from explorer.features.match.truth import Truth, truth_of_pairs
from explorer.io.tables import read_table
from explorer.io.text import counted

NEEDED = ("left", "right")
SAME, KIND = "same", "kind"
YES, NO = ("1", "true", "yes", "same"), ("0", "false", "no", "other", "")


@dataclass(frozen=True, kw_only=True)
class KnownPairs:
    """Pairs as a table has them. truth: those that are the same. left, right: (p,) rows of all whose ids are known,
    kinds: (p,) what each is, "match" for the same.
    """

    truth: Truth
    left: Rows
    right: Rows
    kinds: tuple[str, ...]


def known_pairs(path: Path, matched: Matched) -> KnownPairs:
    """The pairs of a table; either side may be named first. InputError for a column that is missing, a cell of `same`
    that is neither yes nor no, and when no id is known.
    """
    file = read_table(path)
    columns = {name.casefold().strip(): name for name in file.table.column_names}
    lacking = [name for name in NEEDED if name not in columns]
    if lacking:
        raise InputError(
            f"{path.name}: expected the columns left and right with ids, and perhaps same (1 or 0) and kind, "
            f"got {', '.join(file.table.column_names)[:200]}."
        )
    values = {name: file.strings(columns[name]).to_pylist() for name in (*NEEDED, SAME, KIND) if name in columns}
    count = file.table.num_rows
    same = [_yes(cell, path.name, row) for row, cell in enumerate(values.get(SAME, ["1"] * count), 2)]
    kinds = [
        MATCH if one else kind or "another" for one, kind in zip(same, values.get(KIND, [""] * count), strict=True)
    ]
    ends = _turned(list(zip(values["left"], values["right"], strict=True)), matched)
    return _known(ends, same, kinds, matched)


def _yes(cell: str, name: str, row: int) -> bool:
    word = cell.strip().casefold().removesuffix(".0")
    if word not in (*YES, *NO):
        raise InputError(f"{name}, row {row}, column same: expected 1 or 0, yes or no, got {cell[:40]!r}.")
    return word in YES


def _turned(pairs: list[tuple[str, str]], matched: Matched) -> list[tuple[str, str]]:
    """The pairs, the left id first: turned where more ids are known that way."""
    left, right = set(matched.task.left.ids), set(matched.task.right.ids)
    as_said = sum(a in left and b in right for a, b in pairs)
    other = sum(b in left and a in right for a, b in pairs)
    return [(b, a) for a, b in pairs] if other > as_said else pairs


def _known(ends: list[tuple[str, str]], same: list[bool], kinds: list[str], matched: Matched) -> KnownPairs:
    task = matched.task
    left, right = ({one: row for row, one in enumerate(side.ids)} for side in (task.left, task.right))
    right_ones: dict[str, list[str]] = {}
    for (a, b), one in zip(ends, same, strict=True):
        if one:
            right_ones.setdefault(a, []).append(b)
    places = [place for place, (a, b) in enumerate(ends) if a in left and b in right]
    rows = np.array([(left[ends[place][0]], right[ends[place][1]]) for place in places], np.int64).reshape(-1, 2)
    if task.same:
        rows.sort(axis=1)
    return KnownPairs(
        truth=truth_of_pairs(task.left, task.right, right_ones, same=task.same),
        left=rows[:, 0],
        right=rows[:, 1],
        kinds=tuple(kinds[place] for place in places),
    )


def untold(left: Rows, right: Rows, known: KnownPairs) -> str:
    """What a table of pairs does not know of (l,) links, in words; "" where it knows all of them."""
    told = np.isin(pair_keys(left, right), pair_keys(known.left, known.right))
    if told.all():
        return ""
    hits = int(known.truth.right_pairs(left, right).sum())
    return (
        f"The table of pairs says nothing of {counted(int((~told).sum()), 'link')} of {len(told):,}: they count as not "
        f"right here. Of the {int(told.sum()):,} that it knows {hits:,} are right."
    )


def scores_of(matched: Matched, known: KnownPairs) -> Doubles:
    """(p,) scores of the known pairs; those that the matcher did not propose lie below all others."""
    pairs = matched.pairs
    keys = pair_keys(pairs.left, pairs.right)
    order = np.argsort(keys)
    wanted = pair_keys(known.left, known.right)
    below = float(pairs.scores.min()) - 1.0 if len(pairs) else 0.0
    if not len(pairs):
        return np.full(len(wanted), below)
    place = np.clip(np.searchsorted(keys[order], wanted), 0, len(keys) - 1)
    found = keys[order][place] == wanted
    return np.where(found, pairs.scores[order][place], below).astype(float)
