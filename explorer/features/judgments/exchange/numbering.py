"""Files that number the items: which number is which item, and how that is said and kept."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

from explorer.base.errors import InputError
from explorer.features.judgments.exchange.incoming import Incoming, Naming, whole_number
from explorer.features.judgments.values import to_json
from explorer.io.natural import natural_order

NUMBERS = ("auto", "names", "natural", "rows", "files")
SAID = {
    "names": "Numbers are those in the names of the items",
    "natural": "Numbers count the items from {base} in natural order (2 before 10)",
    "rows": "Numbers count the items from {base} in the order of the data set",
    "files": "Numbers count the items from {base} by their sorted file names",
}
SHOWN = 3
Cells = Sequence[Sequence[object]]


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How numbers are to be read. numbers: of NUMBERS; base: of the first item, None: where it shows in the file.

    start: where a file of this format begins when nothing is said, None when formats differ.
    """

    numbers: str = "auto"
    base: int | None = None
    start: int | None = None


def named_numbers(ids: Iterable[str]) -> dict[int, str]:
    """The items that have a number in their name to themselves, by that number.

    A name that is nothing but the number goes before one that has it among letters; names with several have none.
    """
    plain: dict[int, list[str]] = {}
    among: dict[int, list[str]] = {}
    for one in ids:
        name = PurePath(one).stem
        found = re.findall(r"[0-9]+", name)
        if len(found) == 1:
            (plain if found[0] == name else among).setdefault(int(found[0]), []).append(one)
    return {number: items[0] for number, items in (among | plain).items() if len(items) == 1}


def choose_naming(ids: Sequence[str], cells: Cells, wish: Wish, file: str) -> Naming:
    """How the file names its items; cells: of its items, row by row. InputError when it is not clear where it counts.

    Left to itself: by id; else by the number in the name; else counted in natural order. ids: in the order of the data
    set, or of the file names.
    """
    by_id = Naming(tuple(ids))
    texts = {str(cell).strip() for row in cells for cell in row}
    numbers = {number for number in map(whole_number, texts) if number is not None}
    rule = wish.numbers
    if rule == "auto" and wish.base is not None:
        rule = "rows"
    elif rule == "auto":
        if all(by_id.find(text) is not None for text in texts) or 2 * len(numbers) < len(texts):
            return by_id
        rule = "names" if numbers & named_numbers(ids).keys() else "natural"
    if rule == "names":
        return Naming(tuple(ids), rule=rule, numbered=named_numbers(ids))
    ordered = natural_order(ids) if rule == "natural" else ids
    return Naming(tuple(ordered), _base(wish, numbers, len(ids), file), rule=rule)


def with_numbering(incoming: Incoming, naming: Naming, cells: Cells) -> Incoming:
    """The same answers with the rule of the numbers and the first rows as a remark, and all of it to be kept."""
    if not naming.rule:
        return incoming
    used = {text: naming(text, "") for text in sorted({str(cell).strip() for row in cells for cell in row})}
    firsts = [[str(cell).strip() for cell in row] for row in cells[:SHOWN]]
    rows = [f"{', '.join(row)} → {', '.join(used[text] for text in row)}" for row in firsts]
    kept = to_json({"rule": naming.rule, "base": naming.base, "items": used})
    said = f"{SAID[naming.rule].format(base=naming.base)}: {'; '.join(rows)}.{_otherwise(naming, used)}"
    return replace(incoming, remarks=[said, *incoming.remarks], numbering=kept)


def numbering_said(kept: str) -> str:
    """A sentence on how an import that was kept read its numbers, "" when it had none. kept: of `with_numbering`."""
    found = json.loads(kept) if kept else {}
    return f"{SAID[found['rule']].format(base=found['base'])}." if found else ""


def _otherwise(naming: Naming, used: dict[str, str]) -> str:
    """A warning when each number stands in the name of an item, and some of them in another's."""
    names = named_numbers(naming.ids)
    meant = [(names.get(whole_number(text) or 0), item) for text, item in used.items()]
    differ = all(one is not None for one, _ in meant) and any(one != item for one, item in meant)
    return " The names of the items hold these numbers too, on other items: --numbers names." if differ else ""


def _base(wish: Wish, numbers: set[int], count: int, file: str) -> int:
    given = wish.base if wish.base is not None else wish.start
    if given is not None:
        return given
    if 0 in numbers or count in numbers:
        return 0 if 0 in numbers else 1
    raise InputError(
        f"{file} numbers the items, and it does not show from where: neither 0 nor {count:,} (the number of items) is "
        "used. Say it with --base 0 or --base 1, and --numbers natural unless the order of the data set is meant."
    )
