"""Training of relational heads: frozen image features onto the MiniLM vectors of anonymous captions.

The loss is the official one of relsim: InfoNCE from image to text only, temperature 0.07. The text side is frozen.
"""

from dataclasses import asdict, dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.encoders.relational import DIM
from explorer.features.relational.looks_and_logic import TEMPERATURE
from explorer.heads.fit import FitSettings, Fitted, fit

if TYPE_CHECKING:
    import torch

LEAST_ITEMS, LEAST_CAPTIONS = 100, 5
SCORED, AMONG = 1000, 10


@dataclass(frozen=True)
class RelationalSettings:
    """patch: channels that each patch is reduced to; hidden: width of the layer between; batch: items a step."""

    patch: int = 32
    hidden: int = 512
    dropout: float = 0.2
    batch: int = 256
    held_share: float = 0.1
    temperature: float = TEMPERATURE
    fit: FitSettings = field(default_factory=lambda: FitSettings(300, 1e-3, 1e-2, 50, 4))


@dataclass(frozen=True)
class Lessons:
    """What a head learns from, a row an item.

    pooled: (n, d). patches: (n, p, c), p may be 0. captions: n anonymous captions. texts: (n, 384) their unit vectors.
    """

    pooled: NDArray[Any]
    patches: NDArray[Any]
    captions: list[str]
    texts: Floats

    def __post_init__(self) -> None:
        different = len(set(self.captions))
        if len(self.captions) < LEAST_ITEMS or different < LEAST_CAPTIONS:
            raise InputError(
                f"A relational head needs at least {LEAST_ITEMS} images with an anonymous caption and {LEAST_CAPTIONS} "
                f"different captions; got {len(self.captions)} images with {different} captions."
            )

    def key(self) -> str:
        """Short hash of all of it."""
        digest = blake2b(digest_size=12)
        for array in (self.pooled, self.patches, self.texts):
            digest.update(
                np.ascontiguousarray(array[:: max(1, len(array) // 500)]).tobytes() + str(array.shape).encode()
            )
        digest.update("\n".join(self.captions).encode())
        return digest.hexdigest()


def one_way_loss(images: "torch.Tensor", texts: "torch.Tensor", temperature: float = TEMPERATURE) -> "torch.Tensor":
    """InfoNCE of (b, d) unit rows: each image chooses its text among the batch's. No term from text to image."""
    import torch

    return torch.nn.functional.cross_entropy(images @ texts.T / temperature, torch.arange(len(images)))


def build_module(lessons: Lessons, settings: RelationalSettings) -> Any:
    """The torch module that `explorer.encoders.relational.apply_relational` describes, with unit rows as output."""
    import torch

    class Module(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            pooled, patches = lessons.pooled, lessons.patches
            self.has_patches = patches.shape[1] > 0
            self.register_buffer("pooled_mean", torch.from_numpy(np.asarray(pooled.mean(0), np.float32)))
            self.register_buffer("pooled_scale", torch.tensor(1 / float(np.asarray(pooled, np.float32).std())))
            wide = pooled.shape[1]
            if self.has_patches:
                sample = np.asarray(patches[:: max(1, len(patches) // 2000)], np.float32)
                self.register_buffer("patch_mean", torch.from_numpy(sample.mean((0, 1))))
                self.register_buffer("patch_scale", torch.tensor(1 / float(sample.std())))
                self.patch = torch.nn.Linear(patches.shape[2], settings.patch)
                wide += patches.shape[1] * settings.patch
            self.first, self.second = torch.nn.Linear(wide, settings.hidden), torch.nn.Linear(settings.hidden, DIM)
            wide_rows = np.asarray(pooled, np.float32)
            z = (wide_rows - wide_rows.mean(0)) / float(wide_rows.std())
            self.register_buffer("skip", torch.from_numpy(whitened_shortcut(z, lessons.captions, lessons.texts)))
            self.drop = torch.nn.Dropout(settings.dropout)

        def forward(self, pooled: Any, patches: Any) -> Any:
            z = (pooled - self.pooled_mean) * self.pooled_scale
            parts = [z]
            if self.has_patches:
                grid = self.patch((patches - self.patch_mean) * self.patch_scale)
                parts.append(torch.relu(grid).flatten(1))
            hidden = self.drop(torch.relu(self.first(torch.cat(parts, 1))))
            normalize = torch.nn.functional.normalize
            return normalize(normalize(self.second(hidden), dim=1) + normalize(z @ self.skip.T, dim=1), dim=1)

    torch.manual_seed(settings.fit.seed)
    return Module()


def whitened_shortcut(z: Floats, captions: list[str], texts: Floats, shrink: float = 0.05) -> Floats:
    """(384, d) map of (n, d) standardised vectors, in closed form: whiten what varies within one caption, then turn.

    Directions in which images of the same caption differ (their looks) are shrunk: within-class covariance
    normalisation (Hatch et al. 2006). What is left, also of relations that no caption names, is turned (orthogonal
    Procrustes) to lie where the captions' (n, 384) vectors lie. Without captions that occur twice nothing is shrunk.
    """
    known = {caption: number for number, caption in enumerate(dict.fromkeys(captions))}
    group = np.array([known[caption] for caption in captions])
    sizes = np.bincount(group)
    means = np.zeros((len(sizes), z.shape[1]), np.float64)
    np.add.at(means, group, z)
    shared = sizes[group] > 1
    within = (z - (means / sizes[:, None])[group])[shared] if shared.sum() > z.shape[1] else np.zeros((1, z.shape[1]))
    covariance = within.T @ within / len(within)
    covariance[np.diag_indices(len(covariance))] += shrink * max(np.trace(covariance) / len(covariance), 1e-6)
    values, axes = np.linalg.eigh(covariance)
    whiten = (axes / np.sqrt(values)).T
    seen = z @ whiten.T
    if len(whiten) > DIM:  # keep the directions that vary most after whitening
        _, _, keep = np.linalg.svd(seen[:: max(1, len(seen) // 4000)], full_matrices=False)
        whiten, seen = keep[:DIM] @ whiten, seen @ keep[:DIM].T
    left, _, right = np.linalg.svd((texts - texts.mean(0)).T @ seen, full_matrices=False)
    return np.asarray(left @ right @ whiten, dtype=np.float32)


def weights_of(module: Any) -> dict[str, Floats]:
    """The arrays of a trained module under the names that a head stores."""
    state = {name: np.asarray(value.detach().numpy(), np.float32) for name, value in module.state_dict().items()}
    names = {
        "first.weight": "weight0",
        "first.bias": "bias0",
        "second.weight": "weight1",
        "second.bias": "bias1",
        "patch.weight": "patch_weight",
        "patch.bias": "patch_bias",
    }
    return {names.get(name, name): value for name, value in state.items()}


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

    def vectors(some: Rows) -> Any:
        pooled, patches = (
            torch.from_numpy(np.asarray(part[some], np.float32)) for part in (lessons.pooled, lessons.patches)
        )
        return module(pooled, patches)

    def loss(step_rng: np.random.Generator) -> Any:
        some = step_rng.choice(rows, min(settings.batch, len(rows)), replace=False)
        return one_way_loss(vectors(some), texts[torch.from_numpy(some)], settings.temperature)

    known = {caption: number for number, caption in enumerate(dict.fromkeys(lessons.captions))}
    numbers = np.array([known[lessons.captions[row]] for row in held])

    def score() -> float:
        return held_out_score(vectors(held).numpy(), lessons.texts[held], numbers)

    key = f"{lessons.key()} {asdict(settings)}"
    fitted = fit(module, loss, score, folder, settings.fit, progress, key)
    return weights_of(module), fitted


def held_out_score(images: Floats, texts: Floats, captions: NDArray[Any], seed: int = 0) -> float:
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
