"""SIRL in full, with simulated people on items whose attributes are known: two stages, measured beside its baselines.

Stage 1 learns a space from "which two are alike"; stage 2 fits a reward to "A or B" on that space, which stays frozen.
The simulated people care about a few attribute columns and see nothing else, so the truth is known (Bobu et al. 2023).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.encoders.tuned import apply_head
from explorer.features.judgments.agreement.scores import choice_agreement, vectors_similarity
from explorer.features.judgments.learning.judged import JudgedSettings, fit_answers
from explorer.features.judgments.learning.ordinal import Doubles
from explorer.features.judgments.learning.reward import feature_error, fit_reward, preference_accuracy
from explorer.features.judgments.learning.simulated import column_features, simulated_odd_ones, simulated_preferences
from explorer.heads.head import Head
from explorer.workspace.folder import Workspace

QUERIES = (50, 200, 1000)
PREFERENCES, TEST_QUESTIONS, PEOPLE = 50, 1000, 10
JOINT_STEPS, JOINT_RATE = 300, 1e-3


@dataclass(frozen=True)
class SirlRow:
    """One way to represent items. queries: answers it learned from. odd: share of the held-out questions answered
    as the people do. error: feature prediction error, 1 for guessing the mean. accuracy: test preference accuracy, the
    mean over simulated people with different wishes, with its standard error.
    """

    name: str
    queries: int
    odd: float
    error: float
    accuracy: float
    accuracy_error: float


@dataclass(frozen=True)
class SirlReport:
    """What was simulated and what came out. best: preference accuracy of the true reward."""

    columns: tuple[str, ...]
    encoder: str
    preferences: int
    people: int
    test_items: int
    best: float
    rows: tuple[SirlRow, ...]


def simulate_sirl(
    workspace: Workspace,
    spec: str,
    columns: Sequence[str],
    progress: Progress,
    queries: Sequence[int] = QUERIES,
    seed: int = 0,
) -> SirlReport:
    """Run both stages on the stored vectors of `spec`; half of the items are only for testing.

    Raises InputError without columns, or when there are fewer than 40 items with vectors.
    """
    if not columns:
        raise InputError("Choose at least one column for the simulated people to care about.")
    embeddings = workspace.embeddings(spec)
    dataset = workspace.dataset()
    if len(embeddings.rows) < 40:
        raise InputError(f"A simulation needs at least 40 items with vectors, got {len(embeddings.rows)}.")
    features = column_features([dataset.column(name).to_numpy(dtype=object) for name in columns])
    vectors = np.asarray(embeddings.vectors, dtype=np.float32)
    order = np.random.default_rng(seed).permutation(embeddings.rows)
    train, test = order[: len(order) // 2], order[len(order) // 2 :]
    world = _World(features, train, test, seed)
    rows = [
        world.row("model as it is", 0, vectors),
        world.row("random directions", 0, _random(vectors, features, seed)),
    ]
    rows.append(world.joint_row(vectors))
    for count in queries:
        asked = simulated_odd_ones(features, train, count, np.random.default_rng([seed, count]))
        _, weights = fit_answers(vectors, asked, JudgedSettings(seed=seed), f"sirl {count}", progress)
        rows.append(
            world.row("learned from odd ones out", count, apply_head(Head("projection", "", "", weights), vectors))
        )
    best = float(np.mean([preference_accuracy(features @ wish, pairs) for wish, pairs in world.tests]))
    return SirlReport(tuple(columns), spec, PREFERENCES, PEOPLE, len(test), best, tuple(rows))


class _World:
    """The simulated people: their wishes, their training and test preferences, and held-out questions."""

    def __init__(self, features: Doubles, train: Rows, test: Rows, seed: int) -> None:
        self.features, self.train, self.test = features, train, test
        rng = np.random.default_rng([seed, 1])
        self.odd = simulated_odd_ones(features, test, TEST_QUESTIONS, rng, noise=0.0)
        wishes = rng.normal(size=(PEOPLE, features.shape[1]))
        self.asked = [simulated_preferences(features, train, wish, PREFERENCES, rng) for wish in wishes]
        self.tests = [(wish, simulated_preferences(features, test, wish, TEST_QUESTIONS, rng)) for wish in wishes]

    def row(self, name: str, queries: int, vectors: NDArray[Any]) -> SirlRow:
        """Measure a frozen space: probe, held-out odd ones, and a reward a person fitted on top of it."""
        accuracies = [
            preference_accuracy(fit_reward(vectors[self.train], _within(asked, self.train))(vectors), pairs)
            for asked, (_, pairs) in zip(self.asked, self.tests, strict=True)
        ]
        return self._row(name, queries, vectors, accuracies)

    def joint_row(self, vectors: NDArray[Any]) -> SirlRow:
        """The baseline: space and rewards learned together from the preferences of all people, no odd ones out."""
        space, rewards = _joint(vectors, self.asked)
        accuracies = [
            preference_accuracy(reward, pairs) for reward, (_, pairs) in zip(rewards, self.tests, strict=True)
        ]
        return self._row("space and reward learned together", 0, space, accuracies)

    def _row(self, name: str, queries: int, vectors: NDArray[Any], accuracies: list[float]) -> SirlRow:
        odd = choice_agreement(vectors_similarity(vectors), self.odd, np.random.default_rng(0), 0).single.value
        sides = (vectors[self.train], self.features[self.train], vectors[self.test], self.features[self.test])
        error = float(np.std(accuracies, ddof=1) / np.sqrt(len(accuracies)))
        return SirlRow(name, queries, odd, feature_error(*sides), float(np.mean(accuracies)), error)


def _within(pairs: NDArray[np.int64], rows: Rows) -> NDArray[np.int64]:
    """Row numbers of the data set as places in `rows`."""
    order = np.argsort(rows)
    return np.asarray(order[np.searchsorted(rows, pairs, sorter=order)])


def _random(vectors: NDArray[Any], features: Doubles, seed: int) -> Floats:
    """A random projection to as many directions as there are features: a space nobody taught anything."""
    directions = np.random.default_rng([seed, 2]).normal(size=(vectors.shape[1], max(features.shape[1], 2)))
    found = vectors @ directions
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), dtype=np.float32)


def _joint(vectors: NDArray[Any], asked: list[NDArray[np.int64]]) -> tuple[Floats, list[Doubles]]:
    """A projection and a reward a person, both fitted to the preferences at once (multi-task preference learning)."""
    import torch

    torch.manual_seed(0)
    x = torch.as_tensor(np.asarray(vectors, dtype=np.float32))
    space = torch.nn.Linear(x.shape[1], x.shape[1], bias=False)
    torch.nn.init.eye_(space.weight)
    heads = torch.nn.Linear(x.shape[1], len(asked), bias=False)
    optimizer = torch.optim.AdamW([*space.parameters(), *heads.parameters()], lr=JOINT_RATE, weight_decay=0.1)
    pairs = [torch.as_tensor(one.copy()) for one in asked]
    for _ in range(JOINT_STEPS):
        loss = torch.zeros(())
        for person, one in enumerate(pairs):
            gap = heads(space(x[one[:, 0]]) - space(x[one[:, 1]]))[:, person]
            loss = loss + torch.nn.functional.softplus(-gap).mean()
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    with torch.no_grad():
        found = space(x)
        rewards = heads(found).numpy().astype(np.float64)
        unit = torch.nn.functional.normalize(found, dim=1).numpy()
    return unit, [rewards[:, person] for person in range(len(asked))]
