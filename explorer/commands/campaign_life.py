"""`explorer judgments campaign …` for campaigns that are there: look, change, copy, archive, and their people."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.commands.campaigns import Name, Target
from explorer.commands.common import open_target

life = typer.Typer()
File = Annotated[Path, typer.Argument(help="JSON with settings, as `show --json` prints it.")]


@life.command("show")
def show_command(
    workspace: Target,
    name: Name,
    as_json: Annotated[bool, typer.Option("--json", help="All settings, as `change` reads them.")] = False,
) -> None:
    """Say all that a campaign asks, of whom, and how."""
    from explorer.features.judgments.service import find_campaign, items_of
    from explorer.features.judgments.study_files import settings_bytes
    from explorer.features.judgments.telling import settings_in_words

    opened = open_target(workspace)
    found = find_campaign(opened, name)
    if as_json:
        typer.echo(settings_bytes(found.settings).decode(), nl=False)
        return
    lines = settings_in_words(found.settings, len(items_of(opened, name)))
    typer.echo("\n".join(f"{what}: {said}" for what, said in lines))


@life.command("change")
def change_command(workspace: Target, name: Name, settings: File) -> None:
    """Give a campaign other settings about the same items, as long as nobody answered it."""
    from explorer.features.judgments.service import change_campaign, items_of, questions_listed
    from explorer.features.judgments.study_files import read_settings

    opened = open_target(workspace)
    change_campaign(
        opened, name, read_settings(settings), items_of(opened, name), listed=questions_listed(opened, name)
    )
    typer.echo(f"The campaign {name!r} is changed. Its links stay as they are.")


@life.command("copy")
def copy_command(
    workspace: Target,
    name: Name,
    new: Annotated[str, typer.Argument(metavar="NEW", help="Name of the copy.")],
    settings: Annotated[Path | None, typer.Option(help="JSON with other settings, as `show --json` prints it.")] = None,
) -> None:
    """Make a campaign with the settings and items of another one, and no answers."""
    from explorer.features.judgments.service import find_campaign, items_of, make_campaign, questions_listed
    from explorer.features.judgments.study_files import read_settings

    opened = open_target(workspace)
    asked = read_settings(settings) if settings else find_campaign(opened, name).settings
    made = make_campaign(opened, new, asked, items_of(opened, name), listed=questions_listed(opened, name))
    typer.echo(f"The campaign {made.name!r} is open.")


@life.command("archive")
def archive_command(
    workspace: Target,
    name: Name,
    back: Annotated[bool, typer.Option("--back", help="Put it back into the list, closed.")] = False,
) -> None:
    """Close a campaign and take it out of the list; nothing is deleted."""
    from explorer.features.judgments.service import archive

    archive(open_target(workspace), name, not back)
    typer.echo(f"The campaign {name!r} is {'back in the list, closed' if back else 'closed and in the archive'}.")


@life.command("people")
def people_command(workspace: Target, name: Name) -> None:
    """List the people of a campaign by their keys, and how each of them did."""
    from explorer.features.judgments.service import find_campaign, people_of

    opened = open_target(workspace)
    find_campaign(opened, name)
    typer.echo("\n".join(one.sentence for one in people_of(opened, name)) or "Nobody came yet.")


@life.command("withdraw")
def withdraw_command(
    workspace: Target,
    name: Name,
    person: Annotated[str, typer.Argument(metavar="KEY", help="Key of the person, as `people` prints it.")],
    sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete for good all that is known of a person of a campaign, their answers too."""
    from explorer.features.judgments.service import delete_person, find_campaign

    opened = open_target(workspace)
    find_campaign(opened, name)
    if not sure:
        typer.confirm(
            f"Delete all that is known of {person} in {name!r} for good? Backups keep what they have.", abort=True
        )
    gone = delete_person(opened, name, person)
    typer.echo(f"Deleted: {gone:,} events. That there was somebody, and when they were deleted, is kept.")
