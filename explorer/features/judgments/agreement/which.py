"""Which questions of a campaign are measured on: under one condition, and drawn at random where others were chosen.

Questions that were chosen because models or places were unsure of them are harder than others, and harder for those
models: a score on them says little about other questions. A share of random questions is asked for that reason.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from explorer.features.judgments.questions import judged
from explorer.features.judgments.values import CHOSEN, Answer

LEAST_RANDOM = 50
Which = Literal["enough", "random", "all"]
"""Random questions alone when there are enough of them; always; or all questions."""


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Answers to measure on.

    answers: attention checks and repeats included. random, chosen: how many different questions were drawn at random,
    and chosen for being hard. only_random: whether the chosen ones are left out. condition: that the answers were given
    under. conditions: all that the campaign has, the one with most answers first. mixed: answers under all of them.
    """

    answers: list[Answer]
    random: int
    chosen: int
    only_random: bool
    condition: str
    conditions: tuple[str, ...]
    mixed: bool

    @property
    def sentence(self) -> str:
        """What is measured on, "" where nothing was chosen for being hard and there is one condition."""
        others = [name or "without a condition" for name in self.conditions if name != self.condition]
        judged = f"Answers judged {', '.join(others)} are not among these." if others and not self.mixed else ""
        return " ".join(filter(None, [self._hard(), judged]))

    def _hard(self) -> str:
        if not self.chosen:
            return ""
        others = f"{self.chosen:,} questions were chosen for being hard (active sampling, or models disagreed)"
        if self.only_random:
            return f"Measured on the {self.random:,} questions drawn at random; {others} and are left out."
        few = "none was" if not self.random else f"only {self.random:,} were"
        return f"{others}, {few} drawn at random: numbers on all of them say little about other questions."


def which_answers(answers: Sequence[Answer], which: Which = "all", condition: str | None = None) -> Drawn:
    """The answers of one task that are measured on.

    condition: None for all answers, whatever they were given under; one that the campaign does not have stands for the
    first. Where no question was drawn at random all count.
    """
    counts = Counter(one.condition for one in judged(answers))
    conditions = tuple(name for name, _ in counts.most_common())
    asked = condition if condition in conditions or condition is None else next(iter(conditions), "")
    kept = [one for one in answers if asked is None or one.condition == asked]
    random, chosen = (_questions(kept, samplers) for samplers in (("random",), CHOSEN))
    wanted = which == "random" or (which == "enough" and random >= LEAST_RANDOM)
    only = bool(chosen and random and wanted)
    return Drawn(
        answers=[one for one in kept if not only or one.sampler not in CHOSEN],
        random=random,
        chosen=chosen,
        only_random=only,
        condition=asked if asked is not None else next((name for name in conditions if name), ""),
        conditions=conditions,
        mixed=asked is None,
    )


def _questions(answers: Sequence[Answer], samplers: Sequence[str]) -> int:
    return len({one.question for one in judged(answers) if one.sampler in samplers})
