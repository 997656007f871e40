"""Pictures that find pictures and words that find pictures, before and after each training, on the same test."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from explorer.base.arrays import Doubles, Floats
from explorer.base.metrics import Score, mean_score
from explorer.features.tune.retrieval.material import Material
from explorer.features.tune.retrieval.ranking import average_precision, first_relevant, hits, precision_of_words

KS = (1, 5, 10)
PICTURES, COUNTED = "pictures", "pictures, query counted"
KINDS = {"names": "names of labels", "captions": "captions"}
STATES = {
    "untuned": "Untuned",
    "tuned": "Tuned: ArcFace on labels",
    "realigned": "Tuned, texts re-aligned",
    "mcip": "MCIP: labels and captions",
    "mcip-realigned": "MCIP, texts re-aligned",
}
"""What is measured side by side, by name; the first is the baseline of the others."""
Values = dict[str, Doubles]


@dataclass(frozen=True, kw_only=True)
class Measured:
    """scores: of one state by measure. changes: to the untuned model, query by query; none for that itself."""

    state: str
    scores: dict[str, Score]
    changes: dict[str, Score]

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def measured_from(told: Mapping[str, Any]) -> Measured:
    """Back from `as_dict`."""
    parts = ({name: Score(**score) for name, score in told[kind].items()} for kind in ("scores", "changes"))
    scores, changes = parts
    return Measured(state=str(told["state"]), scores=scores, changes=changes)


def recall_name(kind: str, k: int) -> str:
    """The measure of texts of a kind that find a picture of theirs among the first k."""
    return f"{kind}, recall@{k}"


def precision_name(kind: str) -> str:
    """The measure of all pictures of a text, wherever they stand."""
    return f"{kind}, mAP"


def measure_name(name: str) -> str:
    """What a measure is called for people."""
    if name == PICTURES:
        return "pictures find pictures, mAP"
    if name == COUNTED:
        return "the same as GPR1200’s code counts it, with the query"
    kind, what = name.split(", ")
    return f"{KINDS[kind]} find pictures, {what}"


def look(material: Material, pictures: Floats, moved: Floats | None = None) -> Values:
    """Values query by query, by measure, of the (m, d) `pictures` of the test.

    moved: (d, d) what texts are multiplied with, as a head keeps it; None where they stay as they are.
    """
    labels = material.codes[material.test]
    values: Values = {
        PICTURES: average_precision(pictures, labels),
        COUNTED: average_precision(pictures, labels, with_itself=True),
    }
    for kind, asked in material.queries.items():
        texts = asked.vectors if moved is None else asked.vectors @ moved.T
        texts = texts / np.linalg.norm(texts, axis=1, keepdims=True)
        ranks = first_relevant(texts, pictures, asked.relevant)
        values |= {recall_name(kind, k): hits(ranks, k) for k in KS}
        values[precision_name(kind)] = precision_of_words(texts, pictures, asked.relevant)
    return values


def compare(states: Mapping[str, Values]) -> list[Measured]:
    """Means with 95 % intervals over queries, and the differences to the first state, which is the untuned one."""
    first = next(iter(states.values()))
    return [
        Measured(
            state=state,
            scores={name: mean_score(value) for name, value in values.items()},
            changes={name: mean_score(value - first[name]) for name, value in values.items()}
            if values is not first
            else {},
        )
        for state, values in states.items()
    ]
