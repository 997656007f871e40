"""How far a campaign is."""

from dataclasses import dataclass

from explorer.features.judgments.campaigns import campaigns
from explorer.features.judgments.contract import ASKING
from explorer.features.judgments.settings import IMPORTED, Campaign, Settings
from explorer.features.judgments.store import Store
from explorer.features.judgments.store.campaigns import pool_size
from explorer.features.judgments.store.responses import count_responses


@dataclass(frozen=True, kw_only=True)
class CampaignProgress:
    """answers: that count, checks and repeats left out; target: answers wanted, 0 when unknown; checks: (passed, all);
    skipped: questions that somebody skipped; median_ms: of the response times, None without any.
    """

    answers: int
    target: int
    people: int
    checks: tuple[int, int]
    repeats: int
    skipped: int
    median_ms: float | None

    @property
    def sentence(self) -> str:
        """For the list of campaigns."""
        of = f" of {self.target:,}" if self.target else ""
        who = (
            f"by {self.people:,} {'person' if self.people == 1 else 'people'}" if self.people else "(people not named)"
        )
        parts = [f"{self.answers:,}{of} answers {who}" if self.answers else "No answers yet"]
        if self.checks[1]:
            parts.append(f"{self.checks[0]} of {self.checks[1]} attention checks passed")
        if self.repeats:
            parts.append(f"{self.repeats:,} repeated")
        if self.skipped:
            parts.append(f"{self.skipped:,} skipped")
        if self.median_ms is not None:
            parts.append(f"median {self.median_ms / 1000:.1f} s an answer")
        return "; ".join(parts) + "."


def campaign_progress(store: Store, campaign: Campaign) -> CampaignProgress:
    """Count the events of a campaign."""
    settings = campaign.settings
    with store.connect() as connection:
        counts = count_responses(connection, campaign.name)
        questions = questions_of(settings, pool_size(connection, campaign.name))
    return CampaignProgress(
        answers=counts.answers,
        target=questions * settings.answers_per_question if settings.sampler != IMPORTED else 0,
        people=counts.people,
        checks=(counts.passed, counts.checks),
        repeats=counts.repeats,
        skipped=counts.skipped,
        median_ms=counts.median_ms,
    )


def questions_of(settings: Settings, pool: int) -> int:
    """How many different questions a campaign will have in the end, once a condition; pool: how many it has now."""
    goes_on = settings.sampler in ASKING and ASKING[settings.sampler].goes_on
    return settings.questions * max(len(settings.conditions), 1) if goes_on else pool


def campaign_lines(store: Store, archived: bool = False) -> list[str]:
    """One line a campaign, the newest first; archived: those of the archive, too."""
    shown = [one for one in campaigns(store) if archived or not one.archived]
    return [f"{one.name}: {_asked(one)}, {_state(one)}. {campaign_progress(store, one).sentence}" for one in shown]


def _asked(campaign: Campaign) -> str:
    settings = campaign.settings
    condition = settings.condition or " / ".join(settings.conditions)
    return f"{settings.task} {condition}".strip()


def _state(campaign: Campaign) -> str:
    return f"{campaign.state}, archived" if campaign.archived else campaign.state
