"""The network of a relational head while it learns, and the part of it that is worked out in closed form."""

from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats
from explorer.encoders.relational import DIM
from explorer.features.relational.lessons import Lessons, caption_numbers
from explorer.features.relational.settings import RelationalSettings

if TYPE_CHECKING:
    import torch


def build_module(lessons: Lessons, settings: RelationalSettings) -> "torch.nn.Module":
    """The torch module that `explorer.encoders.relational.apply_relational` describes, with unit rows as output."""
    import torch

    class Module(torch.nn.Module):
        pooled_mean: torch.Tensor
        pooled_scale: torch.Tensor
        patch_mean: torch.Tensor
        patch_scale: torch.Tensor
        skip: torch.Tensor

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

        def forward(self, pooled: torch.Tensor, patches: torch.Tensor) -> torch.Tensor:
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
    group = caption_numbers(captions)
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


def weights_of(module: "torch.nn.Module") -> dict[str, Floats]:
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
