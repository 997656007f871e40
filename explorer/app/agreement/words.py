"""How models agree with people, in words and cells of a table."""

import numpy as np

from explorer.features.judgments.agreement.resampling import Estimate
from explorer.features.judgments.agreement.scores import Agreement, ChoiceAgreement


def interval(score: Estimate, percent: bool) -> str:
    """A score with its interval, in words."""
    if not np.isfinite(score.value):
        return "–"
    form = "{:.1%}" if percent else "{:.3f}"
    value, low, high = (signed(form.format(one)) for one in (score.value, score.low, score.high))
    return f"{value} ({low} to {high})" if np.isfinite(score.low) else value


def signed(number: str) -> str:
    """A written number with the sign for minus, without one when it is written as zero."""
    return number.replace("-", "−" if set(number) & set("123456789") else "")


def cells(one: Agreement) -> dict[str, str]:
    """All numbers of one model, by the title of their column."""
    if isinstance(one, ChoiceAgreement):
        return {
            "single answers (95 %)": interval(one.single, True),
            "majorities (95 %)": f"{interval(one.majority, True)} of {one.decided:,}",
            "undecided": f"{one.tied:.0%}",
            "questions": f"{one.questions:,}",
        }
    each = {"Spearman, one person (95 %)": interval(one.each, False)} if one.people else {}
    return {
        **each,
        "Spearman, mean (95 %)": interval(one.spearman, False),
        "Pearson, mean (95 %)": interval(one.pearson, False),
        "pairs": f"{one.pairs:,}",
    }
