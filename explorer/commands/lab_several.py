"""`explorer lab vectors`, `several` and `detail`: several vectors an item; `scorers`: expensive pairwise scorers."""

from typing import TYPE_CHECKING, Annotated

import typer

from explorer.commands.common import note_result, open_target, progress_of
from explorer.commands.lab_options import Job, Model, Target

if TYPE_CHECKING:
    from explorer.features.lab.report import LabReport
    from explorer.features.lab.several.find import Hits
    from explorer.features.lab.several.store import KeptSets
    from explorer.workspace.opened import Opened

SCORER_HELP = "chamfer, edit, ssim, or FILE.py:FUNCTION below the data root (run as it is)."


def vectors(target: Target, model: Model = "", job: Job = None) -> None:
    """Make several vectors an item: patches of pictures, or tokens of texts. Kept beside the other vectors."""
    from explorer.features.lab.several.store import make_sets

    opened = open_target(target)
    sentence = make_sets(opened, opened.best_encoder(model), progress=progress_of(job))
    note_result(job, sentence)
    typer.echo(sentence)


def several(target: Target, model: Model = "", job: Job = None) -> None:
    """Several vectors an item: MUVERA and one vector an item against exact Chamfer similarity."""
    from explorer.features.lab.several.service import measure_and_keep

    opened = open_target(target)
    found = measure_and_keep(opened, opened.best_encoder(model), progress_of(job))
    lines = [point_table(found.report), "recall@N of the encodings alone (items):"]
    for curve in found.curves:
        if curve.kind == "item":
            shares = "  ".join(f"@{n:,} {share:.3f}" for n, share in zip(curve.at, curve.recalls, strict=True))
            cells = f"{curve.bits} bits, {curve.projected:>2} a cell, {curve.numbers:>6,} numbers"
            lines.append(f"  R {curve.repetitions:>2}, {cells}: {shares}")
    lines.append(f"Correlation of estimates with exact Chamfer similarity: {found.correlation:.3f}")
    typer.echo("\n".join(lines))
    note_result(job, f"Several vectors an item measured on {found.report.items:,} items.")


def detail(
    target: Target,
    item: Annotated[str, typer.Option("--item", help="Id of the item whose detail is looked for.")] = "",
    part: Annotated[str, typer.Option("--part", help="Patches as top,left,bottom,right, counted from 0.")] = "",
    words: Annotated[str, typer.Option("--words", help="Words in the place of an item; phrases between commas.")] = "",
    count: Annotated[int, typer.Option("-k", "--count", min=1, help="How many items.")] = 10,
    model: Model = "",
) -> None:
    """Find items that hold a detail: a part of an item's picture, or words."""
    from explorer.base.errors import InputError
    from explorer.features.lab.several.find import find_like, part_of, read_part, words_query
    from explorer.features.lab.several.service import sets_of

    opened = open_target(target)
    spec = opened.best_encoder(model)
    kept = sets_of(opened, spec)
    if bool(item) == bool(words):
        raise InputError("Expected an item (--item ID, with --part for a detail of it) or words (--words).")
    if words:
        typer.echo(_hits(opened, kept, find_like(kept, words_query(opened, spec, kept, words), count)))
        return
    row = int(opened.dataset.rows_of([item])[0])
    query = part_of(kept, row, read_part(part, kept.grid)) if part else kept.sets.of(row)
    typer.echo(_hits(opened, kept, find_like(kept, query, count, without=row)))


def scorers(
    target: Target,
    scorer: Annotated[str, typer.Option("--scorer", "-s", help=SCORER_HELP)] = "",
    anchor_questions: Annotated[int, typer.Option(min=1, help="Items scored with every other one, once.")] = 100,
    anchor_items: Annotated[int, typer.Option(min=1, help="Calls for each query to place it.")] = 50,
    rescored: Annotated[int, typer.Option(min=1, help="Calls for each query to score what was found.")] = 50,
    items: Annotated[int, typer.Option(min=1, help="Items that are searched, at most.")] = 2_000,
    model: Model = "",
    job: Job = None,
) -> None:
    """Expensive scorers: recall of ANNCUR against calls of the scorer, beside rescoring what an embedding finds."""
    from explorer.base.errors import InputError
    from explorer.features.lab.scorers.measure import ScorerSettings
    from explorer.features.lab.scorers.service import measure_and_keep, usable_scorers

    opened = open_target(target)
    spec = opened.best_encoder(model)
    name = scorer or next((one for one, lacks in usable_scorers(opened, spec).items() if not lacks), "")
    if not name:
        raise InputError(f"{opened.name} has nothing that a scorer compares. {SCORER_HELP}")
    settings = ScorerSettings(
        anchor_questions=anchor_questions, anchor_items=anchor_items, rescored=rescored, items=items
    )
    found = measure_and_keep(opened, spec, name, settings, progress_of(job))
    typer.echo("\n".join([point_table(found.report), *found.report.notes]))
    note_result(job, f"{found.scorer}: measured with {found.asked:,} calls.")


def point_table(report: "LabReport") -> str:
    """Points as text, one line each."""
    from explorer.features.lab.contract import METHODS
    from explorer.features.lab.report import COSTS

    lines = []
    for kind in report.kinds:
        lines.append(f"{kind}: recall@10 with 95 % interval")
        for point in report.of(kind):
            costs = "  ".join(f"{span.value:,.2f} {COSTS[name].label}" for name, span in point.costs.items())
            recall = f"{point.recall.value:.3f} ({point.recall.low:.3f} to {point.recall.high:.3f})"
            lines.append(f"  {METHODS[point.way].label:<40}{point.setting:<36}{recall:<26}{costs}")
    return "\n".join(lines)


def _hits(opened: "Opened", kept: "KeptSets", found: "Hits") -> str:
    from explorer.features.lab.several.find import box_of

    lines = []
    for hit in found.hits:
        box = ",".join(map(str, box_of(hit.places, kept.grid))) if kept.grid else ""
        lines.append(f"{hit.similarity:.3f}  {opened.dataset.ids[hit.row]}" + (f"  part {box}" if box else ""))
    how = "all items compared" if found.all else f"{found.compared:,} candidates compared"
    return "\n".join([*lines, how])
