"""SIRL in full, with simulated people on items whose attributes are known: two stages, measured beside its baselines.

Stage 1 learns a space from "which two are alike"; stage 2 fits a reward to "A or B" on that space, which stays frozen.
The simulated people care about a few attribute columns and see nothing else, so the truth is known (Bobu et al. 2023).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Doubles, Floats, Rows
from explorer.base.errors import InputError
from explorer.features.judgments.agreement.scores import choice_agreement
from explorer.features.judgments.agreement.similarity import vectors_similarity
from explorer.features.judgments.learning.method import Lesson
from explorer.features.judgments.learning.methods import LEARNERS
from explorer.features.judgments.learning.reward import feature_error, fit_reward, leading, preference_accuracy
from explorer.features.judgments.learning.simulated import column_features, simulated_odd_ones, simulated_preferences
from explorer.features.judgments.learning.together import Together
from explorer.workspace.opened import Opened

QUERIES = (50, 200, 1000)
PREFERENCES, TEST_QUESTIONS, PEOPLE, LEAST_ITEMS = 50, 1000, 10, 40


@dataclass(frozen=True, kw_only=True)
class SirlRow:
    """One way to represent items. queries: answers it learned from. odd: share of the held-out questions answered
    as the people do. error: feature prediction error on as many directions as there are features, those in which the
    space varies most; 1 for guessing the mean. accuracy: test preference accuracy, the mean over simulated people with
    different wishes, with its standard error.
    """

    name: str
    queries: int
    odd: float
    error: float
    accuracy: float
    accuracy_error: float


@dataclass(frozen=True, kw_only=True)
class SirlReport:
    """What was simulated and what came out.

    directions: of each space that are probed for the features. best: preference accuracy of the true reward.
    """

    columns: tuple[str, ...]
    encoder: str
    preferences: int
    people: int
    test_items: int
    directions: int
    best: float
    rows: tuple[SirlRow, ...]


def simulate_sirl(
    opened: Opened, spec: str, columns: Sequence[str], queries: Sequence[int] = QUERIES, seed: int = 0
) -> SirlReport:
    """Run both stages on the stored vectors of `spec`; half of the items are only for testing.

    Raises InputError without columns, or when there are fewer than 40 items with vectors.
    """
    if not columns:
        raise InputError("Choose at least one column for the simulated people to care about.")
    embeddings, dataset = opened.embeddings(spec), opened.dataset
    if len(embeddings.rows) < LEAST_ITEMS:
        raise InputError(f"A simulation needs at least 40 items with vectors, got {len(embeddings.rows)}.")
    features = column_features([dataset.column(name).to_numpy(dtype=object) for name in columns])
    order = np.random.default_rng(seed).permutation(embeddings.rows)
    world = _World(features, order[: len(order) // 2], order[len(order) // 2 :], seed)
    vectors = np.asarray(embeddings.vectors, dtype=np.float32)
    lesson = Lesson(vectors=vectors, dim=world.dim, seed=seed)
    rows = [world.row(LEARNERS[name].label, 0, LEARNERS[name].learn(lesson)) for name in ("as-is", "random-directions")]
    rows.append(world.together_row(vectors))
    rows += [world.learned_row(vectors, count, seed) for count in queries]
    return SirlReport(
        columns=tuple(columns),
        encoder=spec,
        preferences=PREFERENCES,
        people=PEOPLE,
        test_items=len(world.test),
        directions=world.dim,
        best=float(np.mean([preference_accuracy(features @ wish, pairs) for wish, pairs in world.tests])),
        rows=tuple(rows),
    )


class _World:
    """The simulated people: their wishes, their training and test preferences, and held-out questions."""

    def __init__(self, features: Doubles, train: Rows, test: Rows, seed: int) -> None:
        self.features, self.train, self.test, self.dim = features, train, test, max(features.shape[1], 2)
        rng = np.random.default_rng([seed, 1])
        self.odd = simulated_odd_ones(features, test, TEST_QUESTIONS, rng, noise=0.0)
        wishes = rng.normal(size=(PEOPLE, features.shape[1]))
        self.asked = [simulated_preferences(features, train, wish, PREFERENCES, rng) for wish in wishes]
        self.tests = [(wish, simulated_preferences(features, test, wish, TEST_QUESTIONS, rng)) for wish in wishes]

    def learned_row(self, vectors: Floats, count: int, seed: int) -> SirlRow:
        """The space that `count` odd ones out teach."""
        asked = simulated_odd_ones(self.features, self.train, count, np.random.default_rng([seed, count]))
        lesson = Lesson(vectors=vectors, answers=asked, seed=seed, name=f"sirl {count}")
        return self.row("learned from odd ones out", count, LEARNERS["projection"].learn(lesson))

    def row(self, name: str, queries: int, vectors: Floats) -> SirlRow:
        """Measure a frozen space: probe, held-out odd ones, and a reward a person fitted on top of it."""
        accuracies = [
            preference_accuracy(fit_reward(vectors[self.train], _within(asked, self.train))(vectors), pairs)
            for asked, (_, pairs) in zip(self.asked, self.tests, strict=True)
        ]
        return self._row(name, queries, vectors, accuracies)

    def together_row(self, vectors: Floats) -> SirlRow:
        """The baseline: space and rewards learned together from the preferences of all people, no odd ones out."""
        made = Together(vectors, tuple(self.asked))
        accuracies = [
            preference_accuracy(reward, pairs) for reward, (_, pairs) in zip(made.rewards.T, self.tests, strict=True)
        ]
        return self._row(LEARNERS["together"].label, 0, made.space, accuracies)

    def _row(self, name: str, queries: int, vectors: Floats, accuracies: list[float]) -> SirlRow:
        odd = choice_agreement(vectors_similarity(vectors), self.odd, np.random.default_rng(0), 0).single.value
        probed = leading(vectors, self.train, self.dim)
        sides = (probed[self.train], self.features[self.train], probed[self.test], self.features[self.test])
        return SirlRow(
            name=name,
            queries=queries,
            odd=odd,
            error=feature_error(*sides),
            accuracy=float(np.mean(accuracies)),
            accuracy_error=float(np.std(accuracies, ddof=1) / np.sqrt(len(accuracies))),
        )


def _within(pairs: Rows, rows: Rows) -> Rows:
    """Row numbers of the data set as places in `rows`."""
    order = np.argsort(rows)
    return np.asarray(order[np.searchsorted(rows, pairs, sorter=order)])
