"""The last layer, fitted again with the trunk frozen, so that words without any photo get their place as well.

The student only saw photos of some hundred classes. The teacher's classifier knows a thousand: for each of its classes
a pseudo-feature (mean of the photos' features, plus their covariance times the class's weights, plus noise) says how a
photo of it would look to the teacher; a ridge map carries it into the student's space.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator

from explorer.base.arrays import Floats, Rows
from recipes.pocket import losses
from recipes.pocket.captions import draw_captions
from recipes.pocket.student import HARD_ATTRIBUTES, Lesson

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, kw_only=True)
class HeadSettings:
    """strength: how many deviations a pseudo-feature lies from the mean along its class's direction.

    noise: share of the photos' covariance added to it. pseudo, labels, scenes, texts: weights of the parts.
    joint: share of the layer as trained with the trunk; the mean of both keeps what each is good at (WiSE-FT,
    Wortsman et al. 2022).
    """

    strength: float = 8.0
    noise: float = 0.7
    ridge: float = 0.03
    pseudo: float = 1.0
    labels: float = 0.3
    scenes: float = 0.25
    texts: float = 0.3
    joint: float = 0.5
    steps: int = 1500
    rate: float = 1e-3
    batch: int = 256


@dataclass(frozen=True)
class PseudoPhotos:
    """Made-up teacher features of classes without photos.

    centres: (classes, c) where a class's photos are expected. spread: (n, c) deviations of real photos from their mean.
    """

    centres: Floats
    spread: Floats

    def draw(self, classes: Rows, noise: float, rng: np.random.Generator) -> Floats:
        """(b, c) one feature for each of the (b,) `classes`."""
        rows = rng.integers(0, len(self.spread), len(classes))
        made: Floats = self.centres[classes] + noise * self.spread[rows]
        return made


def pseudo_photos(features: Floats, classifier: Floats, strength: float) -> PseudoPhotos:
    """From (n, c) photo features and (classes, c) classifier weights: mean plus `strength` deviations along C w."""
    mean = features.mean(0)
    spread = features - mean
    pulled = classifier @ (spread.T @ spread / len(spread))
    pulled /= np.sqrt((pulled * classifier).sum(1, keepdims=True))
    return PseudoPhotos((mean + strength * pulled).astype(np.float32), spread)


def ridge_map(inputs: Floats, outputs: Floats, strength: float) -> tuple[Floats, Floats, Floats]:
    """((c, d) weights, (d,) offset, (n, d) residuals) of the ridge regression of outputs (n, d) on inputs (n, c)."""
    mean_in, mean_out = inputs.mean(0), outputs.mean(0)
    centred = inputs - mean_in
    gram = centred.T @ centred
    gram[np.diag_indices(len(gram))] += strength * np.trace(gram) / len(gram)
    weights = np.linalg.solve(gram, centred.T @ (outputs - mean_out)).astype(np.float32)
    offset = mean_out - mean_in @ weights
    return weights, offset, outputs - inputs @ weights - offset


Carry = tuple[PseudoPhotos, Floats, Floats, Floats]
"""Pseudo-photos, then the weights, offset and residuals of the map that carries them into the student's space."""
Placing = Callable[[Floats], "torch.Tensor"]
"""From (b, 512) features of the trunk to (b, d) unit vectors."""


@dataclass(frozen=True)
class Frozen:
    """What the frozen trunk sees: (p, 512) of photo crops with the teacher's (p, 1280), and which photo each is.

    scenes: (s, 512) pooled; scene_rows: (s,) rows of the scene pool. captioned: (p,) which picture with captions each
    crop is, -1 for one without.
    """

    photos: Floats
    teacher: Floats
    photo_rows: Rows
    scenes: Floats
    scene_rows: Rows
    captioned: Rows


