"""`explorer near-copies`: texts that stand twice or nearly so, in a collection or a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.commands.common import note_result, progress_of

if TYPE_CHECKING:
    from explorer.base.arrays import Rows
    from explorer.base.progress import Progress
    from explorer.features.match.copies.service import Copies, Grouped

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
SHOWN, SHORT = 10, 100


@app.command()
def near_copies(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A table, or the name of a collection.")],
    column: Annotated[str, typer.Option(help="The column that is compared; guessed when left out.")] = "",
    ids: Annotated[str, typer.Option(help="The column of ids; numbers of rows when left out.")] = "",
    model: Annotated[str, typer.Option("--model", "-m", help="What turns texts into vectors.")] = "pocket",
    cosine: Annotated[float | None, typer.Option(help="From which two are linked; proposed if left out.")] = None,
    truth: Annotated[str, typer.Option(help="Column whose equal values are the same thing.")] = "",
    solved: Annotated[str, typer.Option(help="Column of what was solved: its share by similarity.")] = "",
    among: Annotated[str, typer.Option(help="With --solved: COLUMN=VALUE of what was seen before.")] = "",
    period: Annotated[str, typer.Option(help="Column of dates or years: how near the periods are.")] = "",
    ask: Annotated[str, typer.Option(help="A text: the ten most similar.")] = "",
    learn: Annotated[bool, typer.Option("--learn", help="Learn from the groups of --truth, and measure.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the groups to this CSV.")] = None,
    job: Annotated[Path | None, typer.Option("--job", hidden=True)] = None,
) -> None:
    """Find texts that stand twice or nearly so: links above a cosine, groups by Louvain, chains, what they change."""
    from explorer.features.match.copies.service import copies_of, groups_by_way, truth_codes
    from explorer.features.match.copies.vectors import vectors_of
    from explorer.features.match.sources import read_source

    side = read_source(source, column=column, ids=ids, model=model)
    for note in side.notes:
        typer.echo(note)
    progress = progress_of(job)
    found = copies_of(side, vectors_of(side, model, progress))
    at = found.proposal.threshold if cosine is None else cosine
    codes = truth_codes(side, truth) if truth else None
    groups = groups_by_way(found, at, codes)
    typer.echo(f"From a cosine of {at:.2f} on (proposed: {found.proposal.threshold:.2f}). {found.proposal.why}")
    _tell_groups(found, groups, at)
    if codes is not None:
        _tell_truth(found, groups, codes)
    if solved:
        _tell_rates(found, solved, among)
    if period:
        _tell_drift(found, period)
    if ask:
        _tell_nearest(found, ask, model)
    if learn:
        _learn(found, codes, progress)
    _write(found, groups, out)
    note_result(job, f"{groups['pairs'].pairs:,} linked from a cosine of {at:.2f} on.")


def _tell_groups(found: "Copies", groups: "dict[str, Grouped]", cosine: float) -> None:
    from explorer.features.diagnose.contract import chain_words
    from explorer.features.match.copies.service import WAYS, worst_chain
    from explorer.io.text import counted

    for name, one in groups.items():
        inside = f" in {counted(len(one.groups), 'group')}" if name != "pairs" else ""
        typer.echo(f"{WAYS[name]}: {one.missing or counted(one.pairs, 'pair') + inside}")
    chain = worst_chain(found, groups["components"], cosine)
    if chain:
        typer.echo(chain_words(chain, cosine))
    for rows in groups["louvain"].groups[:SHOWN]:
        named = [found.side.texts[row][:SHORT] or found.side.ids[row] for row in rows[:3]]
        typer.echo(f"  {len(rows)}: " + " | ".join(" ".join(one.split()) for one in named))


def _tell_truth(found: "Copies", groups: "dict[str, Grouped]", codes: "Rows") -> None:
    from explorer.base.metrics import score_text
    from explorer.features.match.copies.service import WAYS, ndcg_of, rule_agreement

    rows = {WAYS[name]: one.agreement for name, one in groups.items()}
    rows |= {f"Without a model: {name}": one for name, one in rule_agreement(found.side.texts, codes).items()}
    for name, told in rows.items():
        if told is not None:
            ari = "" if told.ari is None else f", ARI {told.ari:.3f}"
            scores = [told.pair_words(one) for one in ("precision", "recall", "f1")]
            typer.echo("{}: precision {}, recall {}, F1 {} of pairs{}".format(name, *scores, ari))
    score = ndcg_of(found, codes)
    if score is not None:
        typer.echo(f"NDCG@10 of the search: {score_text(score.as_dict())}, {score.items:,} that ask")


def _tell_rates(found: "Copies", solved: str, among: str) -> None:
    from explorer.base.errors import InputError
    from explorer.features.match.copies.service import rates_of

    name, equals, value = among.partition("=")
    if among and not equals:
        raise InputError(f"--among: expected COLUMN=VALUE, got {among!r:.80}.")
    for one in rates_of(found, solved, name, value):
        typer.echo(
            f"Nearest other at {one.low:.3f} to {one.high:.3f}: {one.share:.1%} of {one.items:,} solved "
            f"({one.least:.1%} to {one.most:.1%})"
        )


def _tell_drift(found: "Copies", period: str) -> None:
    from explorer.base.errors import InputError
    from explorer.features.match.copies.service import drift_between

    told = drift_between(found, period)
    if told is None:
        raise InputError(f"--period: expected a column of dates, years or ordered numbers; got {period!r:.80}.")
    typer.echo(f"Mean cosine to the nearest of {told.sampled:,} of each period of {period}:")
    for name, row in zip(told.names, told.similarities, strict=True):
        typer.echo(
            f"{name}: " + ", ".join(f"{other} {value:.3f}" for other, value in zip(told.names, row, strict=True))
        )
    if told.left_out:
        typer.echo(f"Left out, too few: {', '.join(told.left_out)}")


def _tell_nearest(found: "Copies", text: str, model: str) -> None:
    from explorer.base.progress import Silent
    from explorer.features.match.copies.similar import nearest
    from explorer.features.match.copies.vectors import text_rows

    rows, cosines = nearest(found.vectors[found.present], text_rows([text], model, Silent()))
    for row, value in zip(found.present[rows[0]], cosines[0], strict=True):
        typer.echo(f"{value:.3f} {found.side.ids[row]} {' '.join(found.side.texts[row].split())[:SHORT]}")


def _learn(found: "Copies", codes: "Rows | None", progress: "Progress") -> None:
    from tempfile import TemporaryDirectory

    from explorer.base.errors import InputError
    from explorer.base.metrics import score_text
    from explorer.features.match.copies.learn import learn_from_groups

    if codes is None:
        raise InputError("--learn: expected the column of groups to learn from as --truth COLUMN.")
    with TemporaryDirectory() as folder:
        told = learn_from_groups(found.vectors, codes, Path(folder), progress=progress)
    before, after, change = (score_text(one.as_dict()) for one in (told.before, told.after, told.change))
    typer.echo(f"NDCG@10 on {told.groups[2]:,} groups not learned from: {before} before, {after} after; {change} more")


def _write(found: "Copies", groups: "dict[str, Grouped]", out: Path | None) -> None:
    if out is None:
        return
    from explorer.features.match.copies.table import group_table
    from explorer.io.atomic import atomic_write
    from explorer.io.export import csv_bytes

    with atomic_write(out) as temporary:
        temporary.write_bytes(csv_bytes(group_table(found, groups)))
