"""Everything of tuning by name: the losses, and what learns with them; and what other features compare texts by."""

from explorer.base.method import MethodCard
from explorer.features.tune.heads import HEADS
from explorer.features.tune.lexical import pair_cosines, plain_title, tfidf, token_jaccard
from explorer.features.tune.losses.loss import Batch, Loss
from explorer.features.tune.losses.registry import LOSSES
from explorer.features.tune.questions.head import PairSettings
from explorer.features.tune.questions.matcher import pair_probabilities
from explorer.features.tune.questions.material import QuestionPairs, anchor_triples, folds, pairs_of
from explorer.features.tune.questions.measure import Vectors, held_logits
from explorer.features.tune.retrieval.cards import CARDS as PICTURE_CARDS
from explorer.features.tune.text_cards import CARDS as TEXT_CARDS
from explorer.features.tune.titles.material import Titles, TitleSplit, split_titles, titles_of
from explorer.features.tune.titles.ranking import KS, best_of_entries, recalls

__all__ = [
    "HEADS",
    "KS",
    "LOSSES",
    "METHODS",
    "UNTUNED",
    "Batch",
    "Loss",
    "PairSettings",
    "QuestionPairs",
    "TitleSplit",
    "Titles",
    "Vectors",
    "anchor_triples",
    "best_of_entries",
    "folds",
    "held_logits",
    "pair_cosines",
    "pair_probabilities",
    "pairs_of",
    "plain_title",
    "recalls",
    "split_titles",
    "tfidf",
    "titles_of",
    "token_jaccard",
]

UNTUNED = MethodCard(name="untuned", label="The model as it is", formula="cos of its own vectors")
_ALL = (UNTUNED, *LOSSES.values(), *HEADS.values(), *PICTURE_CARDS, *TEXT_CARDS)
METHODS: dict[str, MethodCard] = {card.name: card for card in _ALL}
