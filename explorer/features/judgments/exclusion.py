"""Which answers count: the rules of a campaign, the same for Agreement, fits and exports. Nothing is deleted by them.

An answer is left out for the first reason in REASONS that holds. People are judged by all that they answered.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from explorer.base.errors import InputError
from explorer.features.judgments.store.people import Person
from explorer.features.judgments.study import IDS
from explorer.features.judgments.values import Answer, answered_alike
from explorer.io.text import counted

REASONS = {
    "by hand": "of people left out by hand",
    "same id": "of people who had taken part before, under the same id",
    "checks": "of people who failed attention checks",
    "skips": "of people who skipped too many questions",
    "inconsistent": "of people who answered repeats differently",
    "late": "late",
    "fast": "too fast",
    "hidden": "given to a question that was out of sight for a while",
    "paused": "given after a pause",
    "reloaded": "given after a reload",
}
"""By its short name, as it stands in the export, why an answer does not count."""
CLICKED = ("odd_one_out", "triplet", "pair_rating")
"""Tasks with one click or key an answer: only there a fast answer, or another one to a repeat, tells something."""
LEAST_REPEATS = 3
MOST_MS = 60_000.0
MARKS = {"hidden": "hidden_ms", "paused": "paused_ms", "reloaded": "reloaded"}


@dataclass(frozen=True, kw_only=True)
class Rules:
    """Which answers of a campaign count.

    late: whether late ones do. fast_ms: least milliseconds to answer by a click; within 200 nobody has seen three
    pictures and chosen; 0 for any. hidden, paused, reloaded: whether an answer counts when that happened while its
    question was shown. passed: least share of attention checks that a person must pass, 0 for any; it is asked of
    people with `least_checks` or more. skipped: largest share of their questions that a person may skip, 1 for any.
    consistent: least share of at least three repeats with the same answer, 0 for any. once: of several people with the
    same id in their link (IDS) only the first who answered counts. people: keys of those left out by hand.
    """

    late: bool = False
    fast_ms: float = 200.0
    hidden: bool = True
    paused: bool = True
    reloaded: bool = True
    passed: float = 2 / 3
    least_checks: int = 3
    skipped: float = 1.0
    consistent: float = 0.0
    once: bool = True
    people: tuple[str, ...] = ()


EVERYTHING = Rules(late=True, fast_ms=0.0, passed=0.0, once=False)
"""Rules by which every answer counts."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What is known of people beside their answers. skips: by key, how often; people: in the order they came."""

    skips: Mapping[str, int] = field(default_factory=dict)
    people: Sequence[Person] = ()


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The answers that count, and why others do not.

    answers: in order, attention checks and repeats included. everything: those that do not count as well. why: by
    number of the event (`Answer.seq`) one of REASONS. people: by campaign and key, of those left out as a whole.
    """

    answers: list[Answer]
    everything: list[Answer]
    why: Mapping[int, str] = field(default_factory=dict)
    people: Mapping[tuple[str, str], str] = field(default_factory=dict)

    @property
    def left_out(self) -> dict[str, int]:
        """How many judgments do not count by reason, in the order of REASONS; checks and repeats never do."""
        found = Counter(
            self.why[one.seq]
            for one in self.everything
            if one.seq in self.why and not one.is_check and not one.repeat_of
        )
        return {reason: found[reason] for reason in REASONS if found[reason]}

    @property
    def sentence(self) -> str:
        """What was left out by reason, "" for nothing."""
        found = self.left_out
        if not found:
            return ""
        parts = ", ".join(f"{count:,} {REASONS[reason]}" for reason, count in found.items())
        return f"{counted(sum(found.values()), 'answer')} left out by the rules of the campaign: {parts}."


def keep(answers: Sequence[Answer], evidence: Evidence, rules: Rules) -> Kept:
    """The answers of one campaign that count under its rules."""
    people = people_left_out(answers, evidence, rules)
    reasons = {one.seq: people.get(one.annotator) or _reason(one, rules) for one in answers}
    why = {seq: reason for seq, reason in reasons.items() if reason}
    campaign = answers[0].campaign if answers else ""
    return Kept(
        answers=[one for one in answers if not reasons[one.seq]],
        everything=list(answers),
        why=why,
        people={(campaign, key): reason for key, reason in people.items()},
    )


def together(parts: Sequence[Kept]) -> Kept:
    """What counts in several campaigns, in the order of the events."""
    return Kept(
        answers=sorted((one for part in parts for one in part.answers), key=lambda one: one.seq),
        everything=sorted((one for part in parts for one in part.everything), key=lambda one: one.seq),
        why={seq: reason for part in parts for seq, reason in part.why.items()},
        people={who: reason for part in parts for who, reason in part.people.items()},
    )


def _reason(one: Answer, rules: Rules) -> str:
    """Why this answer does not count by itself, "" when it does."""
    if one.late and not rules.late:
        return "late"
    if one.rt_ms is not None and one.task in CLICKED and one.rt_ms < rules.fast_ms:
        return "fast"
    counts = {"hidden": rules.hidden, "paused": rules.paused, "reloaded": rules.reloaded}
    return next((what for what, mark in MARKS.items() if one.marks.get(mark) and not counts[what]), "")


def people_left_out(answers: Sequence[Answer], evidence: Evidence, rules: Rules) -> dict[str, str]:
    """By key, why none of a person's answers count; people who are not named are never left out."""
    given: dict[str, list[Answer]] = {}
    for one in answers:
        if one.annotator:
            given.setdefault(one.annotator, []).append(one)
    again = _came_again(evidence.people, given) if rules.once else set()
    found = {}
    for key, mine in given.items():
        tests = {
            "by hand": key in rules.people,
            "same id": key in again,
            "checks": _failed(mine, rules),
            "skips": evidence.skips.get(key, 0) > rules.skipped * (evidence.skips.get(key, 0) + len(mine)),
            "inconsistent": _inconsistent(mine, rules),
        }
        reason = next((name for name, holds in tests.items() if holds), "")
        if reason:
            found[key] = reason
    return found


