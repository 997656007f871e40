"""All ways to ask people and to learn from them by name, and judgments as values: what other features may use."""

from explorer.features.judgments.agreement.judged import campaigns_with_answers, tag_campaigns
from explorer.features.judgments.asking.active import ACTIVE
from explorer.features.judgments.asking.at_random import RANDOM
from explorer.features.judgments.asking.disagreement import DISAGREEMENT
from explorer.features.judgments.asking.listed import LIST
from explorer.features.judgments.asking.weakest import WEAKEST
from explorer.features.judgments.learning.lessons import answered_triplets, campaign_groups
from explorer.features.judgments.learning.method import Learner, Lesson
from explorer.features.judgments.learning.methods import LEARNERS
from explorer.features.judgments.method import NEEDS, Ask, Known, Method
from explorer.features.judgments.questions import Asked, Choices, Ratings, asked_of
from explorer.features.judgments.values import TASKS, Answer

__all__ = [
    "ASKING",
    "LEARNERS",
    "METHODS",
    "NEEDS",
    "TASKS",
    "Answer",
    "Ask",
    "Asked",
    "Choices",
    "Known",
    "Learner",
    "Lesson",
    "Method",
    "Ratings",
    "answered_triplets",
    "asked_of",
    "campaign_groups",
    "campaigns_with_answers",
    "tag_campaigns",
]

ASKING: dict[str, Method] = {method.name: method for method in (RANDOM, LIST, ACTIVE, DISAGREEMENT, WEAKEST)}
METHODS: dict[str, Method | Learner] = {**ASKING, **LEARNERS}
