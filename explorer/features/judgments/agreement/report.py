"""The agreement of models with people as lines for the terminal."""

from collections.abc import Sequence

import numpy as np

from explorer.base.errors import ExplorerError, InputError
from explorer.features.judgments.agreement.candidates import (
    Judged,
    campaigns_with_answers,
    read_judged,
    reliability_of,
    rows_asked,
    similarity_of,
    sources,
)
from explorer.features.judgments.agreement.scores import ChoiceAgreement, RatingAgreement, Score, agreement, headline
from explorer.workspace.folder import Workspace


def agreement_report(workspace: Workspace, campaign: str, keys: Sequence[str], least: float) -> str:
    """Reliability of the people, and each source beside it, the best first; all encoders and columns without `keys`."""
    judged = read_judged(workspace, campaign or _only(workspace), least)
    chosen = list(keys) or [one.key for one in sources(workspace) if one.kind in ("encoder", "column", "texts", "tags")]
    lines, scores = _people(judged), {}
    for key in chosen:
        try:
            similarity = similarity_of(workspace, key, rows_asked(judged.asked))
            scores[key] = agreement(similarity, judged.asked, np.random.default_rng(0))
        except ExplorerError as error:
            if keys:
                raise
            lines.append(f"{key}: left out. {error}")
    ordered = sorted(scores.items(), key=lambda pair: -np.nan_to_num(headline(pair[1]).value, nan=-9))
    return "\n".join(lines + [_line(key, one) for key, one in ordered])


def _only(workspace: Workspace) -> str:
    known = list(campaigns_with_answers(workspace))
    if len(known) == 1:
        return known[0]
    raise InputError(f"Say which judgments: {', '.join(known) or 'there are none yet'}.")


def _people(judged: Judged) -> list[str]:
    found = reliability_of(judged)
    numbers = {
        "two people agree": found.agreement,
        "Krippendorff's alpha": found.alpha,
        "split-half r": found.half,
        "Spearman-Brown": found.full,
        "one person against the others": found.one,
        "ceiling": found.best,
    }
    left_out = f", {len(judged.left_out)} people left out for failed checks" if judged.left_out else ""
    return [
        f"{judged.campaign}: {found.answers:,} answers to {found.questions:,} questions by {found.people:,} named "
        f"people, {found.doubled:,} questions answered by two or more{left_out}",
        "; ".join(f"{name} {value:.3f}" for name, value in numbers.items() if value is not None) or "no reliability",
    ]


def _line(key: str, one: ChoiceAgreement | RatingAgreement) -> str:
    if isinstance(one, ChoiceAgreement):
        numbers = f"single answers {_words(one.single)}, majorities {_words(one.majority)} of {one.decided:,}"
        return f"{key}: {numbers}, {one.questions:,} questions, chance {one.chance:.3f}"
    return f"{key}: Spearman {_words(one.spearman)}, Pearson {_words(one.pearson)}, {one.pairs:,} pairs"


def _words(score: Score) -> str:
    return f"{score.value:.3f} ({score.low:.3f} to {score.high:.3f})"