def _came_again(people: Sequence[Person], given: Collection[str]) -> set[str]:
    """Keys of those who answered, and whose link named somebody who had answered before them."""
    seen: set[tuple[str, str]] = set()
    again = set()
    for one in people:
        if one.key not in given:
            continue
        ids = {(name, one.extra[name]) for name in IDS if one.extra.get(name)}
        if ids & seen:
            again.add(one.key)
        seen |= ids
    return again


def _failed(mine: Sequence[Answer], rules: Rules) -> bool:
    checks = [bool(one.passed) for one in mine if one.is_check]
    return len(checks) >= rules.least_checks and sum(checks) < rules.passed * len(checks)


def _inconsistent(mine: Sequence[Answer], rules: Rules) -> bool:
    if not rules.consistent:
        return False
    first = {one.trial: one for one in mine}
    same = [answered_alike(first[one.repeat_of], one) for one in mine if one.repeat_of in first and one.task in CLICKED]
    return len(same) >= LEAST_REPEATS and sum(same) < rules.consistent * len(same)


def check_rules(rules: Rules) -> Rules:
    """Return rules that can be followed; InputError otherwise."""
    for name, share in (("passed", rules.passed), ("skipped", rules.skipped), ("consistent", rules.consistent)):
        if not 0 <= share <= 1:
            raise InputError(f"Rules, {name}: expected a share from 0 to 1, got {share:g}.")
    if not 0 <= rules.fast_ms <= MOST_MS:
        raise InputError(f"Rules, fast_ms: expected milliseconds from 0 to {MOST_MS:,.0f}, got {rules.fast_ms:g}.")
    if rules.least_checks < 1:
        raise InputError(f"Rules, least_checks: expected 1 or more, got {rules.least_checks}.")
    return rules


def rules_from(values: object, where: str = "Rules") -> Rules:
    """Rules from what `dataclasses.asdict` made of some and JSON of that; names that are missing are the usual.

    InputError names the rule, after `where`, when a value cannot be.
    """
    usual = asdict(Rules())
    given: Mapping[str, Any] = values if isinstance(values, Mapping) else {"": values}
    for name, value in given.items():
        if name not in usual or not _fits(value, usual[name]):
            raise InputError(f"{where}, {name}: expected what the export writes, got {value!r:.80}.")
    people = tuple(given.get("people", ()))
    kinds = {one.name: type(usual[one.name]) for one in fields(Rules)}
    plain = {name: kinds[name](value) for name, value in given.items() if name != "people"}
    return check_rules(Rules(**plain, people=people))


def _fits(value: object, usual: object) -> bool:
    if isinstance(usual, tuple):
        return isinstance(value, list | tuple) and all(isinstance(one, str) for one in value)
    if isinstance(usual, float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is type(usual)
