"""How far a campaign is."""

from dataclasses import dataclass

from explorer.features.judgments.campaigns import Campaign, campaigns
from explorer.features.judgments.store import Store


@dataclass(frozen=True, kw_only=True)
class Progress:
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


def campaign_progress(store: Store, campaign: Campaign) -> Progress:
    """Count the events of a campaign."""
    settings = campaign.settings
    with store.connect() as connection:
        one = connection.execute(COUNTS, [campaign.name]).fetchone()
        pool = connection.execute("SELECT COUNT(*) FROM pool WHERE campaign = ?", [campaign.name]).fetchone()[0]
        times = connection.execute(
            "SELECT rt_ms FROM events WHERE campaign = ? AND kind = 'answer' AND rt_ms IS NOT NULL ORDER BY rt_ms "
            "LIMIT 1 OFFSET ?",
            [campaign.name, (one["timed"] or 0) // 2],
        ).fetchone()
        skipped = connection.execute(
            "SELECT COUNT(*) FROM events WHERE campaign = ? AND kind = 'skip'", [campaign.name]
        ).fetchone()[0]
    questions = settings.questions if settings.sampler == "active" else pool
    return Progress(
        answers=one["plain"] or 0,
        target=questions * settings.answers_per_question if settings.sampler != "import" else 0,
        people=one["people"] or 0,
        checks=(one["passed"] or 0, one["checks"] or 0),
        repeats=one["repeats"] or 0,
        skipped=skipped,
        median_ms=times[0] if times else None,
    )


def campaign_lines(store: Store) -> list[str]:
    """One line a campaign, the newest first."""
    lines = []
    for one in campaigns(store):
        state = "imported" if one.settings.sampler == "import" else "closed" if one.closed else "open"
        condition = f" {one.settings.condition}" if one.settings.condition else ""
        lines.append(f"{one.name}: {one.settings.task}{condition}, {state}. {campaign_progress(store, one).sentence}")
    return lines


COUNTS = """
SELECT SUM(is_check = 0 AND repeat_of = '') AS plain, SUM(is_check) AS checks, SUM(passed = 1) AS passed,
       SUM(repeat_of != '') AS repeats, COUNT(DISTINCT NULLIF(annotator, '')) AS people, COUNT(rt_ms) AS timed
FROM events e WHERE e.campaign = ? AND e.kind = 'answer'
AND NOT EXISTS (SELECT 1 FROM events u WHERE u.campaign = e.campaign AND u.annotator = e.annotator
                AND u.trial = e.trial AND u.kind = 'undo')
AND e.seq > COALESCE((SELECT MAX(r.seq) FROM events r WHERE r.campaign = e.campaign
                      AND r.annotator = e.annotator AND r.kind = 'restart'), 0)
"""
