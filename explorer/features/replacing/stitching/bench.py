"""One cell of the stitching lab: a layer of A into a layer of B, with every number that belongs beside the accuracy."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Doubles, Floats, Rows, Vectors, check_choice
from explorer.base.errors import InputError
from explorer.base.progress import Progress, Silent
from explorer.base.torch_device import one_thread
from explorer.features.compare.contract import linear_cka, procrustes_distance, pwcca_distance
from explorer.features.replacing.contract import methods_of
from explorer.features.replacing.stitching.affine import Affine, channel_rows, relative_distance, resize
from explorer.features.replacing.stitching.detector import LEAST_AUROC, Detector, DetectorSettings, train_detector
from explorer.features.replacing.stitching.method import Layered, Seam, StitchMethod, TaskMatching, logits_of

INDEX_ITEMS, INDEX_ROWS = 1000, 20_000
LEAST_TRAIN, LEAST_TEST = 60, 20


@dataclass(frozen=True)
class Task:
    """Inputs (n, ...) that both networks take, (n,) class numbers, names of the classes, and the two halves."""

    inputs: NDArray[Any]
    labels: Rows
    classes: tuple[str, ...]
    train: Rows
    test: Rows


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What one stitch gives on the held-out items.

    method: its name. accuracy: of the stitched network; whole: of B as it is; chance: of the commonest class.
    distance: ||T(X) - Y||^2 / ||Y||^2. out: share of stitched activations that the energy detector calls out of
    distribution; genuine_out: the same share of B's own activations; auroc: how well the detector tells the latter from
    made-up ones, without which the shares mean nothing (see `tells`). cka, pwcca, procrustes: of the source layer and
    the target layer, before any stitch (pwcca and procrustes are distances); stitched_cka: after it.
    agreement: share of held-out items where the stitched network answers as B does.
    """

    source: str
    target: str
    method: str
    accuracy: float
    whole: float
    chance: float
    distance: float
    out: float
    genuine_out: float
    auroc: float
    cka: float
    pwcca: float
    procrustes: float
    stitched_cka: float
    agreement: float
    items: int

    @property
    def tells(self) -> bool:
        """Whether the shares that are called out of distribution may be shown."""
        return self.auroc >= LEAST_AUROC

    @property
    def foreign(self) -> str:
        """The share of stitched activations that are called out of distribution, or that it is unknown."""
        return f"{self.out:.0%} out of distribution" if self.tells else "out of distribution: unknown"

    @property
    def detector(self) -> str:
        """A sentence on what the shares stand on."""
        if self.tells:
            return (
                f"Foreign: out of distribution by a detector that tells held-out genuine activations from made-up ones "
                f"with an AUROC of {self.auroc:.2f} (0.5: not at all, 1: always)."
            )
        return (
            f"How many activations are foreign is not shown: the detector tells held-out genuine activations from "
            f"made-up ones with an AUROC of {self.auroc:.2f} only, where 0.5 is chance and {LEAST_AUROC} is asked for."
        )


