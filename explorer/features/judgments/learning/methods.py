"""All ways to learn from people by name."""

from explorer.features.judgments.learning import groups, mlp, places, projection, reward, together
from explorer.features.judgments.learning.as_is import AS_IS, RANDOM
from explorer.features.judgments.learning.method import Learner

_ALL = (
    AS_IS,
    RANDOM,
    projection.METHOD,
    mlp.METHOD,
    places.METHOD,
    groups.METHOD,
    together.METHOD,
    reward.METHOD,
)

LEARNERS: dict[str, Learner] = {learner.name: learner for learner in _ALL}
HEADS: dict[str, Learner] = {name: one for name, one in LEARNERS.items() if one.change and "answers" in one.needs}
"""Those that make a head out of answers."""
