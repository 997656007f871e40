"""Heads that learn from people's answers: small changes of an encoder's vectors, so that new items are covered, too.

SIRL (Bobu et al. 2023, section III): of three items people pick the two that are alike, and the loss takes either of
them as the anchor, max(0, |φ(a) − φ(p)|² − |φ(a) − φ(n)|² + α) for (P1, P2, N) and (P2, P1, N).
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows, check_choice
from explorer.base.progress import Progress
from explorer.encoders.tuned import apply_head
from explorer.features.judgments.agreement.scores import (
    DRAWS,
    ChoiceAgreement,
    RatingAgreement,
    agreement,
    headline,
    vectors_similarity,
)
from explorer.features.judgments.questions import Asked
from explorer.features.judgments.splits import LEAST, Split, rows_of, triplets_of
from explorer.heads.fit import FitSettings, Fitted, fit, training_folder
from explorer.heads.head import Head

KINDS = ("projection", "mlp")
LOSSES = ("triplet", "logistic")
SHARES = (0.05, 0.1, 0.2, 0.4, 0.7, 1.0)


@dataclass(frozen=True)
class JudgedSettings:
    """How a head learns from answers.

    kind: "projection" (one matrix) or "mlp" (a hidden layer of `hidden` beside the vector itself). loss: "triplet", the
    two-sided one of SIRL with `margin` α, or "logistic", log(1 + exp(sharpness · (cos(a, n) − cos(a, p)))). items_out,
    people_out: shares held out for the test. watched: share of the training items whose questions say when to stop.
    """

    kind: str = "projection"
    loss: str = "triplet"
    margin: float = 0.2
    sharpness: float = 5.0
    hidden: int = 128
    batch: int = 512
    steps: int = 1000
    every: int = 20
    patience: int = 10
    rate: float = 3e-4
    weight_decay: float = 0.1
    items_out: float = 0.2
    people_out: float = 0.5
    watched: float = 0.2
    seed: int = 0


@dataclass(frozen=True)
class Learned:
    """A head, and how it and its encoder do on answers that share nothing with what it learned from.

    tests: by name ("people", "items", "new_items") the scores of the encoder and of the head. answers: learned from.
    """

    head: Head
    tests: dict[str, tuple[ChoiceAgreement | RatingAgreement, ChoiceAgreement | RatingAgreement]]
    answers: int
    fitted: Fitted


def learn(
    vectors: NDArray[Any], parts: Split, head: Head, settings: JudgedSettings, name: str, progress: Progress
) -> Learned:
    """Fit a head on (n, d) unit vectors to the answers of `parts.train`, and measure it on the rest.

    head: kind, encoder and fingerprint are taken from it. It first learns without the questions about some of the
    training items, to find how many steps help with items that it has not seen, then from all of them for as long.
    """
    check_choice(settings.kind, KINDS, "head")
    check_choice(settings.loss, LOSSES, "loss")
    fitted, weights = fit_answers(vectors, parts.train, settings, name, progress)
    made = Head(settings.kind, head.encoder, head.fingerprint, weights, {"settings": asdict(settings)})
    tuned = apply_head(made, vectors)
    tests = {}
    for part in ("people", "items", "new_items"):
        asked: Asked | None = getattr(parts, part)
        if asked is not None:
            tests[part] = (_agreement(vectors, asked), _agreement(tuned, asked))
    return Learned(made, tests, len(parts.train), fitted)


def fit_answers(
    vectors: NDArray[Any], asked: Asked, settings: JudgedSettings, name: str, progress: Progress
) -> tuple[Fitted, dict[str, Floats]]:
    """Fit a head to all of `asked`: how it ended, and the weights as `apply_head` reads them."""
    inner, watched = _watched(asked, settings.watched, np.random.default_rng(settings.seed))
    first, _ = _fit(vectors, inner, watched, settings, f"{name} search", progress, settings.steps)
    steps = max(first.best_step, settings.every)
    final, module = _fit(vectors, asked, None, settings, name, progress, steps)
    return Fitted(final.steps, first.best_step, first.best_score), head_weights(module, settings.kind)


def learning_curve(
    vectors: NDArray[Any],
    parts: Split,
    settings: JudgedSettings,
    name: str,
    progress: Progress,
    shares: Sequence[float] = SHARES,
) -> list[dict[str, float]]:
    """Held-out scores of heads fitted to ever more of the training answers: answers, value, low, high of "items"."""
    rng = np.random.default_rng(settings.seed)
    order = rng.random(len(parts.train))
    test = parts.items or parts.people
    found: list[dict[str, float]] = []
    if test is None:
        return found
    for share in shares:
        some = parts.train.take(order <= np.quantile(order, share))
        _, weights = fit_answers(vectors, some, settings, f"{name} curve", progress)
        tuned = apply_head(Head(settings.kind, "", "", weights), vectors)
        score = headline(_agreement(tuned, test))
        found.append({"answers": len(some), "value": score.value, "low": score.low, "high": score.high})
    return found


def _watched(asked: Asked, share: float, rng: np.random.Generator) -> tuple[Asked, Asked | None]:
    """Answers without some of the items, and the answers about those; nothing is watched when either is too few."""
    rows = rows_of(asked)
    items = np.unique(rows)
    chosen = rng.permutation(items)[: round(share * len(items))]
    touched = np.isin(rows, chosen).sum(axis=1)[asked.question] > 0
    if min(touched.sum(), (~touched).sum()) < LEAST:
        return asked, None
    return asked.take(~touched), asked.take(touched)


def _fit(
    vectors: NDArray[Any],
    asked: Asked,
    watched: Asked | None,
    settings: JudgedSettings,
    name: str,
    progress: Progress,
    steps: int,
) -> tuple[Fitted, Any]:
    import torch

    torch.manual_seed(settings.seed)
    used, triplets = _compact(triplets_of(asked, np.random.default_rng(settings.seed)))
    inputs = torch.as_tensor(np.asarray(vectors[used], dtype=np.float32))
    module = head_module(settings.kind, vectors.shape[1], settings.hidden)
    loss = partial(_loss, module, inputs, torch.as_tensor(triplets), settings)
    seen = iter(range(1, steps + 1))  # without anything to watch the last weights are kept: each look counts as better
    score = (lambda: float(next(seen))) if watched is None else partial(_watch, module, vectors, watched, settings.kind)
    plan = FitSettings(steps, settings.rate, settings.weight_decay, settings.every, settings.patience, settings.seed)
    return fit(
        module, loss, score, training_folder(name), plan, progress, key=_key(vectors, triplets, settings)
    ), module


def _compact(triplets: Rows) -> tuple[Rows, Rows]:
    """The rows that are used, and the triplets numbered by them."""
    used, numbered = np.unique(triplets, return_inverse=True)
    return used, numbered.reshape(triplets.shape)


def _loss(module: Any, inputs: Any, triplets: Any, settings: JudgedSettings, rng: np.random.Generator) -> Any:
    import torch
    from torch.nn import functional

    batch = triplets[torch.as_tensor(rng.integers(0, len(triplets), settings.batch))]
    rows, places = torch.unique(batch, return_inverse=True)
    found = functional.normalize(module(inputs[rows]), dim=1)[places]
    return answer_loss(found[:, 0], found[:, 1], found[:, 2], settings)


def answer_loss(anchor: Any, positive: Any, negative: Any, settings: JudgedSettings) -> Any:
    """Mean loss of (b, d) unit tensors; |x − y|² = 2 − 2 cos(x, y) on unit vectors."""
    import torch

    near, far = (anchor * positive).sum(1), (anchor * negative).sum(1)
    if settings.loss == "triplet":
        return torch.relu(2 * (far - near) + settings.margin).mean()
    return torch.nn.functional.softplus(settings.sharpness * (far - near)).mean()


def _watch(module: Any, vectors: NDArray[Any], watched: Asked, kind: str) -> float:
    tuned = apply_head(Head(kind, "", "", head_weights(module, kind)), vectors)
    return headline(_agreement(tuned, watched, 0)).value


def _agreement(vectors: NDArray[Any], asked: Asked, draws: int = DRAWS) -> ChoiceAgreement | RatingAgreement:
    return agreement(vectors_similarity(vectors), asked, np.random.default_rng(0), draws)


def head_module(kind: str, dim: int, hidden: int) -> Any:
    """X + Dx, or x + W1 relu(W0 x + b0) + b1: both begin as the encoder itself, and weight decay pulls back to it."""
    import torch

    class Residual(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            if kind == "projection":
                self.change = torch.nn.Linear(dim, dim, bias=False)
            else:
                self.enter, self.change = torch.nn.Linear(dim, hidden), torch.nn.Linear(hidden, dim)
                torch.nn.init.zeros_(self.change.bias)
            torch.nn.init.zeros_(self.change.weight)

        def forward(self, x: Any) -> Any:
            return x + self.change(x if kind == "projection" else torch.relu(self.enter(x)))

    return Residual()


def head_weights(module: Any, kind: str) -> dict[str, Floats]:
    """The module as the arrays of a head; an mlp carries x past its hidden layer as relu(x) − relu(−x)."""
    state = {name: value.detach().numpy().astype(np.float32) for name, value in module.state_dict().items()}
    change = state["change.weight"]
    same = np.eye(change.shape[0], dtype=np.float32)
    if kind == "projection":
        return {"weight": same + change}
    zeros = np.zeros(2 * len(same), dtype=np.float32)
    return {
        "weight0": np.concatenate([state["enter.weight"], same, -same]),
        "bias0": np.concatenate([state["enter.bias"], zeros]),
        "weight1": np.concatenate([change, same, -same], axis=1),
        "bias1": state["change.bias"],
    }


def _key(vectors: NDArray[Any], triplets: Rows, settings: JudgedSettings) -> str:
    from hashlib import blake2b

    digest = blake2b(np.ascontiguousarray(triplets).tobytes(), digest_size=12)
    digest.update(np.ascontiguousarray(vectors[:256]).tobytes() + str(settings).encode())
    return digest.hexdigest()
