"""Device, precision and threads of torch models."""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

LEAST_COSINE = 0.999


def best_device() -> str:
    """Return "cuda" when there is a GPU, else "cpu"."""
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def has_bfloat16(device: str) -> bool:
    """True where bfloat16 runs in hardware: a recent GPU, or a CPU with AMX or AVX512-BF16."""
    import torch

    if device == "cuda":
        return torch.cuda.get_device_capability()[0] >= 8
    checks = ("_is_amx_tile_supported", "_is_avx512_bf16_supported")
    return any(getattr(torch.cpu, name, bool)() for name in checks)


def settle_precision(
    module: "torch.nn.Module",
    forward: Callable[["torch.nn.Module", "torch.Tensor"], "torch.Tensor"],
    side: int,
    device: str,
) -> tuple["torch.nn.Module", dict[str, Any]]:
    """Choose between the float32 `module` and a bfloat16 copy of it by measuring.

    forward(module, x) gives (n, d) features of x (n, 3, side, side). The copy is taken where the hardware runs bfloat16
    and the least cosine to float32 over eight test images stays above 0.999. Only the cosine decides, not a time, so
    that the choice is the same each time on one machine. Returns the module and settings with the outcome.
    """
    if not has_bfloat16(device):
        return module, {"precision": "float32"}
    import torch

    x = torch.from_numpy(probe_images(side)).to(device)
    small = copy.deepcopy(module).to(torch.bfloat16)
    with torch.inference_mode(), one_thread():
        exact, fast = forward(module, x).float(), forward(small, x.to(torch.bfloat16)).float()
    least = float(torch.nn.functional.cosine_similarity(exact, fast).min())
    if least > LEAST_COSINE:
        return small, {"precision": "bfloat16", "cosine_to_float32": round(least, 5)}
    return module, {"precision": "float32", "cosine_of_bfloat16": round(least, 5)}


def probe_images(side: int) -> NDArray[np.float32]:
    """(8, 3, side, side) test images between -2 and 2: noise, coarse noise, gradients, stripes, a disc, grey."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) / side
    coarse = rng.normal(size=(3, 8, 8)).repeat(-(-side // 8), 1).repeat(-(-side // 8), 2)[:, :side, :side]
    disc = np.where((x - 0.5) ** 2 + (y - 0.5) ** 2 < 0.1, 1.0, -1.0)
    planes = [x * 4 - 2, y * 4 - 2, np.sin(x * 40), np.sin((x + y) * 25) * 2, disc * 1.5]
    tints = rng.normal(size=(len(planes), 3, 1, 1))
    images = [rng.normal(size=(3, side, side)), coarse, np.full((3, side, side), 0.3)]
    images += [plane[None] * tint for plane, tint in zip(planes, tints, strict=True)]
    stacked: NDArray[np.float32] = np.clip(np.stack(images), -2, 2).astype(np.float32)
    return stacked


def weights_fingerprint(module: "torch.nn.Module") -> str:
    """Short hash over the names, shapes and 256 values of each tensor of a module: other weights, other fingerprint."""
    digest = sha256()
    for name, tensor in sorted(module.state_dict().items()):
        values = tensor.detach().flatten()
        sample = values[:: max(1, len(values) // 256)].float().cpu().numpy()
        digest.update(f"{name}{tuple(tensor.shape)}".encode() + sample.tobytes())
    return digest.hexdigest()[:32]


@contextmanager
def one_thread() -> Iterator[None]:
    """Within it, this thread runs torch on one core.

    A model call spread over all cores waits at every operator for the slowest of them; when anything else runs on the
    machine, one short text takes half a second that way, and 12 ms on one core (measured on 2 cores). Work on many
    items is spread by giving each of several threads its own batch (`workspace/embedding.py`).
    """
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
