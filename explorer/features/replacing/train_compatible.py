"""Versions of a head, each fine-tuned from the one before on more classes: plain, or kept compatible.

Source: stationary representations (IAM-CL2R): fixed d-simplex classifier with a higher-order contrastive (HOC) loss,
rehearsal of 20 items a class. The plain baseline has a classifier that is learned with the head, and no HOC loss.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.base.torch_device import one_thread
from explorer.features.replacing.compatibility import Compatibility, compatibility_matrix
from explorer.features.replacing.simplex import corner_of, simplex

if TYPE_CHECKING:
    import torch

METHODS = ("plain", "simplex")
LEAST_CLASSES, LEAST_ITEMS = 4, 8


@dataclass(frozen=True)
class CompatSettings:
    """corners: classes that the fixed classifier has room for, so the head gives corners - 1 numbers.

    share: of the cross-entropy in the loss from the second version on; the HOC loss has the rest. sharp: its factor mu.
    scale: the logits are this times the cosines to the corners.
    """

    versions: int = 4
    corners: int = 128
    hidden: int = 256
    share: float = 0.1
    sharp: float = 10.0
    scale: float = 16.0
    rehearsal: int = 20
    epochs: int = 25
    rate: float = 1e-3
    batch: int = 128
    seed: int = 0


@dataclass(frozen=True)
class Upgrades:
    """Versions of a head trained two ways on the same items in the same order.

    classes_seen: (m,) how many classes each version was trained on. plain, simplex: their compatibility.
    gallery, queries: how many items; classes: all classes, also those that the first versions never saw.
    """

    plain: Compatibility
    simplex: Compatibility
    classes_seen: tuple[int, ...]
    classes: int
    gallery: int
    queries: int


def hoc_loss(new: "torch.Tensor", old: "torch.Tensor", labels: "torch.Tensor", sharp: float = 10.0) -> "torch.Tensor":
    """Higher-order contrastive loss of (n, d) new and old vectors of the same items with (n,) class numbers.

    mean_i[-mu <new_i, old_i> + logsumexp_j(mu <old_i, new_j> 1[y_i != y_j])], rows of unit length: pairs of one class
    (an item with itself too) stand in the sum with exponent 0, they are not left out.
    """
    import torch

    new, old = (torch.nn.functional.normalize(side, dim=1) for side in (new, old))
    products = sharp * old @ new.T
    others = (labels[:, None] != labels[None, :]).to(products)
    loss: torch.Tensor = (-products.diagonal() + (products * others).logsumexp(1)).mean()
    return loss


@one_thread()
def train_upgrades(
    x: Floats, labels: Rows, classes: int, train: Rows, test: Rows, settings: CompatSettings, progress: Progress
) -> Upgrades:
    """Train both kinds of versions on (n, d) frozen vectors; the rows `test` are queries, the rows `train` the gallery.

    Raises InputError for fewer than 4 classes, more classes than corners, or fewer than 2 versions.
    """
    _check(labels, classes, train, settings)
    groups = np.array_split(np.random.default_rng(settings.seed).permutation(classes), settings.versions)
    progress.start("training versions of two heads", len(METHODS) * settings.versions)
    made = {}
    for place, method in enumerate(METHODS):
        heads: list[Any] = []
        for version in range(settings.versions):
            rows = _rows_of_version(labels, train, groups, version, settings)
            heads.append(_version(method, x[rows], labels[rows], heads[-1] if heads else None, settings))
            progress.advance(place * settings.versions + version + 1)
        sides = [[_vectors(head, x[rows]) for head in heads] for rows in (train, test)]
        made[method] = compatibility_matrix(sides[0], sides[1], labels[train], labels[test])
    progress.finish()
    seen = tuple(int(count) for count in np.cumsum([len(group) for group in groups]))
    return Upgrades(made["plain"], made["simplex"], seen, classes, len(train), len(test))


def _check(labels: Rows, classes: int, train: Rows, settings: CompatSettings) -> None:
    if classes < LEAST_CLASSES:
        raise InputError(f"Versions of a head need labels with at least {LEAST_CLASSES} classes; got {classes}.")
    if classes > settings.corners:
        raise InputError(f"The fixed classifier has room for {settings.corners} classes; got {classes}.")
    if not 2 <= settings.versions <= classes // 2:
        raise InputError(f"Versions: expected 2 to {classes // 2} for {classes} classes, got {settings.versions}.")
    fewest = int(np.bincount(labels[train], minlength=classes).min())
    if fewest < LEAST_ITEMS:
        raise InputError(
            f"Versions of a head need at least {LEAST_ITEMS} items of every class to train on; one has {fewest}."
        )


def _rows_of_version(labels: Rows, train: Rows, groups: Any, version: int, settings: CompatSettings) -> Rows:
    """All items of the version's new classes, and a few of each class seen before."""
    rows = [train[np.isin(labels[train], groups[version])]]
    for one in np.concatenate([*groups[:version], np.empty(0, dtype=np.int64)]):
        rows.append(train[labels[train] == one][: settings.rehearsal])
    return np.concatenate(rows)


def _version(method: str, x: Floats, labels: Rows, before: Any, settings: CompatSettings) -> Any:
    """A head, and its classifier, that goes on from the version before; both methods start from the same weights."""
    import torch

    torch.manual_seed(settings.seed)
    width = settings.corners - 1
    layers = torch.nn.Linear(x.shape[1], settings.hidden), torch.nn.ReLU(), torch.nn.Linear(settings.hidden, width)
    head = torch.nn.ModuleDict({"body": torch.nn.Sequential(*layers)})
    head["last"] = torch.nn.Linear(width, settings.corners, bias=False)
    if before is not None:
        head.load_state_dict(before.state_dict())
    if method == "simplex":
        head["last"].weight.data = torch.from_numpy(simplex(settings.corners)).float()
        head["last"].requires_grad_(False)
    _fit(head, method, x, labels, before, settings)
    return head.eval().requires_grad_(False)


def _fit(head: Any, method: str, x: Floats, labels: Rows, before: Any, settings: CompatSettings) -> None:
    import torch

    parameters = [one for one in head.parameters() if one.requires_grad]
    optimizer = torch.optim.Adam(parameters, lr=settings.rate)
    rng = np.random.default_rng(settings.seed)
    inputs, corners = torch.from_numpy(x), torch.from_numpy(corner_of(labels, settings.corners))
    old = None if before is None else before["body"](inputs).detach()
    for _ in range(settings.epochs):
        order: Any = torch.from_numpy(rng.permutation(len(x)))
        for rows in order.split(settings.batch):
            found = head["body"](inputs[rows])
            loss: Any = torch.nn.functional.cross_entropy(_logits(head, found, method, settings), corners[rows])
            if method == "simplex" and old is not None:
                hoc = hoc_loss(found, old[rows], corners[rows], settings.sharp)
                loss = settings.share * loss + (1 - settings.share) * hoc
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def _logits(head: Any, found: Any, method: str, settings: CompatSettings) -> Any:
    import torch

    if method == "plain":
        return head["last"](found)
    return settings.scale * head["last"](torch.nn.functional.normalize(found, dim=1))


def _vectors(head: Any, x: Floats) -> Floats:
    import torch

    with torch.inference_mode():
        found: Floats = head["body"](torch.from_numpy(x)).numpy()
    return found
