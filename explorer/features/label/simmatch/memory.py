"""What SimMatch remembers between batches: the labelled items as its teacher sees them, and the mean guess."""

from collections import deque
from typing import TYPE_CHECKING

from explorer.base.errors import InputError

if TYPE_CHECKING:
    import torch

    Tensor = torch.Tensor


class Bank:
    """The labelled memory.

    z: (k, e) unit rows, the teacher's embedding of each labelled item. labels: (k,) codes.
    """

    def __init__(self, z: "Tensor", labels: "Tensor") -> None:
        if len(z) != len(labels):
            raise InputError(f"Expected a label for each of {len(z)} embeddings in memory, got {len(labels)}.")
        self.z, self.labels = z.detach().clone(), labels

    def overwrite(self, places: "Tensor", z: "Tensor") -> None:
        """Put the teacher's (b, e) embeddings at the (b,) places of the labelled items they belong to."""
        self.z = self.z.index_put((places,), z.detach())  # a new tensor: a graph may still need the one before


class Alignment:
    """Distribution alignment: probabilities divided by the mean guess of the last `length` batches.

    expected: (c,) shares of the labels among all items that the mean guess is brought to; None for equal shares, as in
    the paper, whose data have as many pictures of each label.
    """

    def __init__(self, length: int, expected: "Tensor | None" = None) -> None:
        self._means: deque[Tensor] = deque(maxlen=length)
        self.expected = expected

    def __call__(self, p: "Tensor") -> "Tensor":
        """(b, c) p · expected / mean of the last batch means, this one among them, divided by its sum."""
        import torch

        self._means.append(p.mean(dim=0).detach())
        aligned = p / torch.stack(list(self._means)).mean(dim=0).clamp(min=1e-12)
        aligned = aligned if self.expected is None else aligned * self.expected
        return aligned / aligned.sum(dim=1, keepdim=True)
