"""Exports of a workspace's judgments: which answers go into which file, and what is said of it."""

from pathlib import Path

from explorer.base.arrays import check_choice
from explorer.base.permission import may, require
from explorer.features.judgments import campaigns
from explorer.features.judgments.counted import counted_answers
from explorer.features.judgments.exchange import export
from explorer.features.judgments.exchange.event_files import HAPPENED, event_bytes
from explorer.features.judgments.exchange.event_lines import event_lines, without_people
from explorer.features.judgments.exchange.people_table import people_table
from explorer.features.judgments.questions import judged
from explorer.features.judgments.store import judgment_store
from explorer.io.atomic import atomic_write
from explorer.io.export import FORMATS
from explorer.workspace.opened import Opened

KNOW = "run campaigns"


def export_judgments(
    opened: Opened, destination: Path, kind: str, campaign: str = "", condition: str | None = None
) -> str:
    """Write judgments to a file, atomically; return a sentence on what was written."""
    data, sentence = export_data(
        opened, kind, destination.suffix.lower().removeprefix("."), campaign, condition=condition
    )
    with atomic_write(destination) as temporary:
        temporary.write_bytes(data)
    what, _, more = sentence.partition(". ")
    return f"{what} written to {destination}" + (f". {more}" if more else "")


def export_data(
    opened: Opened, kind: str, ending: str, campaign: str = "", *, condition: str | None = None
) -> tuple[bytes, str]:
    """Bytes of an export and a sentence on them; kind: one of `export.EXPORTS`, ending: of the file.

    "events" and "people" are whole, and say what the rules of a campaign leave out. The others hold the judgments that
    count: no attention checks, no repeats, and nothing that is left out, which the sentence tells; of one condition
    where `condition` names it, else of all, and if there are several the sentence says so.
    Who people are is for those who run campaigns: for others there is no "people", which is Refused, and "events" is
    without names, links and steps.
    """
    check_choice(kind, export.EXPORTS, "format")
    check_choice(ending, export.ENDINGS[kind], "the ending of the file")
    store = judgment_store(opened.workspace)
    if campaign:
        campaigns.campaign(store, campaign)
    if kind == "events":
        lines = event_lines(store, campaign or None)
        shown = lines if may(KNOW) else without_people(lines)
        count = sum(one["kind"] in HAPPENED for one in shown)
        return event_bytes(shown, ending), f"{count:,} events"
    if kind == "people":
        require(KNOW)
        table = people_table(store, campaign or None)
        return FORMATS[ending](table), f"{table.num_rows:,} people"
    found, mixed = counted_answers(store, campaign or None), ""
    answers, ids = judged(found.answers), opened.dataset.ids.tolist()
    known = sorted({one.condition for one in answers})
    if condition is not None:
        check_choice(condition, known, "condition")
        answers = [one for one in answers if one.condition == condition]
    elif len(known) > 1:
        mixed = f"Answers under {len(known)} conditions are in it together: --condition takes one of them."
    if kind == "dissimilarities":
        tops = {one.name: one.settings.scale[1] for one in campaigns.campaigns(store)}
        data, said = export.dissimilarity_bytes(answers, ids, tops, ending)
    else:
        rows = export.ARRAYS[kind](answers, ids)
        data, said = export.array_bytes(rows, ids, ending, export.HEADERS[kind]), f"{len(rows):,} answers"
    return data, ". ".join(part.rstrip(".") for part in (said, found.sentence, mixed) if part) + (
        "." if found.sentence or mixed else ""
    )
