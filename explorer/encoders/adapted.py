"""MiniLM with adapters: a head that changes weights inside of the tower, as an encoder `tuned:<name of the head>`.

Low-rank adapters (Hu et al. 2022, LoRA): a matrix W becomes W + B A, with A (r, d) and B (e, r). A head may also hold
whole matrices of the tower (an expert of one domain), and marks that are added to position 0 (a domain's token).
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from explorer.base.errors import ModelError
from explorer.encoders.sentence import MiniLMEncoder
from explorer.heads.head import Head

if TYPE_CHECKING:
    import torch

WIDTH_OF = "embeddings.LayerNorm.weight"
"""A vector as long as the states: what a mark must be."""
WEIGHT, DOWN, UP, MARK_END = ".weight", ".lora_a", ".lora_b", ".mark"


def changed_weights(
    base: "Mapping[str, torch.Tensor]", adapters: "Mapping[str, torch.Tensor]"
) -> "dict[str, torch.Tensor]":
    """The tensors of a tower that adapters change, by their names there.

    adapters: "<matrix>.lora_a" (r, d) and "<matrix>.lora_b" (e, r), which make W + B A; all others take the place of
    the tensor of the same name. ModelError for a name that the tower does not have, or a shape that does not fit.
    """
    found = {}
    for name, value in adapters.items():
        if name.endswith(UP):
            continue
        weight = name.removesuffix(DOWN) + WEIGHT if name.endswith(DOWN) else name
        if weight not in base and not name.endswith(MARK_END):
            raise ModelError(f"These adapters change {weight[:80]!r}, which the model does not have. Train them again.")
        expected = base.get(weight, base[WIDTH_OF]).shape
        up = adapters.get(name.removesuffix(DOWN) + UP) if name.endswith(DOWN) else None
        if name.endswith(DOWN) and (up is None or up.shape[1] != value.shape[0]):
            raise ModelError(
                f"The adapters of {weight} are incomplete: A and B do not fit each other. Train them again."
            )
        made = (up.shape[0], value.shape[1]) if up is not None else tuple(value.shape)
        if made != tuple(expected):
            raise ModelError(
                f"These adapters do not fit {weight}: expected the shape {tuple(expected)}, got {made}. Train them "
                "again."
            )
        found[weight] = value if up is None else base[weight] + up @ value
    return found


class AdaptedEncoder(MiniLMEncoder):
    """all-MiniLM-L6-v2 with the adapters of a head: 384 dimensions, as fast as without them."""

    def __init__(self, name: str, head: Head) -> None:
        import torch

        super().__init__()
        head.check_encoder(self)
        adapters = {key: torch.tensor(value, device=self.model.device) for key, value in head.weights.items()}
        self.model = self.model.with_weights(changed_weights(self.model.weights, adapters))
        self.base = super().settings()
        self.spec, self.fingerprint = f"tuned:{name}", head.sha256

    def settings(self) -> dict[str, Any]:
        """The head's hash, and what MiniLM is run with."""
        return {"encoder": self.spec, "weights": self.fingerprint, "base": self.base}
