"""`explorer thumbnails`: draw the small pictures of a workspace before anybody looks."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.commands.common import (
    Address,
    ExecutorName,
    Images,
    executor_of,
    note_result,
    open_workspace,
    progress_of,
)

TOLD = 20


def thumbnails(
    workspace: Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")],
    size: Annotated[
        list[int] | None,
        typer.Option("--size", help="64, 128, 256 or 512 pixels; may be repeated. 128 and 256 when left out."),
    ] = None,
    executor: ExecutorName = "cores",
    address: Address = "",
    images: Images = "",
    job: Annotated[Path | None, typer.Option("--job", hidden=True, help="Folder that takes the progress.")] = None,
) -> None:
    """Draw the thumbnails that the app shows ahead of time. Can be stopped and started again at any time."""
    from explorer.io.image_places import ImageStore
    from explorer.workspace.thumbnail_drawing import SHOWN, draw_thumbnails

    ws = open_workspace(workspace)
    place = ImageStore(images) if images else None
    with executor_of(executor, address) as chosen:
        report = draw_thumbnails(ws, sizes=size or SHOWN, progress=progress_of(job), executor=chosen, images=place)
    note_result(job, f"{report}.")
    typer.echo(f"{report}.")
    for path, reason in report.skipped[:TOLD]:
        typer.echo(f"    {reason if path in reason else f'{path}: {reason}'}")
    if len(report.skipped) > TOLD:
        typer.echo(f"    … and {len(report.skipped) - TOLD:,} more.")
