"""Judgments from counted votes on triplets."""

from collections.abc import Iterator
from typing import Any

from explorer.base.errors import InputError
from explorer.features.judgments.exchange.incoming import Incoming, Naming, check_different
from explorer.features.judgments.settings import IMPORTED
from explorer.features.judgments.values import Answer


def asked_in(value: object) -> list[list[object]]:
    """The items of each question of such a file, as they stand there; [] where it is another kind of file."""
    asked = value.get("answers") if isinstance(value, dict) else None
    return [one for one in asked if isinstance(one, list)] if isinstance(asked, list) else []


def votes(value: object, name: Naming, campaign: str, file: str) -> Incoming:
    """Answers from {"answers": [[reference, a, b]], "agreement": [[votes for a, votes for b]]}, one answer a vote.

    The people are not named in such files, so `annotator` is "".
    """
    if not isinstance(value, dict) or not {"answers", "agreement"} <= set(value):
        raise InputError(f"{file}: expected an object with `answers` and `agreement`.")
    if len(value["answers"]) != len(value["agreement"]):
        got = f"{len(value['answers'])} and {len(value['agreement'])}"
        raise InputError(f"{file}: expected as many answers as agreements, got {got}.")
    found = []
    for number, (asked, counts) in enumerate(zip(value["answers"], value["agreement"], strict=True)):
        where = f"{file}, answers[{number}]"
        _check_list(asked, 3, where, "[reference, a, b]")
        _check_list(counts, 2, where, "[votes for a, votes for b]")
        items = tuple(name(cell, where) for cell in asked)
        check_different(items, where)
        found += [
            Answer(
                campaign=campaign,
                task="triplet",
                annotator="",
                trial=f"{file}:{number}:{vote}",
                items=items,
                answer=chosen,
                sampler=IMPORTED,
            )
            for vote, chosen in _each_vote(items, counts, where)
        ]
    return Incoming(answers=found)


def _each_vote(items: tuple[str, ...], counts: list[Any], where: str) -> Iterator[tuple[str, list[str]]]:
    """A name of each vote, such as "a1", and what it says: [reference, nearer, farther]."""
    reference, a, b = items
    for side, count, chosen in (("a", counts[0], [reference, a, b]), ("b", counts[1], [reference, b, a])):
        if not isinstance(count, int) or count < 0:
            raise InputError(f"{where}: expected a number of votes from 0, got {count!r}.")
        for vote in range(count):
            yield f"{side}{vote + 1}", chosen


def _check_list(value: object, length: int, where: str, what: str) -> None:
    if not isinstance(value, list) or len(value) != length:
        raise InputError(f"{where}: expected {what}, got {value!r}.")
