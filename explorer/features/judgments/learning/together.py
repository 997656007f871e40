"""Space and rewards learned together from preferences: the baseline that SIRL argues against."""

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Doubles, Floats, Rows
from explorer.features.judgments.learning.method import Learner, Lesson, lacking
from explorer.heads.fit import train_epochs

if TYPE_CHECKING:
    import torch

STEPS, RATE = 300, 1e-3


class Together:
    """A projection and a reward a person, both fitted to the preferences at once (multi-task preference learning).

    vectors: (n, d). asked: for each person (p, 2) rows [preferred, other].
    """

    def __init__(self, vectors: Floats, asked: tuple[Rows, ...], steps: int = STEPS) -> None:
        import torch

        torch.manual_seed(0)
        self._x = torch.as_tensor(np.array(vectors, dtype=np.float32))
        self._space = torch.nn.Linear(self._x.shape[1], self._x.shape[1], bias=False)
        torch.nn.init.eye_(self._space.weight)
        self._heads = torch.nn.Linear(self._x.shape[1], len(asked), bias=False)
        pairs = [torch.as_tensor(one.copy()) for one in asked]
        parameters = [*self._space.parameters(), *self._heads.parameters()]
        optimizer = torch.optim.AdamW(parameters, lr=RATE, weight_decay=0.1)
        train_epochs(optimizer, lambda: [pairs], self._loss, steps)

    def _loss(self, pairs: "list[torch.Tensor]") -> "torch.Tensor":
        import torch

        loss = torch.zeros(())
        for person, one in enumerate(pairs):
            gap = self._heads(self._space(self._x[one[:, 0]]) - self._space(self._x[one[:, 1]]))[:, person]
            loss = loss + torch.nn.functional.softplus(-gap).mean()
        return loss

    @cached_property
    def space(self) -> Floats:
        """(n, d) unit rows of all items."""
        import torch

        with torch.no_grad():
            found = torch.nn.functional.normalize(self._space(self._x), dim=1).numpy()
        return np.asarray(found, dtype=np.float32)

    @cached_property
    def rewards(self) -> Doubles:
        """(n, people) what each item is worth to each person."""
        import torch

        with torch.no_grad():
            return np.asarray(self._heads(self._space(self._x)).numpy(), dtype=np.float64)


def learn_together(lesson: Lesson) -> Floats:
    """(n, people) rewards of all items."""
    if not lesson.preferences:
        raise lacking("preferences")
    made = Together(lesson.vectors, lesson.preferences, lesson.steps or STEPS)
    return np.asarray(made.rewards, dtype=np.float32)


METHOD = Learner(
    name="together",
    label="space and reward learned together",
    formula="P(A is preferred) = sigmoid(w · (V A − V B)), V shared by all people, one w for each",
    needs=("vectors", "preferences"),
    trained="V and all w at once, by 300 steps of AdamW on all preferences",
    learn=learn_together,
    preferring=True,
)
