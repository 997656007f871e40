"""Training of relational heads: frozen image features onto the MiniLM vectors of anonymous captions.

The loss is the official one of relsim: InfoNCE from image to text only, temperature 0.07. The text side is frozen.
"""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.progress import Progress
from explorer.features.relational.lessons import Lessons, caption_numbers
from explorer.features.relational.module import build_module, weights_of
from explorer.features.relational.settings import TEMPERATURE, RelationalSettings
from explorer.heads.fit import Fitted, fit
from explorer.heads.unit import check_unit

if TYPE_CHECKING:
    import torch

SCORED, AMONG = 1000, 10


def one_way_loss(images: "torch.Tensor", texts: "torch.Tensor", temperature: float = TEMPERATURE) -> "torch.Tensor":
    """InfoNCE of (b, d) unit rows: each image chooses its text among the batch's. No term from text to image.

    InputError for rows of another length.
    """
    import torch

    check_unit(images, "InfoNCE, images")
    check_unit(texts, "InfoNCE, texts")
    return torch.nn.functional.cross_entropy(images @ texts.T / temperature, torch.arange(len(images)))


def train_head(
    lessons: Lessons, settings: RelationalSettings, folder: Path, progress: Progress
) -> tuple[dict[str, Floats], Fitted]:
    """(arrays of the head, how the fit ended). The held-out score: see `held_out_score`.

    A tenth of the items is held out for early stopping. folder: checkpoint and curve; a stopped run goes on.
    """
    import torch

    rng = np.random.default_rng(settings.fit.seed)
    order = rng.permutation(len(lessons.captions))
    held = order[: max(AMONG + 1, round(settings.held_share * len(order)))]
    rows = order[len(held) :]
    module = build_module(lessons, settings)
    texts = torch.from_numpy(np.asarray(lessons.texts, np.float32))

    def vectors(some: Rows) -> "torch.Tensor":
        pooled, patches = (
            torch.from_numpy(np.asarray(part[some], np.float32)) for part in (lessons.pooled, lessons.patches)
        )
        found: torch.Tensor = module(pooled, patches)
        return found

    def loss(step_rng: np.random.Generator) -> "torch.Tensor":
        some = step_rng.choice(rows, min(settings.batch, len(rows)), replace=False)
        return one_way_loss(vectors(some), texts[torch.from_numpy(some)], settings.temperature)

    numbers = caption_numbers([lessons.captions[row] for row in held])

    def score() -> float:
        return held_out_score(vectors(held).numpy(), lessons.texts[held], numbers)

    key = f"{lessons.key()} {asdict(settings)}"
    fitted = fit(module, loss, score, folder, settings.fit, progress=progress, key=key)
    return weights_of(module), fitted


def held_out_score(images: Floats, texts: Floats, captions: Rows, seed: int = 0) -> float:
    """Share of (n, d) images whose own caption is nearer than nine other captions, for n items held out.

    captions: (n,) number of the caption, so that an equal caption never counts as another one.
    """
    rng = np.random.default_rng(seed)
    hits = []
    for row in range(min(len(images), SCORED)):
        others = np.flatnonzero(captions != captions[row])
        if not len(others):
            continue
        chosen = rng.choice(others, AMONG - 1)
        hits.append(float(images[row] @ texts[row]) > float((texts[chosen] @ images[row]).max()))
    return float(np.mean(hits)) if hits else 0.0
