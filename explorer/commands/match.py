"""`explorer match LEFT RIGHT`: which of these is the same as which of those."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError
from explorer.commands.common import note_result, open_target, progress_of
from explorer.commands.named_values import named_values

if TYPE_CHECKING:
    from explorer.features.match.assigning import Links
    from explorer.features.match.service import Matched
    from explorer.features.match.truth import Truth

SHOWN = 20
SIDES = ("", "left", "right", "both")
Source = Annotated[
    str, typer.Argument(metavar="LEFT", help="A table, a folder of tables, or the name of a collection.")
]
Other = Annotated[str, typer.Argument(metavar="RIGHT", help="The same; left out, LEFT is matched with itself.")]
Column = Annotated[str, typer.Option(help="The column that is compared; guessed when left out.")]
Ids = Annotated[str, typer.Option(help="The column of ids; numbers of rows when left out.")]
Sets = Annotated[list[str] | None, typer.Option("--set", help="NAME=VALUE, a setting of the matcher; repeat it.")]
Job = Annotated[Path | None, typer.Option("--job", hidden=True, help="Folder that takes the progress.")]
app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def match(
    left: Source,
    right: Other = "",
    method: Annotated[str, typer.Option(help="The matcher; see explorer methods match.")] = "tfidf",
    way: Annotated[str, typer.Option(help="best, mutual, about, one or many.")] = "best",
    threshold: Annotated[float | None, typer.Option(help="Link only pairs of at least this score.")] = None,
    about: Annotated[float, typer.Option(help="With --way about: so many links a left thing.")] = 1.0,
    copies: Annotated[int, typer.Option(help="With --way one: a right thing may be linked so often.")] = 1,
    left_column: Column = "",
    right_column: Column = "",
    left_ids: Ids = "",
    right_ids: Ids = "",
    columns: Annotated[str, typer.Option(help="left, right or both: its columns are the things to match.")] = "",
    set_: Sets = None,
    truth: Annotated[str, typer.Option(help="Column of LEFT with the right ids of RIGHT, to measure by.")] = "",
    model: Annotated[str, typer.Option("--model", "-m", help="What turns texts into vectors.")] = "pocket",
    llm_url: Annotated[str, typer.Option(help="A language model that speaks as OpenAI's chat completions do.")] = "",
    llm_model: Annotated[str, typer.Option(help="Its name there. The key: EXPLORER_LLM_KEY.")] = "",
    llm_log: Annotated[Path | None, typer.Option(help="File that takes every request with its answer.")] = None,
    llm_replay: Annotated[Path | None, typer.Option(help="Such a file that answers alone, without a network.")] = None,
    out: Annotated[Path | None, typer.Option(help="Write the links to this .csv, .parquet or .jsonl file.")] = None,
    keep: Annotated[str, typer.Option(help="Keep the match under this name, for the page; with --workspace.")] = "",
    workspace: Annotated[str, typer.Option(help="The collection that keeps it.")] = "",
    job: Job = None,
) -> None:
    """Match two lists, or one with itself: tell which of these is the same as which of those."""
    from explorer.features.match.assigning import Rule, check_rule
    from explorer.features.match.kept import keep as keep_match
    from explorer.features.match.language_model.endpoint import named_endpoint, using
    from explorer.features.match.service import make_task
    from explorer.features.match.service import match as match_task
    from explorer.features.match.sources import read_source
    from explorer.features.match.table import check_ending
    from explorer.features.match.truth import truth_in

    if bool(keep) != bool(workspace):
        raise InputError("Keep a match: expected both --keep NAME and --workspace COLLECTION.")
    rule = Rule(way=way, threshold=threshold, about=about, copies=copies)
    check_rule(rule, same=not right)
    if out is not None:
        check_ending(out)
    of_columns = check_choice(columns, SIDES, "--columns")
    mine = read_source(left, column=left_column, ids=left_ids, as_columns=of_columns in ("left", "both"), model=model)
    theirs = None
    if right:
        as_columns = of_columns in ("right", "both")
        theirs = read_source(right, column=right_column, ids=right_ids, as_columns=as_columns, model=model)
    task = make_task(mine, theirs, method, options=named_values(set_), model=model)
    known = truth_in(task, truth) if truth else None
    with using(named_endpoint(llm_url, llm_model, log=llm_log, replay=llm_replay)):
        matched = match_task(task, method, progress_of(job))
    links = matched.links(rule)
    if keep:
        keep_match(open_target(workspace).workspace, keep, matched, model)
    _tell(matched, links, known)
    write_links(matched, links, out)
    note_result(job, f"{len(links):,} links among {len(matched.pairs):,} pairs.")


def _tell(matched: "Matched", links: "Links", truth: "Truth | None") -> None:
    task = matched.task
    for note in dict.fromkeys((*task.left.notes, *task.right.notes, *(truth.notes if truth else ()))):
        typer.echo(note)
    bound = "" if links.threshold is None else f", from a score of {links.threshold:.3f}"
    typer.echo(f"{len(links):,} links among {len(matched.pairs):,} pairs of {matched.method.label}{bound}.")
    lonely = f"{len(links.left_alone):,}" + ("" if task.same else f" left, {len(links.right_alone):,} right")
    typer.echo(f"Without a link: {lonely}.")
    if links.ties:
        typer.echo(f"{links.ties:,} had several equally good; the first of them was taken.")
    for name, value in matched.pairs.about.items():
        typer.echo(f"{name}: {value}")
    if truth is not None:
        typer.echo(_against(matched, links, truth))


def _against(matched: "Matched", links: "Links", truth: "Truth") -> str:
    """How right the links are."""
    from explorer.features.match.truth import scores_of_links

    pairs = matched.pairs.take(links.places)
    found = scores_of_links(pairs.left, pairs.right, truth)
    words = [
        f"{name} {score.value:.3f} ({score.low:.3f} to {score.high:.3f})" if score else f"{name} of no links"
        for name, score in zip(("precision", "recall", "F1"), found.all, strict=True)
    ]
    return f"Against the truth, {found.hits:,} right links: {', '.join(words)}."


def write_links(
    matched: "Matched", links: "Links", out: Path | None, decisions: dict[tuple[str, str], str] | None = None
) -> None:
    """Write the links to a file; without one, show the surest of them."""
    from explorer.features.match.table import link_table, write_table

    table = link_table(matched, links, decisions)
    if out is not None:
        write_table(table, out)
        typer.echo(f"Written to {out}.")
        return
    for row in table.slice(0, SHOWN).to_pylist():
        left, right = (row[side].strip() or row[f"{side}_id"] for side in ("left", "right"))
        score = "" if row["score"] is None else f"{row['score']:.3f}"
        typer.echo(f"{score:>8}  {left:.50}  =  {right:.50}  ({row['route']})")
