"""`explorer judgments …`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="People's judgments."
)
Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]
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
    base: Annotated[int | None, typer.Option(help="Items are numbered from here (0 or 1), not named by id.")] = None,
    by_path: Annotated[bool, typer.Option("--by-path", help="Numbers follow the sorted names of the images.")] = False,
    items: Annotated[str, typer.Option(help="Columns of the three items, by name or number from 1.")] = "1,2,3",
    odd: Annotated[str, typer.Option(help="third, second, or column:NAME with the position 1 to 3.")] = "third",
    person: Annotated[str, typer.Option(help="Column with the person, by name or number from 1.")] = "",
    array: Annotated[str, typer.Option(help="Which array of an .npz file.")] = "",
    similar: Annotated[bool, typer.Option("--similarities", help="The matrix holds similarities.")] = False,
) -> None:
    """Add judgments from a file. Items are known by id, or by number with --base."""
    from explorer.features.judgments.service import Options, import_judgments
    from explorer.workspace.folder import open_named

    options = Options(
        kind=kind,
        campaign=campaign,
        base=base,
        by_path=by_path,
        items=items,
        odd=odd,
        person=person,
        array=array,
        similar=similar,
    )
    typer.echo(import_judgments(open_named(workspace), file, options).sentence)


@app.command("export")
def export_command(
    workspace: Target,
    destination: Annotated[Path, typer.Argument(help="File; its ending says how it is written.")],
    kind: Annotated[
        str,
        typer.Option("--format", "-f", help="events, odd-one-out, odd-one-out-second, triplets or dissimilarities"),
    ] = "events",
    campaign: Annotated[str, typer.Option(help="Only this campaign.")] = "",
) -> None:
    """Write judgments to a file: all events, or the arrays that other programs read."""
    from explorer.features.judgments.service import export_judgments
    from explorer.workspace.folder import open_named

    typer.echo(export_judgments(open_named(workspace), destination, kind, campaign))


@app.command("agree")
def agree_command(
    workspace: Target,
    campaign: Annotated[str, typer.Argument(help="Which judgments; the only ones when left out.")] = "",
    versus: Annotated[list[str] | None, typer.Option("--with", help="Such as encoder:pocket, column:colour.")] = None,
    least: Annotated[float, typer.Option(help="Count only people who passed this share of their checks.")] = 0.0,
) -> None:
    """How far people agree with each other, and models with them."""
    from explorer.features.judgments.agreement.report import agreement_report
    from explorer.workspace.folder import open_named

    typer.echo(agreement_report(open_named(workspace), campaign, versus or [], least))


@app.command("fit")
def fit_command(
    workspace: Target,
    campaign: Annotated[str, typer.Argument(help="Which judgments.")],
    dim: Annotated[int, typer.Option(help="Dimensions of the places.")] = 4,
    loss: Annotated[str, typer.Option(help="logistic, crowd_kernel or soft_ordinal")] = "logistic",
    job: Annotated[Path | None, typer.Option("--job", hidden=True)] = None,
) -> None:
    """Places of the items from answers alone, as vectors `precomputed:people …` of the workspace."""
    from explorer.features.judgments.learning.item_places import fit_places
    from explorer.workspace.folder import open_named

    typer.echo(fit_places(open_named(workspace), campaign, dim, loss))


@app.command("tune")
def tune_command(
    workspace: Target,
    campaign: Annotated[str, typer.Argument(help="Which judgments.")],
    model: Annotated[str, typer.Option("--model", "-m", help="Encoder to start from.")] = "pocket",
    name: Annotated[str, typer.Option(help="Name of the result; it becomes the encoder tuned:NAME.")] = "people",
    head: Annotated[str, typer.Option(help="projection (linear) or mlp (a hidden layer)")] = "projection",
    loss: Annotated[str, typer.Option(help="triplet (SIRL, two-sided) or logistic")] = "triplet",
    least: Annotated[float, typer.Option(help="Count only people who passed this share of their checks.")] = 0.0,
    job: Annotated[Path | None, typer.Option("--job", hidden=True)] = None,
) -> None:
    """Let an encoder learn from people's answers; the workspace is prepared with the result."""
    from explorer.base.progress import progress_of
    from explorer.features.judgments.learning.judged import JudgedSettings
    from explorer.features.judgments.learning.tuning import tune_and_prepare
    from explorer.workspace.folder import open_named

    settings = JudgedSettings(kind=head, loss=loss)
    typer.echo(tune_and_prepare(open_named(workspace), campaign, model, name, settings, progress_of(job), least))


