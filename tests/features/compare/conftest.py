"""Small open_clip models, as the tests of the encoders have them."""

from tests.encoders.conftest import checkpoints

__all__ = ["checkpoints"]
