"""What the Agreement page computes, each once: keys are small strings and numbers, what is returned is read-only."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from explorer.app.frame.cache import get_encoder
from explorer.base.errors import ExplorerError
from explorer.features.judgments.agreement.candidates import (
    Judged,
    read_judged,
    reliability_of,
    rows_asked,
    similarity_of,
)
from explorer.features.judgments.agreement.disagreements import Disagreements, disagreements
from explorer.features.judgments.agreement.reliability import Reliability
from explorer.features.judgments.agreement.scores import ChoiceAgreement, RatingAgreement, Similarity, agreement
from explorer.features.judgments.agreement.stacking import Stacked, stacked_agreement
from explorer.workspace.folder import Workspace

LISTED = 60


@dataclass(frozen=True)
class Asking:
    """Which answers: the folder of the workspace, a key that changes with any of them, the campaign, the checks."""

    path: str
    key: str
    campaign: str
    least: float

    @property
    def workspace(self) -> Workspace:
        """The workspace, opened."""
        return Workspace.open(Path(self.path))


def judged(asking: Asking) -> Judged:
    """The answers of the campaign, without those who failed their checks."""
    return _judged(asking.path, asking.key, asking.campaign, asking.least)


@st.cache_resource(max_entries=16, show_spinner="Reading the answers …")
def _judged(path: str, key: str, campaign: str, least: float) -> Judged:
    return read_judged(Workspace.open(Path(path)), campaign, least)


def how_reliable(asking: Asking) -> Reliability:
    """How far people agree with each other."""
    return _reliability(asking.path, asking.key, asking.campaign, asking.least)


@st.cache_data(max_entries=32, show_spinner="Comparing people with each other …")
def _reliability(path: str, key: str, campaign: str, least: float) -> Reliability:
    return reliability_of(_judged(path, key, campaign, least))


def similarity(asking: Asking, source: str) -> Similarity:
    """How alike two of the items that were asked about are by a source."""
    return _similarity(asking.path, asking.key, asking.campaign, asking.least, source)


@st.cache_resource(max_entries=48, show_spinner="Reading the vectors …")
def _similarity(path: str, key: str, campaign: str, least: float, source: str) -> Similarity:
    found = _judged(path, key, campaign, least)
    return similarity_of(Workspace.open(Path(path)), source, rows_asked(found.asked), get_encoder)


def score(asking: Asking, source: str) -> ChoiceAgreement | RatingAgreement | str:
    """How a source agrees with people; a sentence when it cannot be compared."""
    return _score(asking.path, asking.key, asking.campaign, asking.least, source)


@st.cache_data(max_entries=256, show_spinner="Comparing with people …")
def _score(path: str, key: str, campaign: str, least: float, source: str) -> ChoiceAgreement | RatingAgreement | str:
    try:
        one = _similarity(path, key, campaign, least, source)
    except ExplorerError as error:
        return str(error)
    return agreement(one, _judged(path, key, campaign, least).asked, np.random.default_rng(0))


def stacked(asking: Asking, first: str, second: str) -> Stacked | str:
    """Two sources side by side, the weight tuned on other items; a sentence when there are too few answers."""
    return _stacked(asking.path, asking.key, asking.campaign, asking.least, first, second)


@st.cache_data(max_entries=64, show_spinner="Tuning the weight on other items …")
def _stacked(path: str, key: str, campaign: str, least: float, first: str, second: str) -> Stacked | str:
    try:
        one, other = (_similarity(path, key, campaign, least, source) for source in (first, second))
        return stacked_agreement(one, other, _judged(path, key, campaign, least).asked, np.random.default_rng(0))
    except ExplorerError as error:
        return str(error)


def furthest(asking: Asking, source: str) -> Disagreements:
    """The questions on which a source and people are furthest apart."""
    return _furthest(asking.path, asking.key, asking.campaign, asking.least, source)


@st.cache_resource(max_entries=32, show_spinner="Looking for disagreements …")
def _furthest(path: str, key: str, campaign: str, least: float, source: str) -> Disagreements:
    one = _similarity(path, key, campaign, least, source)
    return disagreements(one, _judged(path, key, campaign, least).asked, LISTED)