def refit_head(
    weight: "torch.Tensor", bias: "torch.Tensor", frozen: Frozen, lesson: Lesson, *, settings: HeadSettings, seed: int
) -> "torch.nn.Linear":
    """A torch Linear fitted on photos, scenes and pseudo-photos, from the (d, 512) weight and (d,) bias on."""
    import torch

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    head = torch.nn.Linear(weight.shape[1], weight.shape[0])
    head.load_state_dict({"weight": weight.clone(), "bias": bias.clone()})
    optimizer = torch.optim.AdamW(head.parameters(), lr=settings.rate, weight_decay=1e-3)
    pseudo = pseudo_photos(frozen.teacher, lesson.classifier[0].numpy(), settings.strength)
    carry = (pseudo, *ridge_map(frozen.teacher, frozen.photos, settings.ridge))
    for step in range(settings.steps):
        for group in optimizer.param_groups:
            group["lr"] = settings.rate * 0.5 * (1 + np.cos(np.pi * step / settings.steps))
        loss = _head_loss(head, frozen, lesson, settings=settings, carry=carry, rng=rng)
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
    with torch.no_grad():
        head.weight.lerp_(weight, settings.joint)
        head.bias.lerp_(bias, settings.joint)
    return head.requires_grad_(False)


def _head_loss(
    head: "torch.nn.Linear", frozen: Frozen, lesson: Lesson, *, settings: HeadSettings, carry: Carry, rng: Generator
) -> "torch.Tensor":
    import torch
    from torch.nn.functional import normalize

    def vectors(pooled: Floats) -> torch.Tensor:
        return normalize(head(torch.from_numpy(np.maximum(pooled, 0).astype(np.float32))), dim=-1)

    some = rng.integers(0, len(frozen.photos), settings.batch)
    weights, bias = lesson.classifier
    probabilities = torch.softmax(torch.from_numpy(frozen.teacher[some]) @ weights.T + bias, -1)
    photo = vectors(frozen.photos[some])
    labels = lesson.labels[torch.from_numpy(frozen.photo_rows[some])]
    loss = losses.conse_loss(photo, lesson.words, probabilities)
    loss = loss + 0.4 * losses.word_loss(photo, lesson.words, probabilities)
    loss = loss + settings.labels * losses.label_loss(photo, lesson.label_words, labels)
    loss = loss + settings.pseudo * _pseudo_loss(vectors, lesson, settings, carry, rng)
    loss = loss + settings.texts * _text_loss(vectors, frozen, lesson, rng, settings.batch // 4)
    return loss + settings.scenes * _scene_loss(vectors, frozen, lesson, rng, settings.batch)


def _text_loss(vectors: Placing, frozen: Frozen, lesson: Lesson, rng: Generator, batch: int) -> "torch.Tensor | float":
    import torch

    known = np.flatnonzero(frozen.captioned >= 0)
    if not len(known):
        return 0.0
    some = rng.choice(known, min(batch, len(known)), replace=False)
    chosen, owners = frozen.captioned[some], lesson.text_owners
    owned = torch.from_numpy(chosen)[:, None] == owners[None]
    picked = torch.from_numpy(draw_captions(owners.numpy(), chosen, rng))
    return losses.text_loss(vectors(frozen.photos[some]), lesson.texts, owned=owned, picked=picked)


def _pseudo_loss(
    vectors: Placing, lesson: Lesson, settings: HeadSettings, carry: Carry, rng: Generator
) -> "torch.Tensor":
    import torch

    pseudo, weights, offset, residuals = carry
    classes = rng.integers(0, len(pseudo.centres), settings.batch)
    noise = settings.noise * residuals[rng.integers(0, len(residuals), len(classes))]
    student = pseudo.draw(classes, settings.noise, rng) @ weights + offset + noise
    aims = torch.nn.functional.one_hot(torch.from_numpy(classes), len(pseudo.centres)).float()
    found = vectors(student)
    own = (1 - (found * lesson.words[torch.from_numpy(classes)]).sum(-1)).mean()
    return 0.5 * own + 0.4 * losses.word_loss(found, lesson.words, aims)


def _scene_loss(vectors: Placing, frozen: Frozen, lesson: Lesson, rng: Generator, batch: int) -> "torch.Tensor":
    import torch
    from torch.nn.functional import normalize

    some = rng.integers(0, len(frozen.scenes), batch)
    rows = torch.from_numpy(frozen.scene_rows[some])
    found = vectors(frozen.scenes[some])
    total = 2.0 * losses.caption_loss(found, lesson.captions[rows])
    for name, (phrasings, values) in lesson.attributes.items():
        words = normalize(phrasings.mean(1), dim=-1)
        total = total + (2.0 if name in HARD_ATTRIBUTES else 1.0) * losses.attribute_loss(found, words, values[rows])
    return total
