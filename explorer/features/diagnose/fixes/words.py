"""What the fixes would change, in words, for the page and the command."""

from explorer.base.metrics import Score
from explorer.features.diagnose.fixes.contract import FIXES
from explorer.features.diagnose.fixes.effects import Effect, K
from explorer.features.diagnose.fixes.service import Report

AS_IT_IS = "As it is"


def fix_title(name: str) -> str:
    """What a fix is called; "" is the model as it is."""
    return FIXES[name].title if name else AS_IT_IS


def measured_on(found: Report) -> str:
    """On what the effects were measured."""
    some = f"{found.items:,} of {found.of:,} items, drawn at random"
    drawn = some if found.items < found.of else f"all {found.of:,} items"
    return f"Measured on {drawn}, every one compared with every other."


def change_words(effect: Effect) -> list[str]:
    """Label recall under a fix and what the fix changes of it, for queries of items and of words."""
    found = ((effect.items, effect.items_change, "items"), (effect.words, effect.words_change, "names of labels"))
    return [_words(score, change, of, bool(effect.fix)) for score, change, of in found if score and change]


def verdict(change: Score | None) -> str:
    """Whether a difference between two states is one, by its interval: "better", "worse", "no clear change"."""
    if change is None:
        return "not measured"
    return "better" if change.low > 0 else "worse" if change.high < 0 else "no clear change"


def score_words(score: Score, signed: bool = False) -> str:
    """A score with its interval: "0.512 (0.480 to 0.544)"."""
    form = "+.3f" if signed else ".3f"
    values = (f"{value:{form}}".replace("-", "\N{MINUS SIGN}") for value in (score.value, score.low, score.high))
    return "{} ({} to {})".format(*values)


def _words(score: Score, change: Score, of: str, compared: bool) -> str:
    said = f"label recall@{K} of {score.items:,} {of}: {score_words(score)}"
    return f"{said}; {verdict(change)}: {score_words(change, signed=True)}" if compared else said
