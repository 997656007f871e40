"""Which method a condition is compared by when nobody names one: for a column, what was measured best on it."""

from dataclasses import dataclass

from explorer.encoders.base import Abilities
from explorer.encoders.pool import POOL
from explorer.features.conditional.asking import Question, asked
from explorer.features.conditional.choice import PLAIN, Trial
from explorer.features.conditional.conditions import Condition, check_condition
from explorer.features.conditional.contract import METHODS, method_named
from explorer.features.conditional.measured import Measurement, measured
from explorer.features.conditional.readings import words_suffice
from explorer.features.conditional.usable import head_kind, heads_for, why_not
from explorer.features.conditional.wish import wish_of_column
from explorer.workspace.opened import Opened

BEST = ("pixels", "column-means", "profile", "image+text-unit", PLAIN)
"""Where nothing can be measured, the best first: what pixels tell, what compares by the aspect, else item and words."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """What answers a condition. condition: as it is asked, a wish that a column knows as a value of that column.

    measurement: what the choice rests on, None where nothing was measured. why: the choice in a sentence, "" for none.
    """

    condition: Condition
    method: str
    head: str = ""
    measurement: Measurement | None = None
    why: str = ""


def choose(opened: Opened, spec: str, condition: Condition) -> Chosen:
    """The condition with the method to begin with; waits while a column is measured for the first time.

    For "the same in this respect" under a column it is the one that was measured best, if it is better than the item
    alone, else the item alone. InputError for an empty condition or an unknown column.
    """
    wish = wish_of_column(opened, check_condition(condition))
    meant = wish or condition
    pixels = opened.pixels() is not None and not words_suffice(opened, spec, meant)
    first = first_method(meant, POOL.get(spec).abilities, spec, pixels=pixels)
    if wish is not None:
        return Chosen(condition=wish, method=first, why=f"Read as the value {wish.value} of the column {wish.name}.")
    if condition.kind != "column" or condition.change:
        return Chosen(condition=meant, method=first)
    found = measured(opened, spec, condition.name)
    if found is None:
        return Chosen(condition=meant, method=first, why="Too few items share a value to measure which method is best.")
    best = found.best
    method, head = (best.method, best.head) if best else (PLAIN, "")
    return Chosen(condition=meant, method=method, head=head, measurement=found, why=_reason(found, best))


def _reason(found: Measurement, best: Trial | None) -> str:
    plain = found.plain.score.value
    if best is None:
        return (
            f"No method was measured better than the item alone: {plain:.0%} of its nearest items share the value "
            f"({found.chance:.0%} by chance)."
        )
    return (
        f"Measured best: {best.score.value:.0%} of the nearest items share the value, {plain:.0%} with the item alone "
        f"({found.chance:.0%} by chance)."
    )


def first_method(condition: Condition, abilities: Abilities, spec: str, *, pixels: bool = False) -> str:
    """The first of `BEST` that can answer."""
    known = (name for name in BEST if name in METHODS)
    return next(name for name in known if not why_not(METHODS[name], condition, abilities, spec, pixels=pixels))


def question_of(opened: Opened, spec: str, condition: Condition, method: str = "", head: str = "") -> Question:
    """The condition with its method, by default the chosen one, and the head that it uses.

    head: by default the one that was measured best with the method, else the first there is. InputError when the
    condition is empty or there is no such method, ModelError when there is no such head.
    """
    check_condition(condition)
    if not method:
        chosen = choose(opened, spec, condition)
        return asked(spec, chosen.condition, chosen.method, chosen.head or _head(opened, spec, chosen))
    named = Chosen(condition=condition, method=method_named(method).name)
    return asked(spec, condition, named.method, head or _head(opened, spec, named))


def _head(opened: Opened, spec: str, chosen: Chosen) -> str:
    """The head for a method that learns, "" for others: the best measured one of the column, else the first."""
    kind = head_kind(METHODS[chosen.method].needs)
    heads = heads_for(kind, spec, chosen.condition) if kind else []
    if len(heads) > 1 and chosen.condition.kind == "column":
        found = measured(opened, spec, chosen.condition.name)
        tried = [one.head for one in (found.trials if found else ()) if one.method == chosen.method]
        return next(iter([*tried, *heads]))
    return next(iter(heads), "")
