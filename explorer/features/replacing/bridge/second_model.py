"""A second image-text model made from one that is there: another space for the same images and texts.

A small network on the frozen vectors, the same for images and texts, from random weights: it keeps how similar items
are to each other and to texts, in directions of its own. It stands for "the next version of the model".
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.progress import Progress, Silent
from explorer.base.settings import check_name
from explorer.encoders.base import Encoder
from explorer.features.replacing.bridge.sides import reference_texts
from explorer.heads.fit import FitSettings, Fitted, fit, training_folder
from explorer.heads.head import Head, heads_root
from explorer.heads.store import write_head
from explorer.workspace.opened import Opened

if TYPE_CHECKING:
    import torch

CARD = """# {name}

A second space for the vectors of {encoder}: one hidden layer of {hidden} units, {dim} numbers out, the same for images
and texts, trained from random weights (seed {seed}) on {items:,} images of the workspace {workspace} and {texts}
texts to keep the cosines between them. Mean error of a cosine on held-out images: {error:.3f}. It knows nothing that
{encoder} does not know; it is there to try the bridge, compatibility and the other tools for replacing a model.
"""


@dataclass(frozen=True)
class SecondModel:
    """dim: length of the new vectors. hidden: width of the hidden layer."""

    dim: int = 384
    hidden: int = 512
    steps: int = 600
    seed: int = 1


def train_second_model(
    opened: Opened,
    encoder: Encoder,
    name: str,
    column: str,
    *,
    settings: SecondModel,
    progress: Progress | None = None,
) -> str:
    """Train the head and write it to the user's heads; returns the new model's spec `tuned:<name>`."""
    import torch

    progress = progress or Silent()
    embeddings = opened.embeddings(encoder.spec)
    rng = np.random.default_rng(settings.seed)
    rows = np.sort(rng.permutation(embeddings.rows)[:5000])
    images = np.asarray(embeddings.vectors[rows], dtype=np.float32)[rng.permutation(len(rows))]
    texts = encoder.encode_texts(reference_texts(opened, column)[0])
    held = max(10, len(images) // 5)
    torch.manual_seed(settings.seed)
    module = torch.nn.Sequential(
        torch.nn.Linear(encoder.dim, settings.hidden), torch.nn.ReLU(), torch.nn.Linear(settings.hidden, settings.dim)
    )
    progress = progress or Silent()
    fitted = _fit(module, check_name(name), images[held:], images[:held], texts, settings=settings, progress=progress)
    names = {"0.weight": "weight0", "0.bias": "bias0", "2.weight": "weight1", "2.bias": "bias1"}
    weights = {names[key]: value.detach().numpy() for key, value in module.state_dict().items()}
    card = {
        "name": name,
        "encoder": encoder.spec,
        "hidden": settings.hidden,
        "dim": settings.dim,
        "seed": settings.seed,
        "items": len(images) - held,
        "texts": len(texts),
        "workspace": opened.workspace.name,
        "error": -fitted.best_score,
    }
    head = Head(kind="mlp", encoder=encoder.spec, fingerprint=encoder.fingerprint, weights=weights, card=card)
    write_head(heads_root() / name, head, CARD.format(**card))
    return f"tuned:{name}"


def _fit(
    module: "torch.nn.Module",
    name: str,
    train: Floats,
    held: Floats,
    texts: Floats,
    *,
    settings: SecondModel,
    progress: Progress,
) -> Fitted:
    import torch

    inputs, words, rest = (torch.from_numpy(np.ascontiguousarray(side)) for side in (train, texts, held))

    def errors(some: torch.Tensor) -> torch.Tensor:
        return _cosines(module(some)) - _cosines(some)

    def loss(rng: np.random.Generator) -> torch.Tensor:
        chosen: Rows = rng.integers(0, len(train), 256)
        spoken = words[rng.integers(0, len(texts), 64)]
        return errors(torch.cat([inputs[chosen], spoken])).square().mean()

    def score() -> float:
        return -float(errors(torch.cat([rest[:300], words])).abs().mean())

    key = f"{len(train)}-{len(texts)}-{float(train.sum()):.4f}"
    fits = FitSettings(steps=settings.steps, rate=2e-3, seed=settings.seed)
    return fit(module, loss, score, training_folder(name), fits, progress=progress, key=key)


def _cosines(x: "torch.Tensor") -> "torch.Tensor":
    import torch

    unit = torch.nn.functional.normalize(x, dim=1)
    cosines: torch.Tensor = unit @ unit.T
    return cosines
