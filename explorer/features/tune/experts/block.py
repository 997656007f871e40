"""Enforced routing: every text goes to the expert of its domain, whatever it says.

Hallee et al. 2024 (Gleghorn-Lab/Mixture-of-Experts-Sentence-Similarity): each expert is a copy of the pretrained MLP.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from explorer.base.errors import InputError

if TYPE_CHECKING:
    import torch

Expert = Callable[["torch.Tensor"], "torch.Tensor"]


def routed(x: "torch.Tensor", route: "torch.Tensor", experts: Sequence[Expert]) -> "torch.Tensor":
    """(b, l, d) of (b, l, d) states of b texts, all tokens of text i through expert number route[i].

    InputError for a route to an expert that is not there.
    """
    import torch

    found = torch.empty_like(x)
    if len(route) and not 0 <= int(route.min()) <= int(route.max()) < len(experts):
        raise InputError(
            f"Expected domains from 0 to {len(experts) - 1}, got {int(route.min())} to {int(route.max())}."
        )
    for number in torch.unique(route).tolist():
        there = route == number
        found[there] = experts[number](x[there])
    return found
