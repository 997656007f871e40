"""What pages, library and commands ask about people's agreement; each answer is worked out once."""

from dataclasses import dataclass

import numpy as np

from explorer.base.memory import remembered
from explorer.features.judgments.agreement.candidates import Candidate, all_candidates, similarity_of
from explorer.features.judgments.agreement.disagreements import Disagreements, disagreements
from explorer.features.judgments.agreement.judged import Judged, read_judged, reliability_of
from explorer.features.judgments.agreement.paired import Paired, paired
from explorer.features.judgments.agreement.reliability import Reliability, reliability_intervals
from explorer.features.judgments.agreement.resampling import Estimate
from explorer.features.judgments.agreement.scores import Agreement, agreement
from explorer.features.judgments.agreement.similarity import Similarity
from explorer.features.judgments.agreement.stacking import Stacked, stacked_agreement
from explorer.features.judgments.agreement.which import Which
from explorer.features.judgments.learning.sources import learned_from
from explorer.features.judgments.store import judgment_store
from explorer.workspace.opened import Opened

LISTED = 60


@dataclass(frozen=True)
class Asking:
    """Which answers: of a campaign, by the people who passed the share `least` of their checks.

    last: number of the newest event of the store, so that every answer makes another value. which, condition: of the
    questions, see `which_answers`.
    """

    campaign: str
    least: float
    last: int
    which: Which = "all"
    condition: str | None = None


def asking_about(
    opened: Opened, campaign: str, least: float = 0.0, *, which: Which = "all", condition: str | None = None
) -> Asking:
    """The answers of `campaign` as they are now."""
    last = judgment_store(opened.workspace).last_event()
    return Asking(campaign=campaign, least=least, last=last, which=which, condition=condition)


@remembered(16)
def judged(opened: Opened, asking: Asking) -> Judged:
    """The answers as questions, without those who failed their checks; InputError when nobody is left."""
    return read_judged(opened, asking.campaign, asking.least, which=asking.which, condition=asking.condition)


@remembered(32)
def how_reliable(opened: Opened, asking: Asking) -> Reliability:
    """How far people agree with each other."""
    return reliability_of(judged(opened, asking))


@remembered(32)
def how_sure(opened: Opened, asking: Asking) -> dict[str, Estimate]:
    """The numbers of `how_reliable` that have one with their 95 % intervals, by the name of their field."""
    return reliability_intervals(judged(opened, asking).asked, np.random.default_rng(0))


@remembered(32)
def candidates(opened: Opened, last: int) -> list[Candidate]:
    """Everything that can be compared with people. last: number of the newest event, since tags are among them."""
    return all_candidates(opened)


@remembered(32)
def learned_here(opened: Opened, asking: Asking) -> frozenset[str]:
    """Keys of the candidates whose model was fitted to answers of this very campaign."""
    known = candidates(opened, asking.last)
    return frozenset(one.key for one in known if one.spec and asking.campaign in learned_from(opened, one.spec))


@remembered(48)
def similarity(opened: Opened, asking: Asking, key: str) -> Similarity:
    """How alike two of the items that were asked about are by the candidate `key`; InputError when it cannot tell."""
    return similarity_of(opened, key, judged(opened, asking).rows)


@remembered(256)
def score(opened: Opened, asking: Asking, key: str) -> Agreement:
    """How a candidate agrees with people; an ExplorerError says why it cannot be compared."""
    return agreement(similarity(opened, asking, key), judged(opened, asking).asked, np.random.default_rng(0))


@remembered(32)
def compared(opened: Opened, asking: Asking, keys: tuple[str, ...]) -> Paired:
    """Each candidate against each other one, paired; InputError when there are too few questions for that."""
    similarities = {key: similarity(opened, asking, key) for key in keys}
    return paired(similarities, judged(opened, asking).asked, np.random.default_rng(0))


@remembered(64)
def stacked(opened: Opened, asking: Asking, first: str, second: str) -> Stacked:
    """Two candidates side by side, the weight tuned on other items; InputError when there are too few answers."""
    one, other = (similarity(opened, asking, key) for key in (first, second))
    return stacked_agreement(one, other, judged(opened, asking).asked, np.random.default_rng(0))


@remembered(32)
def furthest(opened: Opened, asking: Asking, key: str) -> Disagreements:
    """The 60 questions on which a candidate and people are furthest apart."""
    return disagreements(similarity(opened, asking, key), judged(opened, asking).asked, LISTED)
