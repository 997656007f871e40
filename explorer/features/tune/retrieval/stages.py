"""The three trainings: pictures by ArcFace on labels, texts to pictures by InfoNCE, pictures by labels and captions."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Rows, unit_rows
from explorer.base.progress import Progress
from explorer.features.tune.losses.arcface import arcface
from explorer.features.tune.losses.infonce import info_nce
from explorer.features.tune.retrieval.material import Material
from explorer.features.tune.retrieval.mcip import multi_caption_arc_margin
from explorer.features.tune.retrieval.ranking import average_precision, precision_of_words
from explorer.features.tune.retrieval.side import Side
from explorer.heads.fit import FitSettings, Fitted, fit, training_folder
from explorer.heads.linear import LINEAR

if TYPE_CHECKING:
    import torch

Loss = Callable[[Rows, "torch.Tensor"], "torch.Tensor"]
PICTURES, TEXTS, MCIP = "pictures", "texts", "mcip"
"""The trainings, as the folders of their curves end."""


@dataclass(frozen=True, kw_only=True)
class StageSettings:
    """How pictures learn, and how texts do.

    margin (radians), scale: of ArcFace on labels. captions: weight of MCArcMargin beside it. temperature: of InfoNCE.
    decay: pulls a matrix back to no change.
    """

    steps: int = 600
    batch: int = 256
    rate: float = 1e-3
    decay: float = 1.0
    every: int = 25
    patience: int = 6
    margin: float = 0.3
    scale: float = 16.0
    captions: float = 1.0
    temperature: float = 0.07
    text_steps: int = 400
    text_rate: float = 3e-4
    text_decay: float = 1.0
    seed: int = 0


USUAL = {
    "head": StageSettings(),
    "block": StageSettings(steps=400, batch=64, rate=1e-4, decay=0.05, every=50, patience=4),
}
"""By what learns. Chosen on the part of the grocery photos that is watched."""


@dataclass(frozen=True, kw_only=True)
class Course:
    """One training after the other on the same material. name: of the folders that keep their curves."""

    material: Material
    side: Side
    settings: StageSettings
    name: str
    key: str
    progress: Progress

    def folder_name(self, stage: str) -> str:
        """Of the curve of a training."""
        return stage_folder(self.name, stage)


def stage_folder(name: str, stage: str) -> str:
    """The name of the folder that keeps the curve of one training."""
    return f"{name}-{stage}"


def tune_pictures(course: Course, *, captions: bool) -> tuple["torch.nn.Module", Fitted]:
    """The side of the pictures after ArcFace on labels, with `captions` after MCArcMargin beside it, too."""
    import torch

    torch.manual_seed(course.settings.seed)
    material, settings = course.material, course.settings
    labels = np.unique(material.codes[material.train], return_inverse=True)[1]
    centres = _centres(material.vectors[material.train], labels)

    class Both(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.pictures, self.centres = course.side.fresh(), torch.nn.Parameter(torch.as_tensor(centres))

    both = Both()

    def loss(picked: Rows, rows: torch.Tensor) -> torch.Tensor:
        found = arcface(
            rows,
            torch.as_tensor(labels[picked]),
            both.centres,
            margin=settings.margin,
            scale=settings.scale,
        )
        return found + settings.captions * _caption_loss(material, picked, rows) if captions else found

    def score() -> float:
        vectors = course.side.vectors(both.pictures, material.watch)
        found = _pictures_score(material, vectors)
        return (found + _words_score(material, vectors, material.names)) / 2 if captions else found

    fitted = _fit(
        course, both, partial(_picture_step, course, both.pictures, loss), score, MCIP if captions else PICTURES
    )
    return both.pictures, fitted


def realign(course: Course, pictures: "torch.nn.Module", stage: str = TEXTS) -> tuple[dict[str, Floats], Fitted]:
    """A matrix for texts, so that each finds its pictures where `pictures`, which stay as they are, put them.

    InfoNCE on pairs of a picture and one of its captions; the other pictures of its label are no wrong answers.
    """
    import torch

    torch.manual_seed(course.settings.seed)
    material, settings = course.material, course.settings
    some = material.train[material.captions.some[material.train]]
    images = torch.as_tensor(course.side.vectors(pictures, some))
    watched = course.side.vectors(pictures, material.watch)
    texts, codes = torch.as_tensor(material.texts), torch.as_tensor(material.codes[some])
    module = LINEAR.module(material.texts.shape[1], 0)

    def step(rng: np.random.Generator) -> torch.Tensor:
        picked = rng.integers(0, len(some), settings.batch)
        captions = texts[material.captions.draw(some[picked], rng)]
        moved = torch.nn.functional.normalize(module(captions))
        return info_nce(moved, images[picked], codes[picked], settings.temperature)

    def score() -> float:
        return _words_score(material, watched, _moved(module, material.names))

    fitted = _fit(course, module, step, score, stage)
    return {f"texts.{name}": value for name, value in LINEAR.weights(module).items()}, fitted


def _picture_step(course: Course, module: "torch.nn.Module", loss: Loss, rng: np.random.Generator) -> "torch.Tensor":
    import torch

    picked = rng.integers(0, len(course.material.train), course.settings.batch)
    rows = torch.nn.functional.normalize(module(course.side.seen(course.material.train[picked], rng)))
    return loss(picked, rows)


def _caption_loss(material: Material, picked: Rows, rows: "torch.Tensor") -> "torch.Tensor":
    """MCArcMargin against the captions of the batch; 0 where none of its pictures has one."""
    import torch

    belongs = material.captions.belongs(material.train[picked])
    there = np.flatnonzero(belongs.any(axis=0))
    if not len(there):
        return torch.zeros(())
    return multi_caption_arc_margin(rows, torch.as_tensor(material.texts[there]), torch.as_tensor(belongs[:, there]))


def _fit(
    course: Course,
    module: "torch.nn.Module",
    loss: Callable[[np.random.Generator], "torch.Tensor"],
    score: Callable[[], float],
    stage: str,
) -> Fitted:
    settings = course.settings
    texts = stage not in (PICTURES, MCIP)
    plan = FitSettings(
        steps=settings.text_steps if texts else settings.steps,
        rate=settings.text_rate if texts else settings.rate,
        weight_decay=settings.text_decay if texts else settings.decay,
        every=settings.every,
        patience=settings.patience,
        seed=settings.seed,
    )
    folder = training_folder(course.folder_name(stage))
    return fit(module, loss, score, folder, plan, progress=course.progress, key=f"{course.key} {asdict(settings)}")


def _centres(vectors: Floats, labels: Rows) -> Floats:
    """(c, d) unit mean vector of each label: directions that are right at once."""
    sums = np.zeros((labels.max() + 1, vectors.shape[1]), dtype=np.float32)
    np.add.at(sums, labels, vectors)
    return unit_rows(sums + np.float32(1e-12), "mean vectors of labels")


def _moved(module: "torch.nn.Module", vectors: Floats) -> Floats:
    return unit_rows(vectors @ LINEAR.weights(module)["weight"].T, "tuned texts")


def _pictures_score(material: Material, vectors: Floats) -> float:
    found = average_precision(vectors, material.codes[material.watch])
    return float(found.mean()) if len(found) else 0.0


def _words_score(material: Material, vectors: Floats, names: Floats) -> float:
    relevant = material.codes[material.watch] == material.name_codes[:, None]
    asked = relevant.any(axis=1)
    return float(precision_of_words(names[asked], vectors, relevant[asked]).mean()) if asked.any() else 0.0
