"""Entering and leaving a vision tower at any of its blocks: `front` up to a block, `end` from there to the vectors."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats
from explorer.base.torch_device import one_thread
from explorer.encoders.base import Encoder, lacking

if TYPE_CHECKING:
    import torch

_BATCH = 64


class Tower:
    """The image tower of an encoder, frozen, with its blocks open.

    visual: module from (n, 3, s, s) pixels to (n, d) features. pixels: from (n, s, s, 3) uint8 crops to its input.
    layers: names of the blocks as `Encoder.layers` gives them, without "output".
    """

    def __init__(self, visual: Any, pixels: Callable[[NDArray[Any]], "torch.Tensor"], side: int) -> None:
        self.visual, self.pixels, self.side = visual.eval(), pixels, side
        self.modules = blocks_of(visual)
        self.layers = tuple(self.modules)

    def front(self, crops: NDArray[Any], layer: str) -> Floats:
        """(n, c, h, w) activations after `layer`; of a transformer (n, c, 1 + p, 1): class token, then patches."""
        import torch

        kept: list[torch.Tensor] = []
        hook = self.modules[layer].register_forward_hook(lambda module, inputs, output: kept.append(output))
        try:
            with torch.inference_mode(), one_thread():
                for start in range(0, len(crops), _BATCH):
                    self.visual(self.pixels(crops[start : start + _BATCH]))
        finally:
            hook.remove()
        found: Floats = torch.cat([_outward(part).float() for part in kept]).cpu().numpy()
        return np.ascontiguousarray(found)

    def end(self, x: "torch.Tensor", layer: str) -> "torch.Tensor":
        """(n, d) features of activations, shaped as `front` gives them, that stand in for those after `layer`.

        The tower runs on blank images whose activations after `layer` are replaced: the same for every architecture.
        """
        blank = self.pixels(np.zeros((1, self.side, self.side, 3), dtype=np.uint8))
        blank = blank.expand(len(x), *blank.shape[1:])
        hook = self.modules[layer].register_forward_hook(
            lambda module, inputs, output: _inward(x, output).to(output.device, output.dtype)
        )
        try:
            found = self.visual(blank)
        finally:
            hook.remove()
        features: torch.Tensor = found[0] if isinstance(found, tuple) else found
        return features.float()


def open_tower(encoder: Encoder) -> Tower:
    """The tower of pocket or of an open_clip model; ModelError for an encoder without blocks."""
    if not (encoder.abilities.layers and encoder.abilities.images):
        raise lacking(encoder.spec, "be cut into a front and an end")
    inner = cast(Any, encoder)
    visual, pixels = inner.open_visual()
    return Tower(visual, pixels, int(inner.image_side))


def blocks_of(visual: Any) -> dict[str, "torch.nn.Module"]:
    """The modules after which a tower can be cut, by the names that `Encoder.layers` uses."""
    if hasattr(visual, "transformer") and hasattr(visual.transformer, "resblocks"):
        return {f"block {i + 1}": block for i, block in enumerate(visual.transformer.resblocks)}
    trunk = getattr(visual, "trunk", visual)
    for name in ("blocks", "stages"):
        if hasattr(trunk, name):
            return {f"block {i + 1}": block for i, block in enumerate(getattr(trunk, name))}
    stages = {f"block {i}": getattr(trunk, f"layer{i}") for i in range(1, 5) if hasattr(trunk, f"layer{i}")}
    stem = getattr(trunk, "act1", None)
    return {"stem": stem, **stages} if stem is not None and trunk is not visual else stages


def _outward(x: "torch.Tensor") -> "torch.Tensor":
    """(n, tokens, c) becomes (n, c, tokens, 1); (n, c, h, w) stays."""
    return x.transpose(1, 2).unsqueeze(3) if x.ndim == 3 else x


def _inward(x: "torch.Tensor", like: "torch.Tensor") -> "torch.Tensor":
    return x.squeeze(3).transpose(1, 2) if like.ndim == 3 else x
