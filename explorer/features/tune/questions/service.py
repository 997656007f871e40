"""Questions of a workspace: heads measured on folds, one trained on all pairs and kept, and matching with it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.errors import InputError
from explorer.base.metrics import Score
from explorer.base.permission import require
from explorer.base.progress import Progress
from explorer.encoders import Encoder, canonical
from explorer.encoders.pool import POOL
from explorer.features.tune.questions.head import PairSettings
from explorer.features.tune.questions.matcher import Matched, match, network_head
from explorer.features.tune.questions.material import QuestionPairs, pairs_of
from explorer.features.tune.questions.measure import (
    CurvePoint,
    QuestionReport,
    Vectors,
    WayScore,
    held_logits,
    measure_questions,
    trained,
)
from explorer.features.tune.text_columns import check_free, keep_text_model, texts_in
from explorer.heads.head import Head, read_head
from explorer.heads.platt import calibrated
from explorer.workspace.answers import answer_path, keep_answer, models_stamp, read_answer
from explorer.workspace.opened import Opened

PLACE, _FORMAT = "tune/questions", 1
NO_TEXTS = "{spec} reads no texts, so it cannot compare questions. Choose a model of texts, such as sentence."


@dataclass(frozen=True, kw_only=True)
class QuestionWish:
    """What is to be learned. first, second: columns with the questions. label: with whether they ask the same.
    answers: with an answer to the first question, "" for none. model: spec. name: of the head.
    """

    first: str
    second: str
    label: str
    answers: str = ""
    model: str = "sentence"
    name: str = "questions"
    settings: PairSettings = field(default_factory=PairSettings)


def tune_questions(opened: Opened, wish: QuestionWish, progress: Progress) -> QuestionReport:
    """Measure on folds, then train on all pairs and keep the head; InputError where the columns do not do."""
    require("run work")
    check_free(opened, wish.name)
    pairs, encoder = question_pairs(opened, wish), _reader(wish.model)
    report = measure_questions(pairs, encoder.encode_texts, wish.settings, name=wish.name, progress=progress)
    head = whole_head(pairs, Vectors(pairs, encoder.encode_texts), wish, encoder, two_stages=report.gain.value > 0)
    said = f"Whether two questions ask the same, learned from {report.pairs:,} pairs on {encoder.spec}."
    keep_text_model(opened, wish.name, head, {"pairs": report.pairs}, said)
    keep_answer(_path(opened, wish), asdict(report))
    return report


def whole_head(
    pairs: QuestionPairs, vectors: Vectors, wish: QuestionWish, encoder: Encoder, *, two_stages: bool
) -> Head:
    """A head that learned from all pairs; its probabilities are calibrated on folds that each network never saw."""
    settings, rows = wish.settings, np.arange(len(pairs.similar))
    held = held_logits(pairs, vectors, settings, two_stages=two_stages, name=wish.name)
    network = trained(pairs, vectors, rows, settings, two_stages=two_stages, name=wish.name)
    return network_head(network, calibrated(held, pairs.similar), encoder.spec, encoder.fingerprint)


def match_question(
    name: str, question: str, listed: Sequence[str], *, threshold: float = 0.5, most: int = 10
) -> Matched:
    """A question against a list with the head `name`; InputError for an empty one, ModelError for other weights."""
    if not question.strip():
        raise InputError("Expected a question, got an empty text.")
    head = read_head(name)
    encoder = POOL.get(head.encoder)
    head.check_encoder(encoder)
    asked = encoder.encode_texts([question])[0]
    return match(head, asked, encoder.encode_texts(list(listed)), threshold=threshold, most=most)


def question_pairs(opened: Opened, wish: QuestionWish) -> QuestionPairs:
    """The pairs of a workspace."""
    first, second, labels = (texts_in(opened, name) for name in (wish.first, wish.second, wish.label))
    return pairs_of(first, second, labels, texts_in(opened, wish.answers) if wish.answers else None)


def kept_questions(opened: Opened, wish: QuestionWish) -> QuestionReport | None:
    """What was measured for this wish; None when nothing was."""
    told = read_answer(_path(opened, wish))
    with suppress(KeyError, TypeError):
        if told:
            ways = tuple(_way(one) for one in told["ways"])
            curve = tuple(CurvePoint(**{**one, "accuracy": Score(**one["accuracy"])}) for one in told["curve"])
            return QuestionReport(**{**told, "ways": ways, "curve": curve, "gain": Score(**told["gain"])})
    return None


def _way(told: dict[str, Any]) -> WayScore:
    triples = told["triples"] and Score(**told["triples"])
    return WayScore(told["way"], Score(**told["accuracy"]), triples, told["auc"])


def _reader(spec: str) -> Encoder:
    encoder = POOL.get(canonical(spec))
    if not encoder.abilities.texts:
        raise InputError(NO_TEXTS.format(spec=encoder.spec))
    return encoder


def _path(opened: Opened, wish: QuestionWish) -> Path:
    parts = (wish.first, wish.second, wish.label, wish.answers, wish.model, wish.name, _FORMAT)
    return answer_path(opened, PLACE, parts, models_stamp(opened.workspace))
