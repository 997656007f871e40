"""Judgments as values: tasks, answers, and what makes an answer well-formed."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError

TASKS = ("odd_one_out", "triplet", "pair_rating", "tags", "arrangement")
TITLES = {
    "odd_one_out": "Odd one out of three",
    "triplet": "Which of two is more like the reference",
    "pair_rating": "How alike are two",
    "tags": "Tags, by one person after the other",
    "arrangement": "Arrange items by dragging",
}
ITEMS_NEEDED = {"odd_one_out": 3, "triplet": 3, "pair_rating": 2, "tags": 1, "arrangement": 3}
CHOSEN = ("active", "disagreement")
"""Samplers that choose questions for being hard."""
MOST_ARRANGED, MOST_TAGS, LONGEST_TAG = 20, 20, 60


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One person's answer to one question.

    campaign: its name. task: one of TASKS. annotator: key of the person (in imports their name), "" when the
    source names nobody. trial: unique for this person in this campaign. items: ids in the order they were shown.
    answer: odd_one_out: id of the odd one; triplet: (reference, nearer, farther), ids; pair_rating: a number, more
    is more alike; tags: {"ratings": {tag: 1 to 5}, "flags": [tag], "added": [tag]}; arrangement: [[x, y], ...] from 0
    to 1, one an item. condition: such as "by colour", "" for none. sampler: what chose the question: "random", "list",
    "active", "disagreement", "check", "repeat", "import". rt_ms: milliseconds from showing to answering, None: unknown.
    created: ISO 8601, UTC. is_check: an attention check, not a judgment; passed: how it went, None for others.
    repeat_of: trial that this one repeats, "" for none. imported: file that it came from, "" for one that was given
    here. late: why it came when it did not count any more: "restarted", "blocked", "closed", "over" (enough others
    had answered), "" for one in time. marks: what happened while the question was shown: {"hidden_ms", "paused_ms",
    "reloaded", "blurred"}, each only where it did. confidence: from 0 (guessing) to 1 (certain), None where nobody
    asked. import_number: which import brought it, 0 for none. seq: grows with each event of the store.
    """

    campaign: str
    task: str
    annotator: str
    trial: str
    items: tuple[str, ...]
    answer: Any
    condition: str = ""
    sampler: str = "random"
    rt_ms: float | None = None
    created: str = ""
    is_check: bool = False
    repeat_of: str = ""
    passed: bool | None = None
    imported: str = ""
    late: str = ""
    marks: Mapping[str, float] = field(default_factory=dict)
    confidence: float | None = None
    import_number: int = 0
    seq: int = 0

    @property
    def question(self) -> tuple[str, tuple[str, ...], str]:
        """Key that is equal for equal questions, whatever the order of the items: task, items, condition."""
        head, rest = (self.items[:1], self.items[1:]) if self.task == "triplet" else ((), self.items)
        return self.task, head + tuple(sorted(rest)), self.condition


def check_answer(task: str, items: Sequence[str], answer: Any, scale: tuple[float, float] | None = None) -> Any:
    """Return `answer` in its plain form; InputError when it does not answer a question of `task` about `items`.

    scale: lowest and highest rating of a pair; None for any number.
    """
    check_choice(task, TASKS, "task")
    checks = {"odd_one_out": _odd, "triplet": _triplet, "tags": _tags, "arrangement": _arrangement}
    if task == "pair_rating":
        return _rating(items, answer, scale)
    return checks[task](items, answer)


def passed_check(task: str, items: Sequence[str], answer: Any, top: float) -> bool:
    """Whether an attention check was answered as expected: it shows one item twice, which nothing is more like.

    odd_one_out: the stranger is the odd one; triplet: the copy is nearer; pair_rating: rated `top`, the highest.
    """
    if task == "odd_one_out":
        return list(items).count(str(answer)) == 1
    if task == "triplet":
        return bool(answer[1] == items[0])
    return task != "pair_rating" or bool(answer >= top)


def answered_alike(first: Answer, again: Answer) -> bool:
    """Whether a question got the same answer twice; ratings count as alike up to one step of 1."""
    if first.task == "pair_rating":
        return abs(float(first.answer) - float(again.answer)) <= 1
    return bool(first.answer == again.answer)


