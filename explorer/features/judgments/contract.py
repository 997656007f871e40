"""All ways to ask people by name, and judgments as values: what other features and the library may use."""

from explorer.features.judgments.asking.active import ACTIVE
from explorer.features.judgments.asking.at_random import RANDOM
from explorer.features.judgments.asking.disagreement import DISAGREEMENT
from explorer.features.judgments.asking.listed import LIST
from explorer.features.judgments.method import NEEDS, Ask, Known, Method
from explorer.features.judgments.questions import Asked, Choices, Ratings, asked_of
from explorer.features.judgments.values import TASKS, Answer

__all__ = [
    "METHODS",
    "NEEDS",
    "TASKS",
    "Answer",
    "Ask",
    "Asked",
    "Choices",
    "Known",
    "Method",
    "Ratings",
    "asked_of",
]

METHODS: dict[str, Method] = {method.name: method for method in (RANDOM, LIST, ACTIVE, DISAGREEMENT)}
