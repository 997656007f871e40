"""Encoders: models that turn images and texts into unit vectors."""

from explorer.encoders.base import Abilities, Encoder
from explorer.encoders.registry import ENCODERS, canonical, load_encoder

__all__ = ["ENCODERS", "Abilities", "Encoder", "canonical", "load_encoder"]
