"""What several commands share: opening the workspace that was named, and telling how far they are."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.base.progress import JobFile, Progress, Terminal, write_result

if TYPE_CHECKING:
    from explorer.base.executor import Executor
    from explorer.workspace.folder import Workspace
    from explorer.workspace.opened import Opened

ExecutorName = Annotated[
    str, typer.Option("--executor", help="cores of this machine, or ray: a cluster, with the same results.")
]
Address = Annotated[
    str, typer.Option("--address", help="Ray cluster: host:port, ray://host:port or auto; none: one for this alone.")
]
Images = Annotated[
    str, typer.Option("--images", help="Address such as s3://bucket/photos where workers read the images.")
]


def open_workspace(target: str) -> "Workspace":
    """The workspace with this name, or in this folder; WorkspaceError when there is none."""
    from explorer.workspace.folder import open_named

    return open_named(target)


def open_target(target: str) -> "Opened":
    """As `open_workspace`, with what of it is in memory: what the services of the features work on."""
    from explorer.workspace.opened import open_shared

    return open_shared(open_workspace(target).path)


def progress_of(job: Path | None) -> Progress:
    """Where progress is told: the job's folder, or the terminal."""
    return JobFile(job) if job else Terminal()


def note_result(job: Path | None, sentence: str) -> None:
    """What a job did, for the line that tells of it in the app."""
    if job:
        write_result(job, sentence)


def executor_of(name: str, address: str) -> "AbstractContextManager[Executor]":
    """Who does long work: "cores" of this machine, or "ray", a cluster; InputError for an address without one."""
    from explorer.base.arrays import check_choice
    from explorer.base.errors import InputError
    from explorer.base.executor import Cores

    if check_choice(name, ("cores", "ray"), "executor") == "ray":
        from explorer.io.ray_cluster import ray_cluster

        return ray_cluster(address)
    if address:
        raise InputError("An address is that of a cluster: say --executor ray as well.")
    return nullcontext(Cores())
