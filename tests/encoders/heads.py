"""A relational head of random numbers for the present weights of pocket."""

import numpy as np

from explorer.encoders.pocket import PocketFiles
from explorer.heads.head import Head


def random_relational(seed: int = 0, patch: int = 4, hidden: int = 16) -> Head:
    """As a trained one, with few numbers."""
    rng = np.random.default_rng(seed)
    shapes = {
        "pooled_mean": (384,),
        "patch_mean": (384,),
        "patch_weight": (patch, 384),
        "patch_bias": (patch,),
        "weight0": (hidden, 384 + 16 * patch),
        "bias0": (hidden,),
        "weight1": (384, hidden),
        "bias1": (384,),
        "skip": (384, 384),
    }
    weights = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    weights |= {name: np.full((), 20, dtype=np.float32) for name in ("pooled_scale", "patch_scale")}
    weights["pooled_mean"] *= 0.01
    return Head(kind="relational", encoder="pocket", fingerprint=PocketFiles().stated(), weights=weights)
