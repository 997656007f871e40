"""A check of what contrastive losses are given: their temperature belongs to cosines, so rows must have length 1."""

from typing import TYPE_CHECKING

from explorer.base.errors import InputError

if TYPE_CHECKING:
    import torch

ROUNDING = 0.01
"""How far from 1 a length may be: half precision rows of length 1 are within a thousandth."""


def check_unit(rows: "torch.Tensor", name: str) -> None:
    """Raise InputError unless all of the (n, d) `rows` have length 1; scaling them here would hide a fault."""
    lengths = rows.detach().float().norm(dim=1)
    if len(lengths) and not bool(((lengths - 1).abs() <= ROUNDING).all()):
        raise InputError(
            f"{name}: expected rows of length 1, got lengths from {float(lengths.min()):.3g} to "
            f"{float(lengths.max()):.3g}. Divide every row by its length first."
        )
