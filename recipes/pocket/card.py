"""Pocket's model card: what it is in words, and its numbers from the committed results."""

from pathlib import Path
from typing import Any

from recipes.pocket.report import format_report

TEMPLATE, FOR_PHOTOS = (Path(__file__).with_name(name) for name in ("card_template.md", "card_photos.md"))
RANDOM = "random weights"


def write_card(report: dict[str, Any], manifest: dict[str, Any]) -> str:
    """The card as Markdown from `explorer eval pocket`'s report and the weights' manifest."""
    items = report["table"]["scenes: colour"]["pocket"]["items"]
    begun = manifest.get("begun_with", RANDOM)
    return (
        (TEMPLATE if begun == RANDOM else FOR_PHOTOS)
        .read_text(encoding="utf-8")
        .format(
            begun_with=begun,
            parameters=manifest["parameters"],
            sha256=manifest["sha256"],
            scenes=f"{items:,}",
            table=format_report(report),
            reached=reached_sentence(report),
            further=further_rows(manifest.get("further", {})),
        )
    )


def further_rows(sources: dict[str, dict[str, Any]]) -> str:
    """A row of the card's table of data for each source of further pictures, and a last one that adds them up."""
    if not sources:
        return ""
    rows = [f"| {name}, without labels | {one['pictures']:,} | {one['licence']} |" for name, one in sources.items()]
    total = sum(one["pictures"] for one in sources.values())
    return "\n".join([*rows, f"| All pictures without labels | {total:,} | |"]) + "\n"


def reached_sentence(report: dict[str, Any]) -> str:
    """Which rows reach what was set out for, in two sentences."""
    rows = {row: report["table"][row]["pocket"]["value"] for row in report["reach"] if row in report["table"]}
    reached = [row for row, value in rows.items() if value >= report["reach"][row]]
    missed = [f"{row} ({value:.3f} of {report['reach'][row]})" for row, value in rows.items() if row not in reached]
    return f"Reached: {'; '.join(reached) or 'none'}.\n\nNot reached: {'; '.join(missed) or 'none'}."
