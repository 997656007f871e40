"""Encoders: models that turn images and texts into unit vectors."""

from explorer.encoders.base import Abilities, Encoder
from explorer.encoders.registry import ENCODERS, load_encoder
from explorer.encoders.specs import canonical

__all__ = ["ENCODERS", "Abilities", "Encoder", "canonical", "load_encoder"]
