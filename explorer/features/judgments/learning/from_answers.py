"""Heads that learn from people's answers: small changes of an encoder's vectors, so that new items are covered, too.

SIRL (Bobu et al. 2023, section III): of three items people pick the two that are alike, and the loss takes either of
them as the anchor, max(0, |φ(a) − φ(p)|² − |φ(a) − φ(n)|² + α) for (P1, P2, N) and (P2, P1, N).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from hashlib import blake2b
from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Rows, check_choice
from explorer.base.progress import Progress
from explorer.base.sampling import at_most
from explorer.encoders.tuned import apply_head
from explorer.features.judgments.agreement.resampling import DRAWS, Estimate
from explorer.features.judgments.agreement.scores import Agreement, agreement, headline
from explorer.features.judgments.agreement.similarity import vectors_similarity
from explorer.features.judgments.learning.method import Lesson, lacking
from explorer.features.judgments.questions import Asked
from explorer.features.judgments.splits import LEAST, Split, rows_of, triplets_of
from explorer.heads.change import Change
from explorer.heads.fit import FitSettings, Fitted, fit, training_folder
from explorer.heads.head import Head

if TYPE_CHECKING:
    import torch

HEAD_LOSSES = {"triplet": "two-sided triplets (SIRL)", "logistic": "logistic"}
SHARES = (0.05, 0.1, 0.2, 0.4, 0.7)
MOST_WATCHED = 10_000
TRAINED = "on all answers, for as many steps as helped with questions about items set aside; small changes first"


@dataclass(frozen=True, kw_only=True)
class AnswerSettings:
    """How a head learns from answers.

    loss: "triplet", the two-sided one of SIRL with `margin` α, or "logistic",
    log(1 + exp(sharpness · (cos(a, n) − cos(a, p)))). hidden: width of a hidden layer. weight_decay: pulls all
    directions to nothing, so that those stay which the answers need. items_out, people_out: shares held out for the
    test. watched: share of the training items whose questions say when to stop.
    """

    loss: str = "triplet"
    margin: float = 0.2
    sharpness: float = 5.0
    hidden: int = 128
    batch: int = 512
    steps: int = 3000
    every: int = 20
    patience: int = 10
    rate: float = 1e-3
    weight_decay: float = 3.0
    items_out: float = 0.2
    people_out: float = 0.5
    watched: float = 0.2
    seed: int = 0


@dataclass(frozen=True)
class Course:
    """How one head is learned. name: of the folder that keeps its curve."""

    change: Change
    settings: AnswerSettings
    name: str
    progress: Progress


@dataclass(frozen=True)
class Learned:
    """A head, and how it and its encoder do on answers that share nothing with what it learned from.

    tests: by name ("people", "items", "new_items") the scores of the encoder and of the head. answers: learned from.
    """

    head: Head
    tests: dict[str, tuple[Agreement, Agreement]]
    answers: int
    fitted: Fitted


def learn(course: Course, vectors: Floats, parts: Split, base: Head) -> Learned:
    """Fit a head on (n, d) unit vectors to the answers of `parts.train`, and measure it on the rest.

    base: encoder and fingerprint are taken from it. It first learns without the questions about some of the training
    items, to find how many steps help with items that it has not seen, then from all of them for as long.
    """
    check_choice(course.settings.loss, HEAD_LOSSES, "loss")
    fitted, weights = fit_answers(course, vectors, parts.train)
    made = Head(
        kind=course.change.kind,
        encoder=base.encoder,
        fingerprint=base.fingerprint,
        weights=weights,
        card={"settings": {"kind": course.change.kind, **asdict(course.settings)}},
    )
    tuned = apply_head(made, vectors)
    asked = {"people": parts.people, "items": parts.items, "new_items": parts.new_items}
    tests = {part: (_agreement(vectors, one), _agreement(tuned, one)) for part, one in asked.items() if one is not None}
    return Learned(made, tests, len(parts.train), fitted)


def learn_change(change: Change, lesson: Lesson) -> Floats:
    """(n, d) unit rows: the lesson's vectors after a change that was fitted to its answers."""
    if lesson.answers is None:
        raise lacking("answers")
    settings = AnswerSettings(seed=lesson.seed, steps=lesson.steps or AnswerSettings.steps)
    course = Course(change, settings, lesson.name, lesson.progress)
    _, weights = fit_answers(course, lesson.vectors, lesson.answers)
    return apply_head(change.head(weights), lesson.vectors)


def fit_answers(course: Course, vectors: Floats, asked: Asked) -> tuple[Fitted, dict[str, Floats]]:
    """Fit a head to all of `asked`: how it ended, and the weights as `apply_head` reads them."""
    settings = course.settings
    inner, watched = _watched(asked, settings.watched, np.random.default_rng(settings.seed))
    search = Course(course.change, settings, f"{course.name} search", course.progress)
    first, _ = _fit(search, vectors, inner, watched, settings.steps)
    final, module = _fit(course, vectors, asked, None, max(first.best_step, settings.every))
    return Fitted(final.steps, first.best_step, first.best_score), course.change.weights(module)


