"""`explorer eval match products`, `explorer eval match tables`, and `explorer train tables`."""

from pathlib import Path
from typing import Annotated

import typer

from explorer.base.progress import Terminal

evaluate = typer.Typer()
"""Commands of `explorer eval match`."""
train = typer.Typer()
"""Commands of `explorer train`."""

TablePairsFile = Annotated[
    Path, typer.Argument(metavar="PAIRS", help="Pairs of tables as .jsonl, or TabSim's tuples as .json.")
]
Folder = Annotated[Path | None, typer.Option(help="Folder of tables, where PAIRS is a table of links with decisions.")]
Result = Annotated[Path | None, typer.Option(help="JSON file that is written as well.")]


@train.command("tables")
def train_tables_command(
    pairs: TablePairsFile,
    left: Folder = None,
    right: Folder = None,
    name: Annotated[str, typer.Option(help="Name of the head.")] = "tabsim",
    epochs: Annotated[int, typer.Option(help="Rounds over the pairs at most.", min=1, max=1000)] = 30,
    rate: Annotated[float, typer.Option(help="Learning rate of RMSprop.", min=1e-6, max=1.0)] = 1e-3,
    seed: Annotated[int, typer.Option(help="Of the order of the pairs and the first weights.", min=0)] = 0,
    job: Annotated[Path | None, typer.Option("--job", hidden=True)] = None,
) -> None:
    """Train TabSim on pairs of tables that are alike or not. A stopped run goes on."""
    from explorer.commands.common import note_result, progress_of
    from explorer.features.match.sides import side_of_folder
    from explorer.features.match.tables.pairs import decided_pairs, read_table_pairs
    from explorer.features.match.tables.teaching import train_command
    from explorer.features.match.tables.training import TableSettings

    settings = TableSettings(epochs=epochs, rate=rate, seed=seed)
    if left:
        known = decided_pairs(pairs, side_of_folder(left), side_of_folder(right or left))
    else:
        known = read_table_pairs(pairs)
    sentence = train_command(known, name, settings, progress_of(job))
    note_result(job, sentence)
    typer.echo(sentence)


@evaluate.command("tables")
def eval_tables_command(
    pairs: TablePairsFile,
    split: Annotated[str, typer.Option(help="last: the last quarter tests; unseen: tables not met before.")] = "last",
    epochs: Annotated[int, typer.Option(help="Rounds over the pairs at most.", min=1, max=1000)] = 30,
    seed: Annotated[int, typer.Option(help="Of held-out tables and first weights.", min=0)] = 0,
    result: Result = None,
) -> None:
    """Train TabSim on a part of the pairs and test it on the others, beside the words of each part, with intervals."""
    from explorer.features.match.tables.evaluate import format_report, run_eval
    from explorer.features.match.tables.pairs import read_table_pairs
    from explorer.io.atomic import write_json

    report = run_eval(read_table_pairs(pairs), split, epochs, seed, Terminal())
    if result is not None:
        write_json(result, report)
    typer.echo(format_report(report))


@evaluate.command("products")
def eval_products_command(
    train: Annotated[Path, typer.Argument(metavar="TRAIN", help="ProMap's …-train_data_similarities.csv.")],
    test: Annotated[Path, typer.Argument(metavar="TEST", help="ProMap's …-test_data_similarities.csv.")],
    listings: Annotated[Path | None, typer.Option(help="The listings of TEST: our similarities beside theirs.")] = None,
    seed: Annotated[int, typer.Option(help="Of the classifiers and intervals.", min=0)] = 0,
    result: Result = None,
) -> None:
    """F1 of every classifier on ProMap's files, and our similarities of their listings beside theirs."""
    from explorer.features.match.products.evaluate import format_report, run_eval
    from explorer.io.atomic import write_json

    report = run_eval(train, test, listings, seed)
    if result is not None:
        write_json(result, report)
    typer.echo(format_report(report))
