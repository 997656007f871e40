"""The formulas of SimMatch, on torch tensors. Pure.

b items of a batch, k labelled items in memory, c labels, e numbers of an embedding. Nothing here has a gradient but
what the student gives. Source: Zheng et al., SimMatch: semi-supervised learning with similarity matching, CVPR 2022.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    Tensor = torch.Tensor


def log_nearness(z: "Tensor", bank: "Tensor", temperature: float) -> "Tensor":
    """(b, k) logarithm of q_k = softmax over k of z · bank_k / temperature; z (b, e) and bank (k, e) unit rows."""
    return (z @ bank.T / temperature).log_softmax(dim=1)


def unfold(q: "Tensor", p: "Tensor", labels: "Tensor") -> "Tensor":
    """(b, k) q_k p_label(k), divided by its sum: what the labels say, told to the likenesses.

    q: (b, k) likenesses to the memory. p: (b, c) probabilities before `aggregate`. labels: (k,) codes of the memory.
    """
    product = q * p[:, labels]
    return product / product.sum(dim=1, keepdim=True)


def votes(q: "Tensor", labels: "Tensor", count: int) -> "Tensor":
    """(b, c) sum of the (b, k) likenesses by the (k,) label of the memory, of `count` labels."""
    return q.new_zeros(len(q), count).index_add_(1, labels, q)


def aggregate(q: "Tensor", p: "Tensor", labels: "Tensor", keep: float) -> "Tensor":
    """(b, c) keep · p + (1 − keep) · votes(q): what the likenesses say, told to the labels.

    q: (b, k) likenesses before `unfold`; keep: c_smooth or α of the paper, used in this direction alone.
    """
    return keep * p + (1 - keep) * votes(q, labels, p.shape[1])


def cross_entropy(target: "Tensor", log_found: "Tensor") -> "Tensor":
    """(b,) −Σ target · log found."""
    return -(target * log_found).sum(dim=1)


def confident_loss(target: "Tensor", log_found: "Tensor", threshold: float) -> "Tensor":
    """Mean over the batch of the cross-entropy of items whose highest `target` reaches `threshold`; others count 0."""
    sure = target.max(dim=1).values >= threshold
    return (cross_entropy(target, log_found) * sure).mean()
