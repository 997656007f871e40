"""`explorer judgments rules`: which answers of a campaign count."""

from dataclasses import asdict, replace
from typing import Annotated, Any

import typer

from explorer.commands.common import open_target

rules = typer.Typer()


@rules.command("rules")
def rules_command(
    workspace: Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")],
    campaign: Annotated[str, typer.Argument(metavar="CAMPAIGN", help="Name of the campaign.")],
    late: Annotated[bool | None, typer.Option("--late/--no-late", help="Late answers count.")] = None,
    fast: Annotated[float | None, typer.Option(help="Leave out choices faster than so many ms; 0 for none.")] = None,
    hidden: Annotated[
        bool | None, typer.Option("--hidden/--no-hidden", help="Those while the page was hidden.")
    ] = None,
    paused: Annotated[bool | None, typer.Option("--paused/--no-paused", help="Those with a pause.")] = None,
    reloaded: Annotated[bool | None, typer.Option("--reloaded/--no-reloaded", help="Those after a reload.")] = None,
    passed: Annotated[float | None, typer.Option(help="Least share of checks that a person passes, 0 for any.")] = None,
    least_checks: Annotated[int | None, typer.Option(help="Checks from which on that is asked.")] = None,
    skipped: Annotated[float | None, typer.Option(help="Largest share of questions skipped, 1 for any.")] = None,
    consistent: Annotated[float | None, typer.Option(help="Least share of repeats alike, 0 for any.")] = None,
    once: Annotated[bool | None, typer.Option("--once/--no-once", help="Each id of a link counts once.")] = None,
    leave_out: Annotated[list[str] | None, typer.Option(help="A person's key; repeatable.")] = None,
    take_in: Annotated[list[str] | None, typer.Option(help="A person who was left out by hand; repeatable.")] = None,
) -> None:
    """Say which answers of a campaign count, and decide it: for Agreement, fits and exports alike."""
    from explorer.features.judgments.service import find_campaign, rules_for, set_rules_for, what_counts

    opened = open_target(workspace)
    find_campaign(opened, campaign)
    now = rules_for(opened, campaign)
    given: dict[str, Any] = {
        "late": late,
        "fast_ms": fast,
        "hidden": hidden,
        "paused": paused,
        "reloaded": reloaded,
        "passed": passed,
        "least_checks": least_checks,
        "skipped": skipped,
        "consistent": consistent,
        "once": once,
    }
    people = [one for one in dict.fromkeys([*now.people, *(leave_out or [])]) if one not in (take_in or [])]
    wanted = replace(now, people=tuple(people), **{name: one for name, one in given.items() if one is not None})
    if wanted != now:
        set_rules_for(opened, campaign, wanted)
    for name, value in asdict(wanted).items():
        typer.echo(f"{name}: {', '.join(value) if isinstance(value, tuple | list) else value}")
    typer.echo(what_counts(opened, campaign).sentence or "All answers count.")
