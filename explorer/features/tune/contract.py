"""Everything of tuning by name: the losses, and what learns with them."""

from explorer.base.method import MethodCard
from explorer.features.tune.heads import HEADS
from explorer.features.tune.losses.loss import Batch, Loss
from explorer.features.tune.losses.registry import LOSSES
from explorer.features.tune.retrieval.cards import CARDS as PICTURE_CARDS
from explorer.features.tune.text_cards import CARDS as TEXT_CARDS

__all__ = ["HEADS", "LOSSES", "METHODS", "UNTUNED", "Batch", "Loss"]

UNTUNED = MethodCard(name="untuned", label="The model as it is", formula="cos of its own vectors")
_ALL = (UNTUNED, *LOSSES.values(), *HEADS.values(), *PICTURE_CARDS, *TEXT_CARDS)
METHODS: dict[str, MethodCard] = {card.name: card for card in _ALL}
