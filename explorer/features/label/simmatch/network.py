"""What SimMatch trains on frozen vectors, and its teacher that follows slowly."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

    Tensor = torch.Tensor


@dataclass(frozen=True, kw_only=True)
class Shape:
    """dim: numbers of a vector; labels: how many; hidden: of both hidden layers; embedding: numbers of z."""

    dim: int
    labels: int
    hidden: int
    embedding: int


class Network:
    """A residual layer in the place of the encoder's last ones, a head that gives z, a classifier that gives logits.

    The vectors are frozen, so without the residual layer the head's loss could teach the classifier nothing. It begins
    as the identity: the untrained network sees the vectors as they are.
    """

    def __init__(self, shape: Shape) -> None:
        from torch import nn

        def layers(out: int) -> "torch.nn.Module":
            return nn.Sequential(nn.Linear(shape.dim, shape.hidden), nn.ReLU(), nn.Linear(shape.hidden, out))

        self.residual, self.head = layers(shape.dim), layers(shape.embedding)
        self.classifier = nn.Linear(shape.dim, shape.labels)
        self.module = nn.ModuleList([self.residual, self.head, self.classifier])
        last = next(reversed(list(self.residual.children())))
        for parameter in last.parameters():
            nn.init.zeros_(parameter)

    def __call__(self, vectors: "Tensor") -> "tuple[Tensor, Tensor]":
        """(b, embedding) unit rows z and (b, labels) logits of (b, dim) vectors."""
        from torch.nn import functional

        seen = vectors + self.residual(vectors)
        return functional.normalize(self.head(seen), dim=1), self.classifier(seen)

    def follow(self, other: "Network", momentum: float) -> None:
        """Move each weight towards the other's: momentum · own + (1 − momentum) · other's."""
        import torch

        with torch.no_grad():
            for own, others in zip(self.module.parameters(), other.module.parameters(), strict=True):
                own.lerp_(others, 1 - momentum)
