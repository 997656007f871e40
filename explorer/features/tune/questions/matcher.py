"""A question against every question of a list: ranked, with a probability, and nothing said below a threshold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats
from explorer.base.errors import InputError, ModelError
from explorer.features.tune.questions.head import pair_inputs
from explorer.heads.head import Head
from explorer.heads.platt import Calibration

if TYPE_CHECKING:
    import torch

KIND = "question pairs"
USUAL_THRESHOLD = 0.5


@dataclass(frozen=True)
class Match:
    """A question of the list. row: its place there. probability: that it asks the same, calibrated on pairs of other
    questions, of which about half asked the same.
    """

    row: int
    probability: float


@dataclass(frozen=True)
class Matched:
    """Matches from the likeliest on. abstain: none reaches the threshold, so that nothing should be answered."""

    matches: tuple[Match, ...]
    abstain: bool


def network_head(network: "torch.nn.Module", calibration: Calibration, spec: str, fingerprint: str) -> Head:
    """A trained `pair_network` and its calibration as a head that `match` reads."""
    state = {name: value.detach().numpy().astype(np.float32) for name, value in network.state_dict().items()}
    names = {"weight0": "0.weight", "bias0": "0.bias", "weight1": "3.weight", "bias1": "3.bias"}
    weights = {name: state[found] for name, found in names.items()}
    weights["calibration"] = np.array([calibration.slope, calibration.offset], dtype=np.float32)
    return Head(kind=KIND, encoder=spec, fingerprint=fingerprint, weights=weights)


def pair_probabilities(head: Head, first: Floats, second: Floats) -> Floats:
    """(n,) probabilities that the questions of (n, d) unit rows ask the same; the mean of both orders.

    ModelError for a head of another kind.
    """
    if head.kind != KIND:
        raise ModelError(f"Expected a head of question pairs, got one of the kind {head.kind}. Train it on Tune.")
    slope, offset = (float(one) for one in head.weights["calibration"])
    logits = (_logits(head, first, second) + _logits(head, second, first)) / 2
    return Calibration(slope, offset).probabilities(logits.astype(np.float32))


def match(
    head: Head, question: Floats, listed: Floats, *, threshold: float = USUAL_THRESHOLD, most: int = 10
) -> Matched:
    """A question's (d,) unit row against the (n, d) rows of a list; InputError for an empty list or odd threshold."""
    if not len(listed):
        raise InputError("Expected a list with at least one question, got an empty one.")
    if not 0 <= threshold <= 1:
        raise InputError(f"Threshold: expected a probability from 0 to 1, got {threshold}.")
    sure = pair_probabilities(head, np.broadcast_to(question, listed.shape), listed)
    order: Sequence[int] = np.argsort(-sure, kind="stable")[:most].tolist()
    return Matched(tuple(Match(row, float(sure[row])) for row in order), bool(sure.max() < threshold))


def _logits(head: Head, first: Floats, second: Floats) -> Floats:
    w = head.weights
    hidden = np.maximum(pair_inputs(first, second) @ w["weight0"].T + w["bias0"], 0)
    return np.asarray(hidden @ w["weight1"].T + w["bias1"], dtype=np.float32)[:, 0]
