"""The agreement of models with people as lines for the terminal."""

from collections.abc import Sequence

from explorer.base.errors import ExplorerError
from explorer.features.judgments.agreement.judged import Judged, only_campaign
from explorer.features.judgments.agreement.resampling import Estimate
from explorer.features.judgments.agreement.scores import Agreement, ChoiceAgreement, by_headline
from explorer.features.judgments.agreement.service import (
    Asking,
    asking_about,
    candidates,
    how_reliable,
    judged,
    score,
)
from explorer.workspace.opened import Opened


def agreement_report(opened: Opened, campaign: str, keys: Sequence[str], least: float) -> str:
    """Reliability of the people, and each candidate beside it, the best first.

    campaign: "" for the only one there is. keys: of the candidates; all encoders, columns, captions and tags without
    any. Raises InputError when a candidate that was named cannot be compared.
    """
    asking = asking_about(opened, campaign or only_campaign(opened), least)
    lines, scores = _people(opened, asking), {}
    for key in keys or [one.key for one in candidates(opened, asking.last) if one.kind != "condition"]:
        try:
            scores[key] = score(opened, asking, key)
        except ExplorerError as error:
            if keys:
                raise
            lines.append(f"{key}: left out. {error}")
    return "\n".join(lines + [_line(key, scores[key]) for key in by_headline(scores)])


def _people(opened: Opened, asking: Asking) -> list[str]:
    found, who = how_reliable(opened, asking), judged(opened, asking)
    numbers = {
        "two people agree": found.agreement,
        "Krippendorff's alpha": found.alpha,
        "split-half r": found.half,
        "Spearman-Brown": found.full,
        "one person against the others": found.one,
        "ceiling": found.best,
    }
    return [
        f"{who.campaign}: {found.answers:,} answers to {found.questions:,} questions by {found.people:,} named "
        f"people, {found.doubled:,} questions answered by two or more{_left_out(who)}",
        *([who.rules_said] if who.rules_said else []),
        "; ".join(f"{name} {value:.3f}" for name, value in numbers.items() if value is not None) or "no reliability",
    ]


def _left_out(who: Judged) -> str:
    return f", {len(who.left_out)} people left out for failed checks" if who.left_out else ""


def _line(key: str, one: Agreement) -> str:
    if isinstance(one, ChoiceAgreement):
        numbers = f"single answers {_words(one.single)}, majorities {_words(one.majority)} of {one.decided:,}"
        return f"{key}: {numbers}, {one.questions:,} questions, chance {one.chance:.3f}"
    return f"{key}: Spearman {_words(one.spearman)}, Pearson {_words(one.pearson)}, {one.pairs:,} pairs"


def _words(score: Estimate) -> str:
    return f"{score.value:.3f} ({score.low:.3f} to {score.high:.3f})"