def learning_curve(
    course: Course, vectors: Floats, parts: Split, learned: Learned, shares: Sequence[float] = SHARES
) -> list[dict[str, float]]:
    """Held-out scores of heads fitted to ever more of the training answers: answers, value, low, high of "items".

    learned: what was learned from all of them, the last point.
    """
    rng = np.random.default_rng(course.settings.seed)
    order = rng.random(len(parts.train))
    part, test = ("items", parts.items) if parts.items is not None else ("people", parts.people)
    found: list[dict[str, float]] = []
    if test is None:
        return found
    point = Course(course.change, course.settings, f"{course.name} curve", course.progress)
    for share in shares:
        some = parts.train.take(order <= np.quantile(order, share))
        _, weights = fit_answers(point, vectors, some)
        score = headline(_agreement(apply_head(course.change.head(weights), vectors), test))
        found.append(_point(len(some), score))
    return [*found, _point(learned.answers, headline(learned.tests[part][1]))]


def _point(answers: int, score: Estimate) -> dict[str, float]:
    return {"answers": answers, "value": score.value, "low": score.low, "high": score.high}


def _watched(asked: Asked, share: float, rng: np.random.Generator) -> tuple[Asked, Asked | None]:
    """Answers without some of the items, and the answers about those, of very many a random part.

    Nothing is watched when either is too few.
    """
    rows = rows_of(asked)
    items = np.unique(rows)
    chosen = rng.permutation(items)[: round(share * len(items))]
    touched = np.isin(rows, chosen).sum(axis=1)[asked.question] > 0
    if min(touched.sum(), (~touched).sum()) < LEAST:
        return asked, None
    looked_at = np.zeros(len(asked), dtype=bool)
    looked_at[at_most(np.flatnonzero(touched), MOST_WATCHED, rng)] = True
    return asked.take(~touched), asked.take(looked_at)


def _fit(
    course: Course, vectors: Floats, asked: Asked, watched: Asked | None, steps: int
) -> tuple[Fitted, "torch.nn.Module"]:
    import torch

    settings = course.settings
    torch.manual_seed(settings.seed)
    used, triplets = _compact(triplets_of(asked, np.random.default_rng(settings.seed)))
    inputs = torch.as_tensor(np.asarray(vectors[used], dtype=np.float32))
    module = course.change.module(vectors.shape[1], settings.hidden)
    looks = map(float, count(1))  # without anything to watch the last weights are kept: each look counts as better
    score = partial(next, looks) if watched is None else partial(_watch, course, module, vectors, watched)
    fitted = fit(
        module,
        partial(_loss, module, inputs, torch.as_tensor(triplets), settings),
        score,
        training_folder(course.name),
        _plan(settings, steps),
        progress=course.progress,
        key=_key(course, vectors, triplets),
    )
    return fitted, module


def _plan(settings: AnswerSettings, steps: int) -> FitSettings:
    return FitSettings(
        steps=steps,
        rate=settings.rate,
        weight_decay=settings.weight_decay,
        every=settings.every,
        patience=settings.patience,
        seed=settings.seed,
    )


def _compact(triplets: Rows) -> tuple[Rows, Rows]:
    """The rows that are used, and the triplets numbered by them."""
    used, numbered = np.unique(triplets, return_inverse=True)
    return used, numbered.reshape(triplets.shape)


def _loss(
    module: "torch.nn.Module",
    inputs: "torch.Tensor",
    triplets: "torch.Tensor",
    settings: AnswerSettings,
    rng: np.random.Generator,
) -> "torch.Tensor":
    import torch
    from torch.nn import functional

    batch = triplets[torch.as_tensor(rng.integers(0, len(triplets), settings.batch))]
    rows, places = torch.unique(batch, return_inverse=True)
    found = functional.normalize(module(inputs[rows]), dim=1)[places]
    return answer_loss(found[:, 0], found[:, 1], found[:, 2], settings)


def answer_loss(
    anchor: "torch.Tensor", positive: "torch.Tensor", negative: "torch.Tensor", settings: AnswerSettings
) -> "torch.Tensor":
    """Mean loss of (b, d) unit tensors; |x − y|² = 2 − 2 cos(x, y) on unit vectors."""
    import torch

    near, far = (anchor * positive).sum(1), (anchor * negative).sum(1)
    if settings.loss == "triplet":
        return torch.relu(2 * (far - near) + settings.margin).mean()
    return torch.nn.functional.softplus(settings.sharpness * (far - near)).mean()


def _watch(course: Course, module: "torch.nn.Module", vectors: Floats, watched: Asked) -> float:
    return headline(_agreement(apply_head(course.change.head_of(module), vectors), watched, 0)).value


def _agreement(vectors: Floats, asked: Asked, draws: int = DRAWS) -> Agreement:
    return agreement(vectors_similarity(vectors), asked, np.random.default_rng(0), draws)


def _key(course: Course, vectors: Floats, triplets: Rows) -> str:
    digest = blake2b(np.ascontiguousarray(triplets).tobytes(), digest_size=12)
    stated = f"{course.change.kind} {course.settings}"
    digest.update(np.ascontiguousarray(vectors[:256]).tobytes() + stated.encode())
    return digest.hexdigest()
