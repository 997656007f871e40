"""`explorer layers …`."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Layers of your own networks, to compare them: bring them, list them, remove them.",
)

Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]
Job = Annotated[Path | None, typer.Option("--job", hidden=True)]


@app.command()
def add(
    workspace: Target,
    source: Annotated[Path, typer.Argument(help="Folder with one array a layer and ids, a zip of one, or an .npz.")],
    name: Annotated[str, typer.Option(help="Name of the network; that of the folder when left out.")] = "",
    positions: Annotated[str, typer.Option(help="mean: averaged over positions; keep: with them.")] = "mean",
    job: Job = None,
) -> None:
    """Bring the layers of a network: one array a layer (.npy, .npz, .safetensors), a row an item, with ids.

    ids.txt, ids.csv or ids.json, or an array ids, names the item of each row. layers.txt, where there is one, gives the
    layers and their order; otherwise it is natural, 2 before 10. Its spec is then layers:NAME.
    """
    from explorer.commands.common import note_result, open_workspace, progress_of
    from explorer.features.compare.networks import add_network

    path = source.expanduser()
    made = add_network(
        open_workspace(workspace), name or path.stem, path, positions=positions, progress=progress_of(job)
    )
    note_result(job, made.sentence)
    typer.echo(made.sentence)


@app.command("list")
def list_layers(workspace: Target) -> None:
    """The networks whose layers were brought, with what did not match."""
    from explorer.commands.common import open_workspace
    from explorer.features.compare.networks import network, network_names

    ws = open_workspace(workspace)
    found = [network(ws, name).sentence for name in network_names(ws)]
    typer.echo(
        "\n".join(found) or f"{ws.name} has no layers yet. Bring some with: explorer layers add {ws.name} FOLDER"
    )


@app.command()
def remove(
    workspace: Target, name: Annotated[str, typer.Argument(help="Name of the network, without layers: before it.")]
) -> None:
    """Forget the layers of a network."""
    from explorer.commands.common import open_workspace
    from explorer.features.compare.networks import remove_network

    ws = open_workspace(workspace)
    remove_network(ws, name)
    typer.echo(f"The layers of {name} are gone from {ws.name}.")
