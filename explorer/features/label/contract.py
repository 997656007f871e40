"""Methods that label by examples, by name; all methods of the feature, those by words among them."""

from explorer.base.method import MethodCard
from explorer.features.label.by_words.method import WORD_METHODS
from explorer.features.label.logistic import LOGISTIC
from explorer.features.label.method import NEEDS, FewLabels, Guess, Guesses, LabelMethod
from explorer.features.label.neighbours import NEIGHBOURS
from explorer.features.label.simmatch.method import SIMMATCH
from explorer.features.label.spreading import SPREADING

__all__ = ["ALL_METHODS", "METHODS", "NEEDS", "FewLabels", "Guess", "Guesses", "LabelMethod"]
METHODS: dict[str, LabelMethod] = {method.name: method for method in (NEIGHBOURS, LOGISTIC, SPREADING, SIMMATCH)}
ALL_METHODS: dict[str, MethodCard] = {**METHODS, **WORD_METHODS}
