"""Questions for tests: an item and words, whose features are as the model gives them."""

from typing import Any

from explorer.base.arrays import Floats
from explorer.features.conditional.method import Ask


def asked(item: Floats, words: Floats, **more: Any) -> Ask:
    """The question about (d,) `item` with (d,) `words`; more: other fields of `Ask`."""
    return Ask(**({"reference": item, "condition": words, "raw_reference": item, "raw_condition": words} | more))
