"""Ways to tell which items belong to labels that are described by words, each as vectors of the labels."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from explorer.base.errors import InputError
from explorer.base.method import MethodCard
from explorer.features.label.by_words.define import Defined, Numbers, WordSettings, define

SOURCE = "Schopf, Braun and Matthes 2022"
FIRST = 100


@dataclass(frozen=True, kw_only=True)
class WordsAsk:
    """items: (n, d) vectors. keywords: c times (k, d) vectors of a label's keywords. descriptions: (c, d), None where
    not every label has one. settings: of Lbl2TransformerVec.
    """

    items: Numbers
    keywords: tuple[Numbers, ...]
    descriptions: Numbers | None
    settings: WordSettings


@dataclass(frozen=True, kw_only=True)
class WordMethod(MethodCard):
    """The card, and the (c, d) vectors of the labels; an item belongs to the label of the highest cosine."""

    vectors: Callable[[WordsAsk], Numbers]


def defined(ask: WordsAsk) -> list[Defined]:
    """What defines each label by the settings of the question."""
    return [define(ask.items, keywords, ask.settings) for keywords in ask.keywords]


def _first(count: int) -> Callable[[WordsAsk], Numbers]:
    """The mean of the `count` items nearest to the mean of the keywords."""

    def vectors(ask: WordsAsk) -> Numbers:
        settings = WordSettings(similarity=1.0, least=count, most=count)
        return np.stack([define(ask.items, keywords, settings).vector for keywords in ask.keywords])

    return vectors


def _means(ask: WordsAsk) -> Numbers:
    return np.stack([keywords.mean(axis=0) for keywords in ask.keywords])


def _described(ask: WordsAsk) -> Numbers:
    if ask.descriptions is None:
        raise InputError("A label has no description. Describe each of them in a sentence, or choose another method.")
    return ask.descriptions


KEYWORDS = WordMethod(
    name="keywords", label="Mean of the keywords", formula="cos(x, mean of the keywords)", vectors=_means
)
DESCRIPTION = WordMethod(
    name="description",
    label="Description",
    formula="cos(x, description)",
    needs=("descriptions",),
    source="as with SBERT or SimCSE",
    vectors=_described,
)
TOP_ONE = WordMethod(
    name="top-1",
    label="Nearest item",
    formula="cos(x, the item nearest to the mean of the keywords)",
    baseline="keywords",
    source=SOURCE,
    vectors=_first(1),
)
TOP_MANY = WordMethod(
    name="top-100",
    label=f"Nearest {FIRST} items",
    formula=f"cos(x, mean of the {FIRST} items nearest to the mean of the keywords)",
    baseline="keywords",
    vectors=_first(FIRST),
)
LBL2VEC = WordMethod(
    name="lbl2vec",
    label="Lbl2TransformerVec",
    formula="cos(x, mean of the items above a cosine to the mean of the keywords, without outliers)",
    baseline="keywords",
    source=SOURCE,
    vectors=lambda ask: np.stack([one.vector for one in defined(ask)]),
)
WORD_METHODS: dict[str, WordMethod] = {
    method.name: method for method in (KEYWORDS, DESCRIPTION, TOP_ONE, TOP_MANY, LBL2VEC)
}
