"""The card of a model that was tuned by people: its numbers, and the same in words."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from explorer.features.judgments.agreement.judged import Judged
from explorer.features.judgments.agreement.reliability import Reliability
from explorer.features.judgments.agreement.resampling import Estimate
from explorer.features.judgments.agreement.scores import Agreement, ChoiceAgreement, headline
from explorer.features.judgments.learning.from_answers import Learned
from explorer.features.judgments.questions import Choices
from explorer.features.judgments.splits import LEAST_PEOPLE, Split, measured_words
from explorer.heads.head import Head

TESTS = {
    "people": "other people, items it learned from",
    "items": "questions with at least one new item",
    "new_items": "questions about new items only",
}
Numbers = list[float | None]
"""A value with the low and the high end of its interval; None where there is none."""


def card_of(
    learned: Learned,
    parts: Split,
    points: list[dict[str, float]],
    *,
    judged: Judged,
    ceiling: Reliability,
    source: Mapping[str, str | int],
) -> dict[str, Any]:
    """What the card of a head keeps. points: its learning curve. source: of the answers that it learned from."""
    tests = {
        part: {"before": _numbers(before), "after": _numbers(after)} for part, (before, after) in learned.tests.items()
    }
    best = asdict(ceiling)
    return {
        **source,
        "made_from": "judgments",
        "left_out": judged.rules_said,
        "measured": measured_words(judged.asked),
        "task": judged.task,
        "people_held_out": len(parts.held_people),
        "items_held_out": len(parts.held_items),
        "best_step": learned.fitted.best_step,
        "tests": tests,
        "curve": points,
        "curve_of": "items" if parts.items is not None else "people",
        "ceiling": {key: best[key] for key in ("one", "best", "full")},
        "choices": isinstance(parts.train, Choices),
    }


def kept_estimate(score: Estimate) -> Numbers:
    """A number with its interval as a card keeps it; `read_estimate` reads it."""
    return [float(v) if np.isfinite(v) else None for v in (score.value, score.low, score.high)]


def read_estimate(numbers: Numbers) -> Estimate:
    """What `kept_estimate` made of a number with its interval."""
    value, low, high = (np.nan if one is None else one for one in numbers)
    return Estimate(value, low, high)


def held_out_words(card: dict[str, Any]) -> str:
    """How many items and people a card says were held out, and which questions are measured on."""
    items, people = (int(card[name]) for name in ("items_held_out", "people_held_out"))
    if people:
        said = f"{items:,} items and {people:,} people were held out."
    else:
        said = (
            f"{items:,} items were held out, but no people: fewer than {LEAST_PEOPLE} are named. How well it does on "
            "other people's answers is not known."
        )
    return f"{said} {card.get('measured', '')}".strip()


def card_text(name: str, head: Head) -> str:
    """The card in words, for whoever finds the files."""
    card = head.card
    lines = [
        f"# tuned:{name}",
        "",
        f"{head.encoder}, tuned by people: {card['answers']:,} answers of the campaign “{card['campaign']}” "
        f"({card['workspace']}). {held_out_words(card)}",
        *filter(None, [card.get("left_out")]),
        "",
        "| Tested on | before | after |",
        "|---|---|---|",
    ]
    for part, numbers in card["tests"].items():
        key = "single" if "single" in numbers["before"] else "spearman"
        before, after = (_words(numbers[side][key]) for side in ("before", "after"))
        lines.append(f"| {TESTS[part]} | {before} | {after} |")
    return "\n".join(
        [*lines, "", "Value and 95 % interval over items and people. Limits: learned from these items only.", ""]
    )


def _numbers(found: Agreement) -> dict[str, Any]:
    main = kept_estimate(headline(found))
    if isinstance(found, ChoiceAgreement):
        counts = {"questions": found.questions, "answers": found.answers, "decided": found.decided}
        return {"single": main, "majority": kept_estimate(found.majority), "chance": found.chance, **counts}
    return {"spearman": main, "pearson": kept_estimate(found.pearson), "pairs": found.pairs}


def _words(score: Numbers) -> str:
    value, low, high = score
    if value is None:
        return "–"
    return f"{value:.3f}" if low is None else f"{value:.3f} ({low:.3f} to {high:.3f})"
