"""A student that begins with weights that are there instead of random ones, so that further pictures cost an hour."""

from pathlib import Path

import numpy as np

from explorer.base.arrays import Floats
from explorer.base.errors import InputError
from explorer.encoders.pocket import PocketFiles
from recipes.pocket.last_layer import ridge_map
from recipes.pocket.student import Lesson, Network

_RIDGE = 0.03


def read_weights(student: Network, folder: Path) -> None:
    """Give the student's tower the weights in `folder`; InputError without them, or where they are of another shape."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    path = PocketFiles(folder).weights
    if not path.is_file():
        raise InputError(f"Expected the folder of weights to begin with; {path} does not exist.")
    try:
        weights = {name: value.float() for name, value in load_file(path).items()}
        missing = student.tower.load_state_dict(weights, strict=False).missing_keys
    except (RuntimeError, SafetensorError) as error:
        raise InputError(f"{path}: not weights of pocket ({str(error)[:200]}).") from error
    if lacking := [name for name in missing if not name.endswith("num_batches_tracked")]:
        raise InputError(f"{path}: not weights of pocket; {lacking[0]} and {len(lacking) - 1} others are missing.")


def fit_feature_head(student: Network, pooled: Floats, teacher: Floats, lesson: Lesson) -> None:
    """Fit the head that only training needs, so that its first errors do not shake the trunk.

    pooled: (n, 512) what the trunk sees of pictures; teacher: (n, 1280) the teacher's features of the same pictures.
    """
    import torch

    aims = (teacher - lesson.mean.cpu().numpy()) / lesson.deviation.cpu().numpy()
    weights, offset, _ = ridge_map(pooled, aims.astype(np.float32), _RIDGE)
    with torch.no_grad():
        student.feature_head.weight.copy_(torch.from_numpy(np.ascontiguousarray(weights.T)))
        student.feature_head.bias.copy_(torch.from_numpy(offset))