def _expect(condition: bool, message: str) -> None:
    if not condition:
        raise InputError(message)


def _odd(items: Sequence[str], answer: Any) -> str:
    _expect(len(items) == 3, f"An odd one out needs three items, got {len(items)}.")
    _expect(
        isinstance(answer, str) and answer in items, f"Expected the id of one of {', '.join(items)}; got {answer!r}."
    )
    return str(answer)


def _triplet(items: Sequence[str], answer: Any) -> list[str]:
    _expect(len(items) == 3, f"A triplet needs a reference and two items, got {len(items)} items.")
    _expect(isinstance(answer, list | tuple) and len(answer) == 3, "Expected [reference, nearer, farther].")
    found = [str(one) for one in answer]
    _expect(
        found[0] == items[0] and sorted(found[1:]) == sorted(items[1:]),
        f"Expected [reference, nearer, farther] of {', '.join(items)}; got {', '.join(found)}.",
    )
    return found


def _number(value: Any, what: str) -> float:
    _expect(
        isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value),
        f"{what}: expected a number, got {value!r}.",
    )
    return float(value)


def _rating(items: Sequence[str], answer: Any, scale: tuple[float, float] | None) -> float:
    _expect(len(items) == 2, f"A rated pair needs two items, got {len(items)}.")
    value = _number(answer, "Rating")
    if scale is not None:
        low, high = scale
        _expect(low <= value <= high, f"Rating: expected a number from {low:g} to {high:g}, got {value:g}.")
    return value


def clean_tag(text: Any) -> str:
    """A tag in its plain form: lower case, single spaces; InputError when it is empty, long, or holds markup."""
    _expect(isinstance(text, str), f"Expected a tag, got {text!r}.")
    tag = " ".join(str(text).lower().split())
    _expect(0 < len(tag) <= LONGEST_TAG, f"Expected a tag of 1 to {LONGEST_TAG} characters, got {len(tag)}.")
    _expect(not set(tag) & set("<>{}\\") and tag.isprintable(), f"Expected a tag of plain words, got {tag!r}.")
    return tag


def _tags(items: Sequence[str], answer: Any) -> dict[str, Any]:
    _expect(len(items) == 1, f"Tags are given to one item, got {len(items)}.")
    _expect(isinstance(answer, Mapping), "Expected ratings, flags and added tags.")
    _expect(isinstance(answer.get("ratings", {}), Mapping), "Expected ratings as {tag: 1 to 5}.")
    ratings = {clean_tag(tag): _number(value, f"Rating of {tag!r}") for tag, value in answer.get("ratings", {}).items()}
    for tag, value in ratings.items():
        _expect(value in (1, 2, 3, 4, 5), f"Rating of {tag!r}: expected 1 to 5, got {value:g}.")
    lists = {}
    for name in ("flags", "added"):
        given = answer.get(name, [])
        _expect(isinstance(given, list | tuple), f"Expected {name} as a list of tags.")
        _expect(len(given) <= MOST_TAGS, f"Expected at most {MOST_TAGS} tags, got {len(given)}.")
        lists[name] = list(dict.fromkeys(clean_tag(tag) for tag in given))
    _expect(bool(ratings or lists["flags"] or lists["added"]), "Expected at least one tag, rating or flag.")
    return {"ratings": {tag: int(value) for tag, value in ratings.items()}, **lists}


def _arrangement(items: Sequence[str], answer: Any) -> list[list[float]]:
    _expect(3 <= len(items) <= MOST_ARRANGED, f"An arrangement needs 3 to {MOST_ARRANGED} items, got {len(items)}.")
    _expect(
        isinstance(answer, list | tuple) and len(answer) == len(items),
        f"Expected one place for each of the {len(items)} items.",
    )
    places = []
    for item, place in zip(items, answer, strict=True):
        _expect(isinstance(place, list | tuple) and len(place) == 2, f"Place of {item!r}: expected [x, y].")
        pair = [_number(value, f"Place of {item!r}") for value in place]
        _expect(all(0 <= value <= 1 for value in pair), f"Place of {item!r}: expected numbers from 0 to 1.")
        places.append(pair)
    return places


def to_json(value: Any) -> str:
    """A value as compact JSON; numbers are finite."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
