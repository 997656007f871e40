"""Versions of a head, each fine-tuned from the one before on more classes, by every method.

Source: stationary representations (IAM-CL2R), with rehearsal of 20 items a class.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.base.torch_device import one_thread
from explorer.features.replacing.compatibility.matrix import Compatibility, compatibility_matrix
from explorer.features.replacing.compatibility.method import CompatSettings, UpgradeMethod, VersionBatch
from explorer.features.replacing.compatibility.simplex import corner_of
from explorer.features.replacing.contract import methods_of
from explorer.heads.fit import shuffled, train_epochs

if TYPE_CHECKING:
    import torch

LEAST_CLASSES, LEAST_ITEMS = 4, 8


@dataclass(frozen=True)
class Upgrades:
    """Versions of a head trained by every method on the same items in the same order.

    ways: compatibility by name of the method. classes_seen: (m,) how many classes each version was trained on.
    gallery, queries: how many items; classes: all classes, also those that the first versions never saw.
    """

    ways: dict[str, Compatibility]
    classes_seen: tuple[int, ...]
    classes: int
    gallery: int
    queries: int


@one_thread()
def train_upgrades(
    x: Floats, labels: Rows, train: Rows, test: Rows, *, classes: int, settings: CompatSettings, progress: Progress
) -> Upgrades:
    """Train versions on (n, d) frozen vectors; the rows `test` are queries, the rows `train` the gallery.

    Raises InputError for fewer than 4 classes, more classes than corners, or fewer than 2 versions.
    """
    _check(labels, classes, train, settings)
    groups = np.array_split(np.random.default_rng(settings.seed).permutation(classes), settings.versions)
    methods = methods_of(UpgradeMethod)
    progress.start("training versions of heads", len(methods) * settings.versions)
    ways: dict[str, Compatibility] = {}
    for place, (name, method) in enumerate(methods.items()):
        heads: list[torch.nn.ModuleDict] = []
        for version in range(settings.versions):
            rows = _rows_of_version(labels, train, groups, version, settings.rehearsal)
            heads.append(_version(method, x[rows], labels[rows], heads[-1] if heads else None, settings))
            progress.advance(place * settings.versions + version + 1)
        sides = [[_vectors(head, x[rows]) for head in heads] for rows in (train, test)]
        ways[name] = compatibility_matrix(sides[0], sides[1], labels[train], labels[test])
    progress.finish()
    seen = tuple(int(count) for count in np.cumsum([len(group) for group in groups]))
    return Upgrades(ways, seen, classes, len(train), len(test))


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


def _rows_of_version(labels: Rows, train: Rows, groups: Sequence[Rows], version: int, rehearsal: int) -> Rows:
    """All items of the version's new classes, and a few of each class seen before."""
    rows = [train[np.isin(labels[train], groups[version])]]
    for one in np.concatenate([*groups[:version], np.empty(0, dtype=np.int64)]):
        rows.append(train[labels[train] == one][:rehearsal])
    return np.concatenate(rows)


def _version(
    method: UpgradeMethod, x: Floats, labels: Rows, before: "torch.nn.ModuleDict | None", settings: CompatSettings
) -> "torch.nn.ModuleDict":
    """A head, and its classifier, that goes on from the version before; all methods start from the same weights."""
    import torch

    torch.manual_seed(settings.seed)
    width = settings.corners - 1
    layers = torch.nn.Linear(x.shape[1], settings.hidden), torch.nn.ReLU(), torch.nn.Linear(settings.hidden, width)
    head = torch.nn.ModuleDict({"body": torch.nn.Sequential(*layers)})
    head["last"] = classifier = torch.nn.Linear(width, settings.corners, bias=False)
    if before is not None:
        head.load_state_dict(before.state_dict())
    method.settle(classifier, settings)
    inputs, corners = torch.from_numpy(x), torch.from_numpy(corner_of(labels, settings.corners))
    old = None if before is None else before["body"](inputs).detach()

    def loss(rows: Rows) -> torch.Tensor:
        batch = VersionBatch(head["body"](inputs[rows]), corners[rows], None if old is None else old[rows])
        return method.loss(classifier, batch, settings)

    parameters = [one for one in head.parameters() if one.requires_grad]
    optimizer, rng = torch.optim.Adam(parameters, lr=settings.rate), np.random.default_rng(settings.seed)
    train_epochs(optimizer, lambda: shuffled(len(x), settings.batch, rng), loss, settings.epochs)
    return head.eval().requires_grad_(False)


def _vectors(head: "torch.nn.ModuleDict", x: Floats) -> Floats:
    import torch

    with torch.inference_mode():
        found: Floats = head["body"](torch.from_numpy(x)).numpy()
    return found
