"""Methods that label by examples, by name."""

from explorer.features.label.logistic import LOGISTIC
from explorer.features.label.method import NEEDS, FewLabels, Guess, Guesses, LabelMethod
from explorer.features.label.neighbours import NEIGHBOURS
from explorer.features.label.simmatch.method import SIMMATCH
from explorer.features.label.spreading import SPREADING

__all__ = ["METHODS", "NEEDS", "FewLabels", "Guess", "Guesses", "LabelMethod"]
METHODS: dict[str, LabelMethod] = {method.name: method for method in (NEIGHBOURS, LOGISTIC, SPREADING, SIMMATCH)}
