"""The student: pocket's tower with the extra heads that only training needs."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.torch_device import has_bfloat16
from explorer.encoders.base import Encoder
from explorer.encoders.pocket_tower import build_tower, pixels
from recipes.photos import Photos
from recipes.pocket import losses
from recipes.pocket.batches import Batch
from recipes.pocket.captions import Captions
from recipes.pocket.scene_pool import ScenePool
from recipes.pocket.teacher import FEATURES, Teacher
from recipes.pocket.words import attribute_vectors, class_vectors

if TYPE_CHECKING:
    import torch

Network = Any
"""A torch module whose parts are reached by name (`tower`, `trunk`, `head`), which its type does not know."""
HARD_ATTRIBUTES = ("relation", "count", "shape")
WEIGHTS = {
    "features": 3.0,
    "logits": 1.5,
    "labels": 0.2,
    "conse": 0.5,
    "words": 0.4,
    "attributes": 0.25,
    "captions": 0.5,
    "texts": 0.3,
}


def build_student() -> Network:
    """A module with `tower` (the part that ships) and `feature_head` (trunk to the teacher's 1280 features)."""
    import torch

    student: Network = torch.nn.Module()
    student.tower = build_tower()
    student.feature_head = torch.nn.Linear(512, FEATURES)
    return student


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """Everything fixed that the losses compare with, as float32 tensors.

    classifier: the teacher's (1000, 1280) weights and (1000,) bias. mean, deviation: (1280,) of its features.
    words: (1000, d) of its classes. label_words: (classes, d) of the photos' own classes; labels: (photos,) which,
    -100 for a picture without one (torch's cross-entropy passes it over).
    attributes: per scene attribute the (values, phrasings, d) words and the (scenes,) values. captions: (scenes, d).
    texts: (t, d) what people say of pictures; text_owners: (t,) which of the pictures with captions each is of.
    """

    classifier: tuple["torch.Tensor", "torch.Tensor"]
    mean: "torch.Tensor"
    deviation: "torch.Tensor"
    words: "torch.Tensor"
    label_words: "torch.Tensor"
    labels: "torch.Tensor"
    attributes: dict[str, tuple["torch.Tensor", "torch.Tensor"]]
    captions: "torch.Tensor"
    texts: "torch.Tensor"
    text_owners: "torch.Tensor"

    def to(self, device: "torch.device | str") -> "Lesson":
        """The same on another device."""
        weights, bias = self.classifier
        flat = ("mean", "deviation", "words", "label_words", "labels", "captions", "texts", "text_owners")
        return replace(
            self,
            classifier=(weights.to(device), bias.to(device)),
            attributes={name: (words.to(device), rows.to(device)) for name, (words, rows) in self.attributes.items()},
            **{name: getattr(self, name).to(device) for name in flat},
        )


def build_lesson(
    photos: Photos,
    rows: Rows,
    *,
    features: Floats,
    pool: ScenePool,
    teacher: Teacher,
    text: Encoder,
    unlabelled: int = 0,
    captions: Captions | None = None,
) -> Lesson:
    """The lesson for the training photos `rows` and then so many pictures without a label.

    features: (n, 1280) the teacher's, of all of them as a whole, or of some drawn from them.
    """
    import torch

    names = photos.labels(rows)
    position = {name: i for i, name in enumerate(names)}
    weights, bias = teacher.classifier
    attributes = {}
    for name, (values, vectors) in attribute_vectors(text).items():
        known = {value: i for i, value in enumerate(values)}
        codes = torch.tensor([known[value] for value in pool.attributes[name]])
        attributes[name] = (torch.from_numpy(vectors), codes)
    return Lesson(
        classifier=(torch.from_numpy(weights), torch.from_numpy(bias)),
        mean=torch.from_numpy(features.mean(0)),
        deviation=torch.from_numpy(features.std(0) + 0.05),
        words=torch.from_numpy(class_vectors(text, teacher.labels)),
        label_words=torch.from_numpy(class_vectors(text, [name.lower() for name in names])),
        labels=torch.tensor([position.get(name, -100) for name in photos.label[rows].tolist()] + [-100] * unlabelled),
        attributes=attributes,
        captions=torch.from_numpy(unit_rows(pool.vectors)),
        texts=torch.empty(0, pool.vectors.shape[1]) if captions is None else torch.from_numpy(captions.vectors),
        text_owners=torch.empty(0, dtype=torch.int64) if captions is None else torch.from_numpy(captions.owners),
    )


def batch_losses(student: Network, batch: Batch, lesson: Lesson, rng: np.random.Generator) -> dict[str, "torch.Tensor"]:
    """The losses of a batch, by the names in WEIGHTS, on the lesson's device.

    The trunk runs in bfloat16 where the device does.
    """
    import torch
    from torch.nn.functional import normalize

    device, count = lesson.words.device, len(batch.photos)
    x, teacher = pixels(batch.images).to(device), torch.from_numpy(batch.features).to(device)
    with torch.autocast(device.type, torch.bfloat16, enabled=has_bfloat16(device.type)):
        pooled = student.tower.trunk(x)
        features = student.feature_head(pooled[:count]).float()
    vectors = normalize(student.tower.head(pooled.float()), dim=-1)
    return {
        **_photo_losses(features, vectors[:count], teacher, torch.from_numpy(batch.photos).to(device), lesson),
        **_scene_losses(vectors[count:], torch.from_numpy(batch.scenes).to(device), lesson, rng),
        "texts": _text_loss(vectors[: len(batch.captioned)], batch, lesson),
    }


def _text_loss(vectors: "torch.Tensor", batch: Batch, lesson: Lesson) -> "torch.Tensor":
    import torch

    if not len(batch.captioned):
        return vectors.new_zeros(())
    owned = torch.from_numpy(batch.captioned).to(vectors.device)[:, None] == lesson.text_owners[None]
    return losses.text_loss(vectors, lesson.texts, owned=owned, picked=torch.from_numpy(batch.captions))


def _photo_losses(
    features: "torch.Tensor", vectors: "torch.Tensor", teacher: "torch.Tensor", places: "torch.Tensor", lesson: Lesson
) -> dict[str, "torch.Tensor"]:
    import torch

    weights, bias = lesson.classifier
    logits = teacher @ weights.T + bias
    probabilities = torch.softmax(logits, -1)
    real = features * lesson.deviation + lesson.mean
    labels = torch.where(places < 0, -100, lesson.labels[places])
    return {
        "features": losses.feature_loss(features, teacher, lesson.mean, lesson.deviation),
        "logits": losses.logit_loss(real @ weights.T + bias, logits),
        "labels": losses.label_loss(vectors, lesson.label_words, labels),
        "conse": losses.conse_loss(vectors, lesson.words, probabilities),
        "words": losses.word_loss(vectors, lesson.words, probabilities),
    }


def _scene_losses(
    vectors: "torch.Tensor", rows: "torch.Tensor", lesson: Lesson, rng: np.random.Generator
) -> dict[str, "torch.Tensor"]:
    from torch.nn.functional import normalize

    total = vectors.new_zeros(())
    for name, (phrasings, values) in lesson.attributes.items():
        one = phrasings[:, int(rng.integers(phrasings.shape[1]))]
        words = one if rng.random() < 0.5 else normalize(phrasings.mean(1), dim=-1)
        weight = 2.0 if name in HARD_ATTRIBUTES else 1.0
        total = total + weight * losses.attribute_loss(vectors, words, values[rows])
    return {"attributes": total, "captions": losses.caption_loss(vectors, lesson.captions[rows])}
