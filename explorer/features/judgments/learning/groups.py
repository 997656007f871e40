"""A head that learns groups: multi-similarity loss with its mining, from pytorch-metric-learning."""

from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.base.sampling import at_most
from explorer.encoders.tuned import apply_head
from explorer.features.judgments.learning.method import Learner, Lesson, lacking
from explorer.heads.batches import balanced_batch
from explorer.heads.fit import FitSettings, fit, training_folder
from explorer.heads.head import Head
from explorer.heads.linear import LINEAR
from explorer.heads.ms_loss import recall_at_1, trained_ms_loss

if TYPE_CHECKING:
    import torch

MOST_ITEMS, LEAST_GROUPS = 4_000, 4
Labels = NDArray[np.object_]


@dataclass(frozen=True, kw_only=True)
class GroupSettings:
    """Batches of `per_group` items of `batch` / `per_group` groups; a share of the groups is held out whole."""

    batch: int = 80
    per_group: int = 5
    steps: int = 600
    every: int = 20
    patience: int = 10
    rate: float = 3e-4
    weight_decay: float = 0.1
    groups_out: float = 0.5
    seed: int = 0

    @property
    def groups(self) -> int:
        """How many groups a batch has."""
        return max(2, self.batch // self.per_group)


@dataclass(frozen=True, kw_only=True)
class Grouped:
    """A head and its recall: R@1 before and after on `items` items of groups that it never saw."""

    head: Head
    before: float
    after: float
    items: int
    groups: int
    groups_out: int


def learn_groups(
    vectors: Floats, labels: Labels, base: Head, settings: GroupSettings, *, name: str, progress: Progress
) -> Grouped:
    """Fit a linear head on (n, d) unit vectors so that items of a group in (n,) `labels` come together.

    Half of the groups are never learned from: R@1 is measured among their items. A third of the others say when to
    stop. base: encoder and fingerprint are taken from it. name: of the folder that keeps the curve.
    Raises InputError when fewer than four groups have two items.
    """
    rng = np.random.default_rng(settings.seed)
    order = rng.permutation(np.array(_usable(labels), dtype=object))
    out = max(1, round(settings.groups_out * len(order)))
    held, kept = order[:out], order[out:]
    watched = kept[: max(1, len(kept) // 3)] if len(kept) > 3 else kept
    training = kept[len(watched) :] if len(kept) > 3 else kept
    fitting = _Fitting(vectors, labels, settings, name, progress)
    weights = fitting.weights(_rows(labels, training, rng), _rows(labels, watched, rng))
    made = Head(
        kind=LINEAR.kind,
        encoder=base.encoder,
        fingerprint=base.fingerprint,
        weights=weights,
        card={"settings": asdict(settings)},
    )
    test = _rows(labels, held, rng)
    before, after = (recall_at_1(v[test], labels[test]) for v in (np.asarray(vectors), apply_head(made, vectors)))
    return Grouped(head=made, before=before, after=after, items=len(test), groups=len(order), groups_out=out)


def learn_all_groups(lesson: Lesson) -> Floats:
    """(n, d) unit rows: the lesson's vectors after a change that was fitted to all of its groups."""
    labels = lesson.groups
    if labels is None:
        raise lacking("groups")
    settings = GroupSettings(seed=lesson.seed, steps=lesson.steps or GroupSettings.steps)
    rows = _rows(labels, np.array(_usable(labels), dtype=object), np.random.default_rng(lesson.seed))
    fitting = _Fitting(lesson.vectors, labels, settings, lesson.name, lesson.progress)
    return apply_head(LINEAR.head(fitting.weights(rows, rows)), lesson.vectors)


def _usable(labels: Labels) -> list[str]:
    """The groups that have two items or more; InputError when they are too few."""
    counted = zip(*np.unique(labels[labels != ""], return_counts=True), strict=True)
    usable = [value for value, count in counted if count > 1]
    if len(usable) < LEAST_GROUPS:
        raise InputError(f"Learning groups needs at least four groups of two or more items, got {len(usable)}.")
    return usable


def _rows(labels: Labels, groups: Labels, rng: np.random.Generator) -> Rows:
    return at_most(np.flatnonzero(np.isin(labels, groups)), MOST_ITEMS, rng)


@dataclass(frozen=True)
class _Fitting:
    vectors: Floats
    labels: Labels
    settings: GroupSettings
    name: str
    progress: Progress

    def weights(self, train: Rows, watch: Rows) -> dict[str, Floats]:
        """Weights of a linear head fitted to the items in `train`, which does best on those in `watch`."""
        import torch

        settings = self.settings
        torch.manual_seed(settings.seed)
        module = LINEAR.module(self.vectors.shape[1], 0)
        inputs = torch.as_tensor(np.asarray(self.vectors[train], dtype=np.float32))
        codes = np.unique(self.labels[train], return_inverse=True)[1]
        fit(
            module,
            partial(group_loss, module, inputs, codes, settings),
            partial(self._recall, module, watch),
            training_folder(self.name),
            _plan(settings),
            progress=self.progress,
            key=f"{settings} {self.vectors.shape} {len(train)}",
        )
        return LINEAR.weights(module)

    def _recall(self, module: "torch.nn.Module", watch: Rows) -> float:
        return recall_at_1(apply_head(LINEAR.head_of(module), self.vectors[watch]), self.labels[watch])


def _plan(settings: GroupSettings) -> FitSettings:
    return FitSettings(
        steps=settings.steps,
        rate=settings.rate,
        weight_decay=settings.weight_decay,
        every=settings.every,
        patience=settings.patience,
        seed=settings.seed,
    )


def group_loss(
    module: "torch.nn.Module",
    inputs: "torch.Tensor",
    codes: Rows,
    settings: GroupSettings,
    rng: np.random.Generator,
) -> "torch.Tensor":
    """The loss of a step: a batch drawn from the (n, d) `inputs` of the (n,) groups `codes`, through `module`."""
    import torch

    rows = balanced_batch(codes, settings.groups, settings.per_group, rng)
    return trained_ms_loss()(module(inputs[torch.as_tensor(rows)]), torch.as_tensor(codes[rows]))


METHOD = Learner(
    name="groups",
    label="Learn groups",
    formula="log[1 + Σ e^(−α (s − λ))] / α over its own group + log[1 + Σ e^(β (s − λ))] / β over the others",
    source="multi-similarity loss (Wang et al. 2019), from pytorch-metric-learning",
    needs=("vectors", "groups"),
    baseline="as-is",
    trained="one matrix, by the loss on mined pairs of balanced batches; other groups say when to stop",
    learn=learn_all_groups,
    change=LINEAR,
)
