"""MCArcMargin: an image has several captions, and must be nearer to each of them than to those of others by a margin.

A RECONSTRUCTION. MCIP (Visual-Computing/MCIP) names the loss, gives a picture of it and no formula. It says: the
image tower learns by ArcMargin on labels and by MCArcMargin on frozen text embeddings of several pseudo-captions an
image, the text side locked. Margin, scale and weight of the two are ours, too.
"""

from typing import TYPE_CHECKING

from explorer.base.errors import InputError
from explorer.heads.unit import check_unit

if TYPE_CHECKING:
    import torch

MARGIN, SCALE = 0.2, 20.0
ALMOST = 1e-6


def multi_caption_arc_margin(
    rows: "torch.Tensor",
    texts: "torch.Tensor",
    belongs: "torch.Tensor",
    margin: float = MARGIN,
    scale: float = SCALE,
) -> "torch.Tensor":
    """Mean over all pairs of an image and a caption of its own, each image counting the same.

    rows: (b, d) images, texts: (t, d) different captions, both of length 1. belongs: (b, t) bool, whose they are.
    An image and a caption at the angle θ: −log(e^(s cos(θ + m)) / (e^(s cos(θ + m)) + Σ e^(s cos θ′))), the sum over
    captions that are not the image's own: its other captions are no wrong answers. With one caption an image this is
    ArcFace with the captions as directions. Images without a caption are left out; InputError where all are.
    """
    import torch

    check_unit(rows, "images")
    check_unit(texts, "captions")
    some = belongs.any(dim=1)
    if not bool(some.any()):
        raise InputError("MCArcMargin: expected images with a caption, got none.")
    cosines, own = (rows[some] @ texts.T).clamp(-1 + ALMOST, 1 - ALMOST), belongs[some]
    wanted = scale * torch.cos(torch.acos(cosines) + margin)
    others = torch.logsumexp((scale * cosines).masked_fill(own, -torch.inf), dim=1, keepdim=True)
    losses = torch.nn.functional.softplus(others - wanted).masked_fill(~own, 0.0)
    return (losses.sum(dim=1) / own.sum(dim=1)).mean()
