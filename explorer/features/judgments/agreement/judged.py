"""The judgments of a campaign as questions, read from the store of a workspace."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Rows
from explorer.base.errors import InputError
from explorer.features.judgments.agreement.people import Person, failed_checks, people_table, without
from explorer.features.judgments.agreement.reliability import Reliability, reliability
from explorer.features.judgments.agreement.which import Drawn, Which, which_answers
from explorer.features.judgments.counted import counted_answers
from explorer.features.judgments.questions import CHOICE_TASKS, RATING_TASKS, Asked, asked_of
from explorer.features.judgments.splits import rows_of
from explorer.features.judgments.store import judgment_store
from explorer.workspace.opened import Opened


@dataclass(frozen=True, kw_only=True)
class Judged:
    """The judgments of one campaign, as questions.

    people: a line a person, those left out included. left_out: who is not in `asked`, for failed checks.
    drawn: which questions are measured on. rules_said: what the rules of the campaign left out before, "" for nothing.
    """

    campaign: str
    task: str
    condition: str
    asked: Asked
    people: list[Person]
    left_out: list[str]
    drawn: Drawn
    rules_said: str = ""

    @property
    def rows(self) -> Rows:
        """(m,) rows of the items that the questions are about."""
        return np.unique(rows_of(self.asked))


def campaigns_with_answers(opened: Opened) -> dict[str, str]:
    """Name and task of each campaign whose answers say how alike items are."""
    known = CHOICE_TASKS + RATING_TASKS
    found = judgment_store(opened.workspace).tasks()
    return {name: task for name, tasks in sorted(found.items()) for task in sorted(tasks) if task in known}


def tag_campaigns(opened: Opened) -> list[str]:
    """Names of the campaigns in which people gave tags."""
    return [name for name, tasks in judgment_store(opened.workspace).tasks().items() if "tags" in tasks]


def only_campaign(opened: Opened) -> str:
    """The one campaign whose answers say how alike items are; InputError when there are more, or none."""
    known = list(campaigns_with_answers(opened))
    if len(known) == 1:
        return known[0]
    raise InputError(f"Say which judgments: {', '.join(known) or 'there are none yet'}.")


def read_judged(
    opened: Opened,
    campaign: str,
    least_passed: float = 0.0,
    *,
    which: Which = "all",
    condition: str | None = None,
) -> Judged:
    """The judgments of `campaign` that count, without who passed fewer than the share `least_passed` of their checks.

    which, condition: see `which_answers`. Raises InputError when there is no such campaign, or nobody is left.
    """
    tasks = campaigns_with_answers(opened)
    if campaign not in tasks:
        known = ", ".join(tasks) or "none yet"
        raise InputError(
            f"There are no judgments of similarity called {campaign[:60]!r}. Campaigns with answers: {known}."
        )
    task, ids = tasks[campaign], opened.dataset.ids.tolist()
    counted = counted_answers(judgment_store(opened.workspace), campaign, task)
    if counted.everything and not counted.answers:
        raise InputError(f"{counted.sentence} Nothing is left: change the rules on the campaign's card.")
    drawn = which_answers(counted.answers, which, condition)
    everyone = asked_of(drawn.answers, ids, task)
    people = people_table(which_answers(counted.everything, "all", condition).answers, everyone)
    left_out = failed_checks(people, least_passed)
    kept = without(drawn.answers, left_out)
    if not kept:
        raise InputError(
            f"All {len(left_out)} people failed more of their checks than you allow. Lower the share that must pass."
        )
    return Judged(
        campaign=campaign,
        task=task,
        condition=drawn.condition,
        asked=asked_of(kept, ids, task) if left_out else everyone,
        people=people,
        left_out=left_out,
        drawn=drawn,
        rules_said=counted.sentence,
    )


def reliability_of(judged: Judged, seed: int = 0) -> Reliability:
    """How far the people of `judged` agree."""
    return reliability(judged.asked, np.random.default_rng(seed))
