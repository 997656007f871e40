"""Drawn scenes with their frozen features, and heads trained on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Floats
from explorer.base.progress import Progress
from explorer.base.settings import home
from explorer.encoders.base import Encoder
from explorer.encoders.relational import KIND, apply_relational
from explorer.features.relational import scenes as drawn
from explorer.features.relational.frozen import Features, kept_features
from explorer.features.relational.settings import RelationalSettings
from explorer.features.relational.train import train_head
from explorer.heads.fit import Fitted, training_folder
from explorer.heads.head import Head
from explorer.scenes import Scene


@dataclass(frozen=True)
class Material:
    """Scenes with their frozen features: those for training, and the (looks x relations) ones of the task."""

    train: list[Scene]
    learn: Features
    tested: list[Scene]
    asked: Features
    looks: int

    def through(self, weights: Mapping[str, Floats]) -> Floats:
        """(looks x relations, 384) the scenes of the task through the arrays of a relational head."""
        head = Head(kind=KIND, encoder="", fingerprint="", weights=weights)
        return apply_relational(head, self.asked.pooled, self.asked.patches)


def material(encoder: Encoder, scenes: int, looks: int, progress: Progress) -> Material:
    """Draw and encode, or read what an earlier call has kept for the same weights."""
    train = drawn.training_scenes(scenes)
    tested = [scene for look in drawn.task_scenes(looks) for scene in look]
    learn = _features(encoder, train, progress, "Scenes to learn from")
    return Material(train, learn, tested, _features(encoder, tested, progress, "Scenes of the task"), looks)


def _features(encoder: Encoder, scenes: list[Scene], progress: Progress, what: str) -> Features:
    folder = home() / "training" / "relational-scenes"
    path = folder / f"{encoder.fingerprint[:16] or 'none'}-{len(scenes)}-{what.split()[-1]}.npz"
    return kept_features(path, lambda: drawn.features_of_scenes(encoder, scenes, progress, what))


def fit_scenes(
    found: Material,
    text: Encoder,
    settings: RelationalSettings,
    name: str,
    progress: Progress,
    *,
    without: Sequence[str] = (),
) -> tuple[dict[str, Floats], Fitted]:
    """Train on the scenes, leaving out those of some relations; the fit is called `name`."""
    rows = np.array([row for row, scene in enumerate(found.train) if scene.relation not in without])
    lessons = drawn.scene_lessons(found.learn.of(rows), [found.train[row] for row in rows], text)
    return train_head(lessons, settings, training_folder(name), progress)
