"""A head that learns groups: multi-similarity loss with its mining, from pytorch-metric-learning."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.base.settings import check_name
from explorer.encoders import Encoder, load_encoder
from explorer.encoders.registry import canonical
from explorer.encoders.tuned import apply_head
from explorer.features.judgments.learning.judged import head_module, head_weights
from explorer.features.judgments.learning.ms_loss import ALPHA, BASE, BETA, EPSILON, recall_at_1
from explorer.features.judgments.learning.tuning import check_head_name
from explorer.features.judgments.service import judgment_store, workspace_ids
from explorer.features.judgments.tags import kept_tags, tags_of
from explorer.heads.fit import FitSettings, fit, training_folder
from explorer.heads.head import Head, heads_root
from explorer.heads.store import write_head
from explorer.workspace.folder import Workspace

MOST_ITEMS = 4_000


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Grouped:
    """A head and its recall: R@1 before and after on `items` items of groups that it never saw."""

    head: Head
    before: float
    after: float
    items: int
    groups: int
    groups_out: int


def groups_of(workspace: Workspace, name: str) -> NDArray[np.object_]:
    """(n,) group of each item, "" for none: values of a column, or with "tags:<campaign>" the best rated tag."""
    if not name.startswith("tags:"):
        values = workspace.dataset().column(name)
        return np.where(values.isna(), "", values.astype(str)).astype(object)
    found = tags_of(judgment_store(workspace).answers(name.removeprefix("tags:"), "tags"))
    best = {item: kept[0].text for item, tags in found.items() if (kept := kept_tags(tags))}
    return np.array([best.get(item, "") for item in workspace_ids(workspace)], dtype=object)


def learn_groups(
    vectors: NDArray[Any], labels: NDArray[Any], head: Head, settings: GroupSettings, name: str, progress: Progress
) -> Grouped:
    """Fit a linear head on (n, d) unit vectors so that items of a group in (n,) `labels` come together.

    Half of the groups are never learned from: R@1 is measured among their items. A third of the others say when
    to stop.
    Raises InputError when fewer than four groups have two items.
    """
    rng = np.random.default_rng(settings.seed)
    usable = [v for v, count in zip(*np.unique(labels[labels != ""], return_counts=True), strict=True) if count > 1]
    if len(usable) < 4:
        raise InputError(f"Learning groups needs at least four groups of two or more items, got {len(usable)}.")
    order = rng.permutation(np.array(usable, dtype=object))
    out = max(1, round(settings.groups_out * len(order)))
    held, kept = order[:out], order[out:]
    watched = kept[: max(1, len(kept) // 3)] if len(kept) > 3 else kept
    training = kept[len(watched) :] if len(kept) > 3 else kept
    rows = {part: _rows(labels, values, rng) for part, values in (("train", training), ("watch", watched))}
    weights = _fit(vectors, labels, rows["train"], rows["watch"], settings, name, progress)
    made = Head("projection", head.encoder, head.fingerprint, weights, {"settings": asdict(settings)})
    test = _rows(labels, held, rng)
    before, after = (recall_at_1(v[test], labels[test]) for v in (np.asarray(vectors), apply_head(made, vectors)))
    return Grouped(made, before, after, len(test), len(order), out)


def tune_groups(
    workspace: Workspace,
    column: str,
    spec: str,
    name: str,
    settings: GroupSettings,
    progress: Progress,
    encoder: Encoder | None = None,
) -> str:
    """Learn the groups of a column (or of tags), keep the head under `name`, prepare the workspace with it."""
    from explorer.workspace.preparing import prepare

    check_head_name(name)
    embeddings = workspace.embeddings(canonical(spec))
    labels = groups_of(workspace, column)
    labels[~embeddings.present] = ""
    base = encoder or load_encoder(canonical(spec))
    vectors = np.asarray(embeddings.vectors, dtype=np.float32)
    found = learn_groups(vectors, labels, Head("", base.spec, base.fingerprint, {}), settings, name, progress)
    numbers = {"before": found.before, "after": found.after, "items": found.items, "groups_out": found.groups_out}
    card = {**found.head.card, "made_from": "groups", "workspace": workspace.name, "column": column, **numbers}
    head = Head("projection", base.spec, base.fingerprint, found.head.weights, card)
    said = (
        f"tuned:{name}: nearest neighbour of the same {column} in {found.before:.3f} before, {found.after:.3f} after, "
        f"among {found.items:,} items of {found.groups_out} groups that it never saw."
    )
    write_head(heads_root() / check_name(name), head, f"# tuned:{name}\n\n{said}\n")
    return f"{said}\n{prepare(workspace, f'tuned:{name}', progress=progress)}"


def _rows(labels: NDArray[Any], groups: NDArray[Any], rng: np.random.Generator) -> Rows:
    rows = np.flatnonzero(np.isin(labels, groups))
    return np.sort(rng.permutation(rows)[:MOST_ITEMS])


def _fit(
    vectors: NDArray[Any],
    labels: NDArray[Any],
    train: Rows,
    watch: Rows,
    settings: GroupSettings,
    name: str,
    progress: Progress,
) -> dict[str, Floats]:
    import torch

    torch.manual_seed(settings.seed)
    module = head_module("projection", vectors.shape[1], 0)
    inputs = torch.as_tensor(np.asarray(vectors[train], dtype=np.float32))
    codes = np.unique(labels[train], return_inverse=True)[1]
    plan = FitSettings(
        settings.steps, settings.rate, settings.weight_decay, settings.every, settings.patience, settings.seed
    )
    score = partial(_score, module, vectors[watch], labels[watch])
    loss = partial(group_loss(), module, inputs, codes, settings)
    key = f"{settings} {vectors.shape} {len(train)}"
    fit(module, loss, score, training_folder(name), plan, progress, key)
    return head_weights(module, "projection")


def group_loss() -> Callable[..., Any]:
    """The loss of a step: pytorch-metric-learning's, with the official parameters α 2, β 40, λ 0.5, ε 0.1."""
    from pytorch_metric_learning.losses import MultiSimilarityLoss
    from pytorch_metric_learning.miners import MultiSimilarityMiner

    loss, miner = MultiSimilarityLoss(alpha=ALPHA, beta=BETA, base=BASE), MultiSimilarityMiner(epsilon=EPSILON)

    def step(module: Any, inputs: Any, codes: Rows, settings: GroupSettings, rng: np.random.Generator) -> Any:
        import torch

        rows = balanced_batch(codes, settings, rng)
        found = module(inputs[torch.as_tensor(rows)])
        labels = torch.as_tensor(codes[rows])
        return loss(found, labels, miner(found, labels))

    return step


def balanced_batch(codes: Rows, settings: GroupSettings, rng: np.random.Generator) -> Rows:
    """Rows of a batch: up to `per_group` items each of random groups."""
    groups = rng.permutation(np.unique(codes))[: max(2, settings.batch // settings.per_group)]
    return np.concatenate([rng.permutation(np.flatnonzero(codes == g))[: settings.per_group] for g in groups])


def _score(module: Any, vectors: NDArray[Any], labels: NDArray[Any]) -> float:
    return recall_at_1(apply_head(Head("projection", "", "", head_weights(module, "projection")), vectors), labels)
