"""The agreement of models with people as lines for the terminal."""

from collections.abc import Sequence

import numpy as np

from explorer.base.errors import ExplorerError
from explorer.features.judgments.agreement.judged import Judged, only_campaign
from explorer.features.judgments.agreement.resampling import Estimate
from explorer.features.judgments.agreement.scores import Agreement, ChoiceAgreement, best_first
from explorer.features.judgments.agreement.service import (
    Asking,
    asking_about,
    candidates,
    compared,
    how_reliable,
    how_sure,
    judged,
    learned_here,
    score,
)
from explorer.features.judgments.questions import Choices
from explorer.io.text import counted
from explorer.workspace.opened import Opened

LEARNED = "learned from these very answers"


def agreement_report(opened: Opened, campaign: str, keys: Sequence[str], least: float, condition: str = "") -> str:
    """Reliability of the people, each candidate beside it, the best first, and which of them the best one beats.

    campaign: "" for the only one there is. keys: of the candidates; without any all encoders, columns, captions and
    tags but the models that learned from these very answers. condition: that people judged under, "" for the one with
    most answers. Raises InputError when a candidate that was named cannot
    be compared.
    """
    asking = asking_about(opened, campaign or only_campaign(opened), least, which="enough", condition=condition)
    lines, scores, learned = _people(opened, asking), {}, learned_here(opened, asking)
    known = [one.key for one in candidates(opened, asking.last) if one.kind != "condition"]
    lines += [f"{key}: left out, {LEARNED}; --with '{key}' shows it" for key in known if not keys and key in learned]
    for key in keys or [key for key in known if key not in learned]:
        try:
            scores[key] = score(opened, asking, key)
        except ExplorerError as error:
            if keys:
                raise
            lines.append(f"{key}: left out. {error}")
    order = best_first(scores)
    marks = {key: f" ({LEARNED})" if key in learned else "" for key in order}
    return "\n".join([*lines, *(_line(key, scores[key]) + marks[key] for key in order), *_pairs(opened, asking, order)])


def _people(opened: Opened, asking: Asking) -> list[str]:
    found, sure, who = how_reliable(opened, asking), how_sure(opened, asking), judged(opened, asking)
    choices = isinstance(who.asked, Choices)
    people = f"{found.people:,} named {'person' if found.people == 1 else 'people'}" if found.people else "nobody named"
    numbers = {
        "agreement": "two people agree",
        "alpha": "Krippendorff's alpha",
        "full": "split-half reliability (Spearman-Brown)",
        "one": "one person against the others" if choices else "noise ceiling, lower bound",
        "best": "best possible" if choices else "upper bound",
    }
    return [
        f"{who.campaign}: {found.answers:,} answers to {found.questions:,} questions by {people}, "
        f"{counted(found.doubled, 'question')} answered by two or more people{_left_out(who)}",
        *filter(None, [who.rules_said, who.drawn.sentence]),
        "; ".join(f"{words} {_words(sure[name])}" for name, words in numbers.items() if name in sure)
        or "no reliability",
    ]


def _left_out(who: Judged) -> str:
    return f", {len(who.left_out)} people left out for failed checks" if who.left_out else ""


def _line(key: str, one: Agreement) -> str:
    if isinstance(one, ChoiceAgreement):
        numbers = f"single answers {_words(one.single)}, majorities {_words(one.majority)} of {one.decided:,}"
        return f"{key}: {numbers}, {one.questions:,} questions, chance {one.chance:.3f}"
    each = f"Spearman with one person {_words(one.each)}, " if one.people else ""
    return f"{key}: {each}with the mean {_words(one.spearman)}, Pearson {_words(one.pearson)}, {one.pairs:,} pairs"


def _pairs(opened: Opened, asking: Asking, order: Sequence[str]) -> list[str]:
    """Which models the best one is better than."""
    try:
        found = compared(opened, asking, tuple(order)) if len(order) > 1 else None
    except ExplorerError:
        return []
    if found is None:
        return []
    best, *_ = found.scores
    beaten = [one.second for one in found.against(best) if one.sure]
    of = f"paired, p < 0.05 after Holm's correction for {counted(len(found.differences), 'pair')}"
    return [f"{best} agrees better than {', '.join(beaten) or 'none of the others for sure'} ({of})"]


def _words(score: Estimate) -> str:
    interval = f" ({score.low:.3f} to {score.high:.3f})" if np.isfinite(score.low) else ""
    return f"{score.value:.3f}{interval}"
