"""`explorer judgments …`."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.commands.campaign_life import life
from explorer.commands.campaigns import Target, campaigns
from explorer.commands.common import open_target, progress_of
from explorer.commands.rules import rules

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="People's judgments."
)
campaigns.registered_commands += life.registered_commands
app.add_typer(campaigns, name="campaign")
app.add_typer(rules)
CONDITION = "Answers given under this condition; the one with most when left out."
Kind = Annotated[str, typer.Option("--format", "-f", help="events, odd-one-out, triplets, votes or matrix")]


@app.callback()
def judgments() -> None:
    """People's judgments: campaigns, import and export, agreement of models with people."""


@app.command("import")
def import_command(
    workspace: Target,
    file: Annotated[Path, typer.Argument(help="CSV, TSV, TXT, JSONL, Parquet, JSON, NPY or NPZ, after the format.")],
    kind: Kind,
    campaign: Annotated[str, typer.Option(help="Name for these answers; the file's when left out.")] = "",
    numbers: Annotated[
        str, typer.Option(help="Numbers are in the names, or count in natural order, rows of the data set, or files.")
    ] = "auto",
    base: Annotated[int | None, typer.Option(help="Number of the first item (0 or 1).")] = None,
    header: Annotated[str, typer.Option(help="Whether the first row names the columns: auto, yes or no.")] = "auto",
    items: Annotated[str, typer.Option(help="Columns of the three items, by name or number from 1.")] = "1,2,3",
    odd: Annotated[str, typer.Option(help="third, second, or column:NAME with the position 1 to 3.")] = "third",
    person: Annotated[str, typer.Option(help="Column with the person, by name or number from 1.")] = "",
    array: Annotated[str, typer.Option(help="Which array of an .npz file.")] = "",
    similar: Annotated[bool, typer.Option("--similarities", help="The matrix holds similarities.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say how the file is understood; keep nothing.")] = False,
) -> None:
    """Add judgments from a file. Items are known by id, by the number in their names, or counted; it is said how."""
    from explorer.features.judgments.service import Options, import_judgments, look_at_judgments

    options = Options(
        kind=kind,
        campaign=campaign,
        numbers=numbers,
        base=base,
        header=header,
        items=items,
        odd=odd,
        person=person,
        array=array,
        similar=similar,
    )
    opened = open_target(workspace)
    if not dry_run:
        typer.echo(import_judgments(opened, file, options).sentence)
        return
    seen = look_at_judgments(opened, file, options)
    typer.echo("\n".join(["Nothing was kept.", seen.sentence, *seen.lines]))


@app.command("imports")
def imports_command(
    workspace: Target,
    campaign: Annotated[str, typer.Argument(help="Into which campaign.")],
    back: Annotated[
        str, typer.Option("--take-back", help="Number of an import, or the file of an old one: delete what it brought.")
    ] = "",
) -> None:
    """List the files that answers came from, and take one back whole."""
    from explorer.features.judgments.service import describe_import, find_campaign, imports_of, take_back_import

    opened = open_target(workspace)
    find_campaign(opened, campaign)
    if back:
        number, file = (int(back), "") if back.isdecimal() else (0, back)
        gone = take_back_import(opened, campaign, number, file)
        typer.echo(f"{gone:,} events were deleted. The file can be imported again.")
    for one in imports_of(opened, campaign):
        typer.echo(f"{one.number or one.file}\t{describe_import(one)}")


@app.command("move")
def move_command(
    workspace: Target,
    target: Annotated[
        str, typer.Option("--to", help="postgresql://USER@HOST/DATABASE, or sqlite for the data set's own file.")
    ] = "",
) -> None:
    """Say where the judgments lie, or move them into a PostgreSQL database that several machines share, or back."""
    from explorer.features.judgments.service import move_judgments, where_judgments_lie

    opened = open_target(workspace)
    if not target:
        typer.echo(f"The judgments of {opened.name} are in {where_judgments_lie(opened)}.")
        return
    counts = move_judgments(opened, target)
    place = where_judgments_lie(opened)
    if counts is None:
        typer.echo(f"The judgments of {opened.name} are in {place} already.")
        return
    moved = f"{counts['campaigns']:,} campaigns, {counts['events']:,} answers and other events"
    typer.echo(f"Moved to {place}, each row compared: {moved}.")


