"""The scorers that come with the program, by name."""

from explorer.base.arrays import check_choice
from explorer.features.lab.scorers.edit import EDIT
from explorer.features.lab.scorers.late import CHAMFER
from explorer.features.lab.scorers.own_function import is_own, own_scorer
from explorer.features.lab.scorers.pairs import Scorer
from explorer.features.lab.scorers.structural import SSIM

SCORERS: dict[str, Scorer] = {scorer.name: scorer for scorer in (CHAMFER, EDIT, SSIM)}


def scorer_of(name: str) -> Scorer:
    """The scorer of this name, or the one of `FILE.py:FUNCTION`; InputError for an unknown one."""
    return own_scorer(name) if is_own(name) else SCORERS[check_choice(name, SCORERS, "scorer")]
