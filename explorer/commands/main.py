"""The command `explorer`. Heavy modules are imported inside the commands, so that --help answers at once."""

import sys

import typer

from explorer.base.errors import ExplorerError, InputError
from explorer.commands import (
    access,
    cleaning,
    diagnose,
    exporting,
    goes_with,
    keeping,
    methods,
    search,
    serve,
    similar,
    tags,
    thumbnails,
    triples,
    why,
    workspaces,
)
from explorer.commands.source_tree import TREE, benchmarks
from explorer.io.disk import DISK_ERRORS, disk_message

HELP = "Look at what “similar” means in a set of images and texts."
BENCH_HELP = """Usage: explorer bench [NAMES]... [OPTIONS]...

Measure speed as ratios: all benchmarks, or those named; results go to benchmarks/results/.
Options go to the benchmarks, as in: explorer bench annotate --seconds 20

Names: {names}"""
PASS_ON = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}

app = typer.Typer(help=HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command()(serve.serve)
app.registered_commands += workspaces.app.registered_commands
app.command()(thumbnails.thumbnails)
app.command()(exporting.export)
app.command()(search.search)
app.command()(similar.similar)
app.command()(tags.tags)
app.command()(triples.triples)
app.command()(cleaning.duplicates)
app.command()(cleaning.outliers)
app.command()(diagnose.diagnose)
app.command()(methods.methods)
app.command("goes-with")(goes_with.goes_with)
app.command()(why.why)
app.command()(keeping.check)
app.command()(keeping.repair)
app.command()(keeping.backup)
app.command()(keeping.restore)
app.command()(access.keys)
app.command()(access.audit)


@app.command(context_settings=PASS_ON)
def workspace(context: typer.Context) -> None:
    """Rename, duplicate, delete and restore workspaces."""
    _pass_on("managing", "workspace", context)


@app.command(context_settings=PASS_ON)
def train(context: typer.Context) -> None:
    """Train heads on your own data, or the models that ship with the project."""
    _pass_on("train", "train", context)


@app.command("eval", context_settings=PASS_ON)
def evaluate(context: typer.Context) -> None:
    """Measure models and methods against their baselines."""
    _pass_on("evaluate", "eval", context)


@app.command(context_settings=PASS_ON)
def models(context: typer.Context) -> None:
    """Models that we stand behind: list them, download one, see what changes with it."""
    _pass_on("models", "models", context)


@app.command(context_settings=PASS_ON)
def compare(context: typer.Context) -> None:
    """Compare models: similarity of representations, stitching, replacing one by another."""
    _pass_on("compare", "compare", context)


@app.command(context_settings=PASS_ON)
def lab(context: typer.Context) -> None:
    """Measure ways to search a collection: quality against cost."""
    _pass_on("lab", "lab", context)


@app.command(context_settings=PASS_ON)
def label(context: typer.Context) -> None:
    """Label items: from few labels to all."""
    _pass_on("label", "label", context)


@app.command(context_settings=PASS_ON)
def tune(context: typer.Context) -> None:
    """Tune a model to your own notion of alike."""
    _pass_on("tune", "tune", context)


@app.command(context_settings=PASS_ON)
def match(context: typer.Context) -> None:
    """Match two lists, or one with itself: tell which of these is the same as which of those."""
    _pass_on("match", "match", context)


@app.command(context_settings=PASS_ON)
def matches(context: typer.Context) -> None:
    """Matches that a collection keeps: list them, write one to a file, take one away."""
    _pass_on("matches", "matches", context)


@app.command(context_settings=PASS_ON)
def revisions(context: typer.Context) -> None:
    """Compare two revisions of a text by what they changed."""
    _pass_on("revisions", "revisions", context)


@app.command("near-copies", context_settings=PASS_ON)
def near_copies(context: typer.Context) -> None:
    """Find texts that stand twice or nearly so, in a collection or a file."""
    _pass_on("near_copies", "near-copies", context)


@app.command(context_settings=PASS_ON)
def layers(context: typer.Context) -> None:
    """Layers of your own networks, to compare them: bring them, list them, remove them."""
    _pass_on("layers", "layers", context)


@app.command(context_settings=PASS_ON)
def cutoff(context: typer.Context) -> None:
    """Cut off what is irrelevant: learn where the results of a query end."""
    _pass_on("cutoff", "cutoff", context)


@app.command(context_settings=PASS_ON)
def elites(context: typer.Context) -> None:
    """MAP-Elites maps: the best item of every cell."""
    _pass_on("elites", "elites", context)


@app.command(context_settings=PASS_ON)
def judgments(context: typer.Context) -> None:
    """People's judgments: campaigns, import and export, agreement of models with people."""
    _pass_on("judgments", "judgments", context)


@app.command(context_settings=PASS_ON)
def tour(context: typer.Context) -> None:
    """Guided tours: list and check them, bring one in, write one to a file."""
    _pass_on("tour", "tour", context)


@app.command(context_settings=PASS_ON)
def anonymise(context: typer.Context) -> None:
    """Turn captions into anonymous ones: concrete words become typed {slots}."""
    _pass_on("relational", "anonymise", context)


@app.command(context_settings=PASS_ON)
def bench(context: typer.Context) -> None:
    """Measure speed as ratios; results go to benchmarks/results/."""
    import runpy

    script = benchmarks()
    if {"--help", "-h"} & set(context.args):
        names = sorted(path.stem.removeprefix("bench_") for path in script.parent.glob("bench_*.py"))
        typer.echo(BENCH_HELP.format(names=", ".join(names)))
        return
    sys.argv = [str(script), *context.args]
    sys.path.insert(0, str(TREE))
    runpy.run_path(str(script), run_name="__main__")


def main() -> None:
    """Run the command; an ExplorerError, or a disk that is full or locked, is one line on standard error."""
    try:
        app(prog_name="explorer")
    except ExplorerError as error:
        typer.echo(f"explorer: {error}", err=True)
        raise SystemExit(2 if isinstance(error, InputError) else 1) from None
    except DISK_ERRORS as error:
        message = disk_message(error)
        if not message:
            raise
        typer.echo(f"explorer: {message}", err=True)
        raise SystemExit(1) from None
    except KeyboardInterrupt:
        typer.echo("\nStopped. What was finished is kept; the same command goes on from there.", err=True)
        raise SystemExit(130) from None


def _pass_on(module: str, name: str, context: typer.Context) -> None:
    """Run the commands of explorer/commands/<module>.py; they are only imported when asked for."""
    from importlib import import_module

    import_module(f"explorer.commands.{module}").app(context.args, prog_name=f"explorer {name}")


if __name__ == "__main__":
    main()
