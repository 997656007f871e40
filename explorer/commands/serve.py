"""`explorer serve`: the app in the web browser, on the demo or on the user's own data."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.base.settings import DATA_ROOT, OPEN_FIRST, data_root, home, workspaces_root
from explorer.commands.common import progress_of

if TYPE_CHECKING:
    from explorer.workspace.folder import Workspace
    from explorer.workspace.tours import Tour


def serve(
    data: Annotated[Path | None, typer.Option(help="Open this folder or table; it is imported first.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Make sure that the demos are there, scenes and notes.")] = False,
    root: Annotated[
        Path | None, typer.Option("--data-root", help="Browser users may name paths below this folder.")
    ] = None,
    port: Annotated[int, typer.Option(help="Port; the next free one is taken when it is in use.")] = 8501,
    address: Annotated[
        str, typer.Option(help="0.0.0.0 to let other machines in; people then need a key.")
    ] = "127.0.0.1",
    host: Annotated[
        list[str] | None, typer.Option(help="Another name that the server answers to, such as a proxy's; repeatable.")
    ] = None,
    keys: Annotated[bool, typer.Option("--keys", help="Ask for a key on this computer, too.")] = False,
    present: Annotated[bool, typer.Option("--present", help="Begin with a guided tour, for a projector.")] = False,
    tour: Annotated[str, typer.Option(help="Which tour --present begins with.")] = "demo",
    browser: Annotated[bool, typer.Option(help="Open the web browser.")] = True,
) -> None:
    """Open the app in the web browser."""
    from explorer.app.access.hosts import let_in
    from explorer.app.server.run import pages_running, run_server
    from explorer.workspace.sweeping import sweep
    from explorer.workspace.tours_store import load_tour
    from explorer.workspace.trash import empty_trash
    from explorer.workspace.trashed import KEPT_DAYS

    empty_trash(workspaces_root(), KEPT_DAYS)
    sweep(home())
    if root is None and data is not None:
        root = data if data.is_dir() else data.parent
    if root is not None:
        os.environ[DATA_ROOT] = str(root.expanduser().resolve())
    if demo:
        os.environ.setdefault(OPEN_FIRST, _make_demo().path.name)
    shown = load_tour(tour) if present else None
    if shown and shown.stops:  # pages without an address show it too
        os.environ.setdefault(OPEN_FIRST, shown.stops[0].workspace)
    if data is not None:
        os.environ[OPEN_FIRST] = _open_source(data)
    let_in(address, host or [], keys=keys)
    with pages_running() as pages:
        if demo:
            _fill_demo()
        start = _begin_tour(shown) if shown else ""
        run_server(pages, address, port, open_browser=browser, start=start)


def _begin_tour(tour: "Tour") -> str:
    """Address of the first stop of a tour; the demos that a shipped one leads through are made where they are missing.

    Says so where not every stop opens yet.
    """
    from explorer.app.tour.check import lacking
    from explorer.app.tour.now import link_to_stop

    if tour.built_in:
        _fill_demo()
    missing = sum(bool(lacking(stop)) for stop in tour.stops)
    if missing:
        being_made = "The demo is still being made in the background. " if tour.built_in else ""
        typer.echo(
            f"  {missing} of {len(tour.stops)} stops lack something. {being_made}See: explorer tour check {tour.name!r}"
        )
    return link_to_stop(tour, 1)


def _make_demo() -> "Workspace":
    """The demo of scenes, made when it is not there."""
    from explorer.workspace.demo import create_scenes_demo
    from explorer.workspace.folder import Workspace
    from explorer.workspace.layout import is_workspace

    path = workspaces_root() / "scenes"
    return Workspace.open(path) if is_workspace(path) else create_scenes_demo(path.parent, progress_of(None))


def _fill_demo() -> None:
    """Make the demo of scenes when it is not there; what more the pages need, and notes, follow in the background."""
    from explorer.library.demo_more import start_missing, start_notes

    start_missing(_make_demo())
    start_notes()


def _open_source(source: Path) -> str:
    """Import a source, start preparing it in the background, and return the name of its workspace."""
    from explorer.workspace.importing import import_named
    from explorer.workspace.jobs import start
    from explorer.workspace.preparing import missing_steps

    workspace = import_named(source, data_root=data_root(), progress=progress_of(None))
    if missing_steps(workspace):
        start(workspace.path, ["prepare", str(workspace.path)], "Prepare for search")
    return workspace.path.name
