"""The settings of SimMatch on frozen vectors."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Those of the paper and its code, but for the first line, which is for vectors instead of pictures.

    steps; hidden: width of the layers; scale: length that unit vectors are given; batch: labelled items a step;
    more: unlabelled ones a labelled one (μ). rate: of SGD with Nesterov momentum, rising over `warm_epochs`, then
    falling as a cosine. follow: of the teacher. keep: α. threshold: τ. unlabelled, likeness: λ_u and λ_in. temperature:
    of teacher and student. aligned: batches that the mean guess is taken over. steepest: length that a gradient is cut
    to: vectors are longer than what the paper's classifier sees, and few items would throw it out of its course.
    """

    steps: int = 500
    hidden: int = 128
    scale: float = 20.0
    batch: int = 32
    more: int = 5
    rate: float = 0.03
    momentum: float = 0.9
    weight_decay: float = 1e-4
    warm_epochs: int = 5
    follow: float = 0.98
    keep: float = 0.9
    threshold: float = 0.7
    unlabelled: float = 10.0
    likeness: float = 5.0
    embedding: int = 128
    steepest: float = 10.0
    temperature: float = 0.1
    aligned: int = 256