@dataclass
class Bench:
    """Two networks and a task; activations and detectors are made once for all cells."""

    a: Layered
    b: Layered
    task: Task
    matching: TaskMatching = field(default_factory=TaskMatching)
    detecting: DetectorSettings = field(default_factory=DetectorSettings)

    def __post_init__(self) -> None:
        check_task(self.task)
        self._made: dict[tuple[str, str], Floats] = {}
        self._detectors: dict[str, Detector] = {}

    @one_thread()
    def cell(self, source: str, target: str, method: str, progress: Progress | None = None) -> Cell:
        """Fit one stitch and measure it. InputError for a layer or a method that does not exist."""
        check_choice(source, self.a.layers, f"layer of {self.a.name}")
        check_choice(target, self.b.layers, f"layer of {self.b.name}")
        methods = methods_of(StitchMethod)
        check_choice(method, methods, "method")
        y = self._activations(self.b, target)
        x = fitted_to(self._activations(self.a, source), y)
        stitch = methods[method].fit(self._seam(x, y, target, progress or Silent()))
        likeness = self._likeness(x, y, stitch, target)
        return Cell(source=source, target=target, method=method, items=len(self.task.test), **likeness)

    def _seam(self, x: Floats, y: Floats, target: str, progress: Progress) -> Seam:
        return Seam(
            source=x,
            target=y,
            labels=self.task.labels,
            train=self.task.train,
            end=lambda z: self.b.end(z, target),
            matching=self.matching,
            progress=progress,
        )

    def _likeness(self, x: Floats, y: Floats, stitch: Affine, target: str) -> dict[str, float]:
        """The numbers of a cell, on the held-out items."""
        test, labels = self.task.test, self.task.labels[self.task.test]
        stitched = stitch(x[test]).astype(np.float32)
        answers, own = (logits_of(z, lambda t: self.b.end(t, target)).argmax(1) for z in (stitched, y[test]))
        detector = self._detector(target)
        left, right, moved = index_rows(x[test], y[test], stitched)
        return {
            "accuracy": float((answers == labels).mean()),
            "whole": float((own == labels).mean()),
            "chance": float(np.bincount(labels).max() / len(labels)),
            "distance": relative_distance(stitched, y[test]),
            "out": detector.share_out(stitched),
            "genuine_out": detector.share_out(y[test]),
            "auroc": detector.auroc,
            "cka": linear_cka(left, right),
            "pwcca": pwcca_distance(left, right),
            "procrustes": procrustes_distance(left, right),
            "stitched_cka": _cka(moved, right),
            "agreement": float((answers == own).mean()),
        }

    def _activations(self, net: Layered, layer: str) -> Floats:
        side = ("a" if net is self.a else "b", layer)
        if side not in self._made:
            self._made[side] = net.front(self.task.inputs, layer)
        return self._made[side]

    def _detector(self, target: str) -> Detector:
        if target not in self._detectors:
            y, train = self._activations(self.b, target), self.task.train
            classes = len(self.task.classes)
            self._detectors[target] = train_detector(y[train], self.task.labels[train], classes, self.detecting)
        return self._detectors[target]


def run_cells(bench: Bench, wanted: Sequence[tuple[str, str, str]], progress: Progress) -> list[Cell]:
    """Cells (source, target, method), one after the other."""
    progress.start("stitching", len(wanted))
    found = []
    for done, (source, target, method) in enumerate(wanted):
        found.append(bench.cell(source, target, method))
        progress.advance(done + 1)
    progress.finish()
    return found


def fitted_to(x: Floats, y: Floats) -> Floats:
    """Activations x brought to the positions of y, bilinearly.

    A transformer's (n, c, 1 + p, 1) holds a class token and a square of patches: the patches are resized as a picture,
    the class token goes along, and a model without one gets the mean of its positions in its place.
    """
    if x.shape[2:] == y.shape[2:]:
        return x
    picture, token = _picture(x)
    side = _patch_side(y)
    if not side:
        return np.ascontiguousarray(resize(picture, *y.shape[2:]))
    patches = resize(picture, side, side).reshape(*x.shape[:2], side * side, 1)
    return np.ascontiguousarray(np.concatenate([token, patches], axis=2))


def _patch_side(x: Floats) -> int:
    """Side of the square of patches of (n, c, 1 + p, 1) tokens; 0 for maps."""
    side = round(float(np.sqrt(max(x.shape[2] - 1, 0))))
    return side if x.shape[3] == 1 and side * side == x.shape[2] - 1 else 0


def _picture(x: Floats) -> tuple[Floats, Floats]:
    """(n, c, h, w) positions as a picture, and (n, c, 1, 1) the class token or what stands for it."""
    side = _patch_side(x)
    if not side:
        return x, x.mean((2, 3), keepdims=True)
    return x[:, :, 1:].reshape(*x.shape[:2], side, side), x[:, :, :1]


def check_task(task: Task) -> None:
    """Raise InputError for too few items or classes."""
    if len(task.classes) < 2:
        raise InputError("Stitching needs a task: labels with at least 2 classes. Choose another column.")
    for rows, least, what in ((task.train, LEAST_TRAIN, "to fit on"), (task.test, LEAST_TEST, "to test on")):
        if len(rows) < least:
            raise InputError(f"Stitching needs at least {least} labelled items {what}; got {len(rows)}.")


def index_rows(*sides: Vectors) -> list[Doubles]:
    """The rows that CKA, PWCCA and Procrustes are computed from: positions of up to 1,000 items, channels as features.

    Where that is more than 20,000 rows, every k-th of them.
    """
    rows = [channel_rows(side[:INDEX_ITEMS]) for side in sides]
    step = -(-len(rows[0]) // INDEX_ROWS)
    return [side[::step] for side in rows]


def _cka(x: Vectors, y: Vectors) -> float:
    """NaN where a stitch made one and the same vector of everything."""
    return linear_cka(x, y) if np.ptp(x, axis=0).any() else float("nan")
