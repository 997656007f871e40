"""`explorer judgments campaign …`."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.commands.common import open_target

campaigns = typer.Typer(no_args_is_help=True, add_completion=False, help="Make, list, change and close campaigns.")
Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]
Name = Annotated[str, typer.Argument(metavar="CAMPAIGN", help="Name of the campaign.")]


@campaigns.command("create")
def create_command(
    workspace: Target,
    name: Name,
    task: Annotated[str, typer.Option(help="odd_one_out, triplet, pair_rating, tags or arrangement")],
    condition: Annotated[
        list[str] | None, typer.Option(help="Such as: by colour; given twice or more, each person judges under one.")
    ] = None,
    instruction: Annotated[str, typer.Option(help="Shown above each question; there is one for each task.")] = "",
    wording: Annotated[str, typer.Option(help="Of an odd one out: pick the odd one, or the pair.")] = "odd",
    view: Annotated[str, typer.Option(help="Only the items of this saved view.")] = "",
    filters: Annotated[str, typer.Option("--filter", help="As in the address of Explore: shape:values:star")] = "",
    questions: Annotated[int, typer.Option(help="Different questions.")] = 100,
    answers: Annotated[int, typer.Option(help="Answers a question, each by another person.")] = 1,
    per_person: Annotated[int, typer.Option(help="Most questions a person; 0 for no limit.")] = 50,
    sampler: Annotated[str, typer.Option(help="random, list, active, disagreement or weakest")] = "random",
    listed: Annotated[Path | None, typer.Option("--list", help="Table with the ids of one question a row.")] = None,
    header: Annotated[str, typer.Option(help="Whether the list begins with names of columns: auto, yes, no.")] = "auto",
    model: Annotated[list[str] | None, typer.Option(help="For disagreement; give two or more.")] = None,
    size: Annotated[int, typer.Option(help="Items in an arrangement.")] = 0,
    scale: Annotated[str, typer.Option(help="Lowest and highest rating of a pair.")] = "1,7",
    repeats: Annotated[float, typer.Option(help="Share of questions asked again, 0 to 0.5.")] = 0.0,
    checks: Annotated[float, typer.Option(help="Share of attention checks, 0 to 0.5.")] = 0.0,
    resume: Annotated[str, typer.Option(help="Who comes back: resume, restart or block.")] = "resume",
    max_age: Annotated[float, typer.Option(help="Hours after which `resume` starts over; 0 for never.")] = 0.0,
    code: Annotated[str, typer.Option(help="Invitation code.")] = "",
    personal: Annotated[bool, typer.Option("--personal", help="People answer by links of their own alone.")] = False,
    seed: Annotated[int, typer.Option(help="Of everything random.")] = 0,
    show: Annotated[str, typer.Option(help="Of items with image and text: both, images or texts.")] = "both",
    order: Annotated[str, typer.Option(help="Of the questions for each person: random or listed.")] = "random",
    block: Annotated[int, typer.Option(help="Questions between two breaks; 0 for no breaks.")] = 0,
    confidence: Annotated[bool, typer.Option("--confidence", help="Ask how sure people are.")] = False,
    none_of_these: Annotated[bool, typer.Option("--none-of-these", help="People may say that nothing fits.")] = False,
    evidence: Annotated[float, typer.Option(help="Of weakest: evidence on every pair that is enough.")] = 0.5,
    study: Annotated[
        Path | None, typer.Option(help="JSON with texts, practice and gold questions, questions about the person.")
    ] = None,
) -> None:
    """Make a campaign; people answer it on the page Annotate."""
    from explorer.features.judgments.asking.listed import read_list
    from explorer.features.judgments.service import choose_items, make_campaign
    from explorer.features.judgments.settings import Settings, parse_scale
    from explorer.features.judgments.study import Study
    from explorer.features.judgments.study_files import read_study

    conditions = condition or [""]
    settings = Settings(
        task=task,
        condition=conditions[0] if len(conditions) == 1 else "",
        conditions=tuple(conditions) if len(conditions) > 1 else (),
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
        personal=personal,
        seed=seed,
        show=show,
        order=order,
        block=block,
        confidence=confidence,
        none_of_these=none_of_these,
        evidence=evidence,
        study=read_study(study) if study else Study(),
    )
    opened = open_target(workspace)
    ids = choose_items(opened, view, filters)
    given, remark = read_list(listed, frozenset(ids), header) if listed else ([], "")
    made = make_campaign(opened, name, settings, ids, listed=given)
    typer.echo(f"The campaign {made.name!r} is open: explorer serve, then the page Annotate. {remark}".strip())


@campaigns.command("list")
def list_command(
    workspace: Target,
    archived: Annotated[bool, typer.Option("--archived", help="Those in the archive, too.")] = False,
) -> None:
    """List the campaigns and how far they are."""
    from explorer.features.judgments.service import describe_campaigns

    typer.echo("\n".join(describe_campaigns(open_target(workspace), archived)) or "No campaigns yet.")


@campaigns.command("link")
def link_command(
    workspace: Target,
    name: Name,
    person: Annotated[list[str] | None, typer.Option(help="The link of this person; repeatable.")] = None,
    url: Annotated[str, typer.Option(help="Where people reach the server.")] = "http://localhost:8501",
) -> None:
    """Print the link for all who are invited, or secret ones that name a person each."""
    from explorer.features.judgments.asking.invitations import link
    from explorer.features.judgments.service import find_campaign

    opened = open_target(workspace)
    found = find_campaign(opened, name)
    for one in person or [""]:
        typer.echo(f"{one}\t{link(found, opened.path.name, url, one)}".strip())


@campaigns.command("close")
def close_command(workspace: Target, name: Name) -> None:
    """Take no more answers; what is stored is kept."""
    _set_open(workspace, name, False)


@campaigns.command("open")
def open_command(workspace: Target, name: Name) -> None:
    """Take answers again."""
    _set_open(workspace, name, True)


def _set_open(workspace: str, name: str, is_open: bool) -> None:
    from explorer.features.judgments.service import set_open

    set_open(open_target(workspace), name, is_open)
    typer.echo(f"The campaign {name!r} is {'open' if is_open else 'closed'}.")
