"""`explorer lab batches`, and `explorer search --batch`: many filtered queries together."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.base.errors import InputError
from explorer.commands.common import note_result, open_target, progress_of
from explorer.commands.lab_options import Job, Model, Target

if TYPE_CHECKING:
    from explorer.features.lab.batches.measure import BatchReport

ENDINGS = (".csv", ".jsonl", ".parquet")


def batches(
    target: Target,
    file: Annotated[Path | None, typer.Option("--file", help="CSV of queries; a made-up batch when left out.")] = None,
    model: Model = "",
    job: Job = None,
) -> None:
    """Batches of filtered queries: one by one, in groups, by a tree over attributes, and with clusters (HQI)."""
    from explorer.features.lab.batches.kept import measure_and_keep

    opened = open_target(target)
    found = measure_and_keep(opened, opened.best_encoder(model), file, progress_of(job))
    typer.echo("\n".join(_table(found)))
    note_result(job, f"{found.queries:,} queries with {found.filters:,} filters asked in every way.")


def answer_file(workspace: str, file: Path, output: Path | None, *, clusters: int, model: str) -> None:
    """`explorer search --batch`: write the answers to `output`, or as CSV to standard output; tell what it took."""
    from explorer.features.lab.batches.file import read_batch
    from explorer.features.lab.batches.service import answer_batch
    from explorer.features.lab.batches.words import answer_table
    from explorer.io.atomic import atomic_write
    from explorer.io.export import FORMATS

    if output is not None and output.suffix.lower() not in ENDINGS:
        raise InputError(f"{output.name}: expected a name that ends in {', '.join(ENDINGS)}.")
    if clusters < 0:
        raise InputError(f"--clusters: expected 0 (exact) or more, got {clusters}.")
    opened = open_target(workspace)
    queries = read_batch(file, opened.tagged)
    found = answer_batch(opened, opened.best_encoder(model), queries, look=clusters, progress=progress_of(None))
    table = answer_table(opened, queries, found.answers.neighbours)
    content = FORMATS[output.suffix.lower().removeprefix(".") if output else "csv"](table)
    if output is None:
        typer.echo(content.decode("utf-8-sig"), nl=False)
    else:
        with atomic_write(output) as temporary:
            temporary.write_bytes(content)
    how = f"{clusters} nearest clusters, so some may be missed" if clusters else "exact"
    filters = len({one.filters for one in queries})
    typer.echo(
        f"{len(queries):,} queries, {filters:,} different filters ({how}): {found.answers.scanned.mean():,.0f} of "
        f"{found.searched:,} items compared a query; {found.answers.seconds:.2f} s, and {found.build_seconds:.2f} s to "
        "make the tree.",
        file=sys.stderr,
    )


def _table(found: "BatchReport") -> list[str]:
    from explorer.features.lab.batches.cards import CARDS

    labels = {card.name: card.label for card in CARDS}
    lines = [f"{found.queries:,} queries, {found.filters:,} filters, {found.report.items:,} items."]
    for kind in found.report.kinds:
        lines.append(f"Queries: {kind}s")
        for point in found.report.of(kind):
            costs = point.costs
            lines.append(
                f"  {labels[point.way]:30} {point.setting:18} compared {costs['scanned'].value:10,.1f}  "
                f"{costs['milliseconds'].value:8.3f} ms  recall {point.recall.value:.4f} "
                f"({point.recall.low:.3f} to {point.recall.high:.3f})"
            )
    equal = "equal to" if found.equal else "NOT equal to"
    return [*lines, f"Exact ways: answers {equal} those of one by one. Tree: {found.tree.leaves:,} leaves."]
