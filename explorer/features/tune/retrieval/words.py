"""A report in words and as a table in text, for the command."""

from explorer.base.metrics import Score
from explorer.features.tune.retrieval.measures import KINDS, STATES, Measured, measure_name
from explorer.features.tune.retrieval.service import Report


def score_words(score: Score) -> str:
    """A mean with its interval."""
    return f"{score.value:.3f} ({score.low:.3f} to {score.high:.3f})"


def change_words(change: Score) -> str:
    """A difference with its sign and interval."""
    return f"{change.value:+.3f} ({change.low:+.3f} to {change.high:+.3f})".replace("-", "\N{MINUS SIGN}")


def times_words(one: Measured, first: Measured, name: str) -> str:
    """How many times the untuned value a value is."""
    before = first.scores[name].value
    return f"{one.scores[name].value / before:.2f} times" if before > 0 else ""


def said(report: Report) -> str:
    """On what it was learned and measured."""
    train, watch, test = report.items
    asked = [
        f"{count} {KINDS[kind]} ({known} of them among the texts that were learned from)"
        for kind, (count, known) in report.queries.items()
    ]
    return (
        f"Learned from {train:,} pictures of {report.labels:,} labels with {report.captions:,} different captions; "
        f"{watch:,} more said when to stop. Measured on {test:,} others: {report.said}. "
        f"Texts that were asked for: {' and '.join(asked) or 'none'}."
    )


def table(report: Report) -> str:
    """A block for each measure: every state with its interval, and its change to the untuned model."""
    first, blocks = report.states[0], []
    for name in first.scores:
        lines = [f"{measure_name(name)}:"]
        for one in report.states:
            change = f"  {change_words(one.changes[name])}  {times_words(one, first, name)}" if one.changes else ""
            lines.append(f"  {STATES[one.state]:28}{score_words(one.scores[name])}{change}")
        blocks.append("\n".join(lines))
    return "\n".join(blocks)
