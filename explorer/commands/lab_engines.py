"""`explorer lab engines`: engines side by side; `compress`: how small vectors can be; `filters`: what they cost."""

from typing import TYPE_CHECKING, Annotated

import typer

from explorer.commands.common import note_result, open_target, progress_of
from explorer.commands.lab_options import Job, Model, Target

if TYPE_CHECKING:
    from explorer.features.lab.filters.report import FilterPoint, FilterReport


def engines(target: Target, model: Model = "", job: Job = None) -> None:
    """Engines: recall against queries a second, memory and time to build, for items and texts."""
    from explorer.commands.lab_several import point_table
    from explorer.features.lab.engines.measure import engines as measure

    opened = open_target(target)
    report = measure(opened, opened.best_encoder(model), progress_of(job))
    note_result(job, f"Engines measured on {report.items:,} items.")
    typer.echo("\n".join([point_table(report), *report.notes]))


def compress(target: Target, model: Model = "", job: Job = None) -> None:
    """Compress: recall of small vectors against memory and speed, by projection, dimensions and bits."""
    from explorer.commands.lab_several import point_table
    from explorer.features.lab.compress.measure import compress as measure

    opened = open_target(target)
    report = measure(opened, opened.best_encoder(model), progress_of(job))
    note_result(job, f"Small vectors measured on {report.items:,} items.")
    typer.echo("\n".join([point_table(report), *report.notes]))


def filters(
    target: Target,
    column: Annotated[str, typer.Option(help="Filter by the values of this column; made attributes without.")] = "",
    model: Model = "",
    job: Job = None,
) -> None:
    """Filters: recall and time before, after and inside of the search, against the share of items that pass."""
    from explorer.features.lab.filters.measure import filters as measure

    opened = open_target(target)
    report = measure(opened, opened.best_encoder(model), column, progress_of(job))
    note_result(job, f"Filters measured on {report.items:,} items.")
    typer.echo("\n".join(_lines(report)))


def _lines(report: "FilterReport") -> list[str]:
    lines = []
    for one in report.unfiltered:
        recall, took = one.recall.value, one.milliseconds.value
        lines.append(f"{one.kind}: without a filter recall@10 {recall:.3f}, {took:.2f} ms a query, at ef {one.ef}")
        for goes, words in (("with", "goes with the query"), ("chance", "by chance")):
            lines.append(f"  an attribute that {words}" if goes == "with" else f"  an attribute {words}")
            lines += [_line(point) for point in report.of(one.kind, "with" if goes == "with" else "chance")]
    return lines


def _line(point: "FilterPoint") -> str:
    from explorer.features.lab.filters.registry import METHODS

    found = f"recall@10 {point.recall.value:.3f} ({point.recall.low:.3f} to {point.recall.high:.3f})"
    recall = found if point.passing[1] else "nothing to find"
    way = f"{METHODS[point.way].label.partition(':')[0]} {point.setting}"
    return f"    {point.level:<14}{way:<40}{recall:<36}{point.milliseconds.value:8.2f} ms"