@app.command("export")
def export_command(
    workspace: Target,
    destination: Annotated[Path, typer.Argument(help="File; its ending says how it is written.")],
    kind: Annotated[
        str,
        typer.Option("--format", "-f", help="events, people, odd-one-out[-second], triplets or dissimilarities"),
    ] = "events",
    campaign: Annotated[str, typer.Option(help="Only this campaign.")] = "",
    condition: Annotated[str | None, typer.Option(help="Of arrays and matrices: only answers under this one.")] = None,
) -> None:
    """Write judgments to a file: all events, or the arrays that other programs read."""
    from explorer.features.judgments.service import export_judgments

    typer.echo(export_judgments(open_target(workspace), destination, kind, campaign, condition))


@app.command("agree")
def agree_command(
    workspace: Target,
    campaign: Annotated[str, typer.Argument(help="Which judgments; the only ones when left out.")] = "",
    versus: Annotated[list[str] | None, typer.Option("--with", help="Such as encoder:pocket, column:colour.")] = None,
    least: Annotated[float, typer.Option(help="Count only people who passed this share of their checks.")] = 0.0,
    condition: Annotated[str, typer.Option(help=CONDITION)] = "",
) -> None:
    """How far people agree with each other, and models with them."""
    from explorer.features.judgments.agreement.report import agreement_report

    typer.echo(agreement_report(open_target(workspace), campaign, versus or [], least, condition))


@app.command("fit")
def fit_command(
    workspace: Target,
    campaign: Annotated[str, typer.Argument(help="Which judgments.")],
    dim: Annotated[int, typer.Option(help="Dimensions of the places.")] = 4,
    loss: Annotated[str, typer.Option(help="logistic, crowd_kernel or soft_ordinal")] = "logistic",
    condition: Annotated[str, typer.Option(help=CONDITION)] = "",
    job: Annotated[Path | None, typer.Option("--job", hidden=True)] = None,
) -> None:
    """Places of the items from answers alone, as vectors `precomputed:people …` of the workspace, with index and map.

    Before, some questions and people are held out in turn; it is said what the places foresee of them.
    """
    from explorer.features.judgments.learning.service import place_items

    opened, progress = open_target(workspace), progress_of(job)
    typer.echo(place_items(opened, campaign, dim=dim, loss=loss, progress=progress, condition=condition))


@app.command("tune")
def tune_command(
    workspace: Target,
    campaign: Annotated[str, typer.Argument(help="Which judgments.")],
    model: Annotated[str, typer.Option("--model", "-m", help="Encoder to start from.")] = "pocket",
    name: Annotated[str, typer.Option(help="Name of the result; it becomes the encoder tuned:NAME.")] = "people",
    head: Annotated[str, typer.Option(help="projection (linear) or mlp (a hidden layer)")] = "projection",
    loss: Annotated[str, typer.Option(help="triplet (SIRL, two-sided) or logistic")] = "triplet",
    least: Annotated[float, typer.Option(help="Count only people who passed this share of their checks.")] = 0.0,
    condition: Annotated[str, typer.Option(help=CONDITION)] = "",
    job: Annotated[Path | None, typer.Option("--job", hidden=True)] = None,
) -> None:
    """Let an encoder learn from people's answers; the workspace is prepared with the result."""
    from explorer.features.judgments.learning.from_answers import AnswerSettings
    from explorer.features.judgments.learning.tuning import Tuning, tune_and_prepare

    tuning = Tuning(
        campaign=campaign,
        model=model,
        name=name,
        head=head,
        least=least,
        condition=condition,
        settings=AnswerSettings(loss=loss),
    )
    typer.echo(tune_and_prepare(open_target(workspace), tuning, progress_of(job)))


@app.command("tune-groups")
def tune_groups_command(
    workspace: Target,
    column: Annotated[str, typer.Argument(help="Attribute column with the groups, or tags:CAMPAIGN.")],
    model: Annotated[str, typer.Option("--model", "-m", help="Encoder to start from.")] = "pocket",
    name: Annotated[str, typer.Option(help="Name of the result; it becomes the encoder tuned:NAME.")] = "groups",
    job: Annotated[Path | None, typer.Option("--job", hidden=True)] = None,
) -> None:
    """Let an encoder learn groups by the multi-similarity loss; some groups are held out to measure on."""
    from explorer.features.judgments.learning.tuning import tune_groups

    typer.echo(tune_groups(open_target(workspace), column, model=model, name=name, progress=progress_of(job)))