@app.command("tune-groups")
def tune_groups_command(
    workspace: Target,
    column: Annotated[str, typer.Argument(help="Attribute column with the groups, or tags:CAMPAIGN.")],
    model: Annotated[str, typer.Option("--model", "-m", help="Encoder to start from.")] = "pocket",
    name: Annotated[str, typer.Option(help="Name of the result; it becomes the encoder tuned:NAME.")] = "groups",
    job: Annotated[Path | None, typer.Option("--job", hidden=True)] = None,
) -> None:
    """Let an encoder learn groups by the multi-similarity loss; some groups are held out to measure on."""
    from explorer.base.progress import progress_of
    from explorer.features.judgments.learning.grouped import GroupSettings, tune_groups
    from explorer.workspace.folder import open_named

    typer.echo(tune_groups(open_named(workspace), column, model, name, GroupSettings(), progress_of(job)))


campaign_app = typer.Typer(no_args_is_help=True, add_completion=False, help="Make, list, close and open campaigns.")
app.add_typer(campaign_app, name="campaign")
Name = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="Name of the campaign.")]


@campaign_app.command("create")
def create_command(
    workspace: Target,
    name: Name,
    task: Annotated[str, typer.Option(help="odd_one_out, triplet, pair_rating, tags or arrangement")],
    condition: Annotated[str, typer.Option(help="Such as: by colour")] = "",
    instruction: Annotated[str, typer.Option(help="Shown above each question; there is one for each task.")] = "",
    wording: Annotated[str, typer.Option(help="Of an odd one out: pick the odd one, or the pair.")] = "odd",
    view: Annotated[str, typer.Option(help="Only the items of this saved view.")] = "",
    filters: Annotated[str, typer.Option("--filter", help="As in the address of Explore: shape:values:star")] = "",
    questions: Annotated[int, typer.Option(help="Different questions.")] = 100,
    answers: Annotated[int, typer.Option(help="Answers a question, each by another person.")] = 1,
    per_person: Annotated[int, typer.Option(help="Most questions a person; 0 for no limit.")] = 0,
    sampler: Annotated[str, typer.Option(help="random, list, active or disagreement")] = "random",
    listed: Annotated[Path | None, typer.Option("--list", help="Table with the ids of one question a row.")] = None,
    model: Annotated[list[str] | None, typer.Option(help="For disagreement; give two or more.")] = None,
    size: Annotated[int, typer.Option(help="Items in an arrangement.")] = 0,
    scale: Annotated[str, typer.Option(help="Lowest and highest rating of a pair.")] = "1,7",
    repeats: Annotated[float, typer.Option(help="Share of questions asked again, 0 to 0.5.")] = 0.0,
    checks: Annotated[float, typer.Option(help="Share of attention checks, 0 to 0.5.")] = 0.0,
    resume: Annotated[str, typer.Option(help="Who comes back: resume, restart or block.")] = "resume",
    max_age: Annotated[float, typer.Option(help="Hours after which `resume` starts over; 0 for never.")] = 0.0,
    code: Annotated[str, typer.Option(help="Invitation code.")] = "",
    seed: Annotated[int, typer.Option(help="Of everything random.")] = 0,
    show: Annotated[str, typer.Option(help="Of items with image and text: both, images or texts.")] = "both",
) -> None:
    """Make a campaign; people answer it on the page Annotate."""
    from explorer.features.judgments.asking.campaigning import choose_items, make_campaign, read_list
    from explorer.features.judgments.campaigns import Settings, parse_scale
    from explorer.workspace.folder import open_named

    settings = Settings(
        task=task,
        condition=condition,
        instruction=instruction,
        wording=wording,
        questions=questions,
        answers_per_question=answers,
        per_person=per_person,
        sampler=sampler,
        models=tuple(model or ()),
        items_per_question=size,
        scale=parse_scale(scale),
        repeat_share=repeats,
        check_share=checks,
        resume=resume,
        max_age_hours=max_age,
        code=code,
        seed=seed,
        show=show,
    )
    ws = open_named(workspace)
    made = make_campaign(ws, name, settings, choose_items(ws, view, filters), read_list(listed) if listed else ())
    typer.echo(f"The campaign {made.name!r} is open: explorer serve, then the page Annotate.")


@campaign_app.command("list")
def list_command(workspace: Target) -> None:
    """List the campaigns and how far they are."""
    from explorer.features.judgments.progress import campaign_lines
    from explorer.features.judgments.service import judgment_store
    from explorer.workspace.folder import open_named

    typer.echo("\n".join(campaign_lines(judgment_store(open_named(workspace)))) or "No campaigns yet.")


@campaign_app.command("close")
def close_command(workspace: Target, name: Name) -> None:
    """Take no more answers; what is stored is kept."""
    _set_open(workspace, name, False)


@campaign_app.command("open")
def open_command(workspace: Target, name: Name) -> None:
    """Take answers again."""
    _set_open(workspace, name, True)


def _set_open(workspace: str, name: str, is_open: bool) -> None:
    from explorer.features.judgments.campaigns import set_open
    from explorer.features.judgments.service import judgment_store
    from explorer.workspace.folder import open_named

    set_open(judgment_store(open_named(workspace)), name, is_open)
    typer.echo(f"The campaign {name!r} is {'open' if is_open else 'closed'}.")
