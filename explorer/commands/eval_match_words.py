"""`explorer eval match columns`, `sentences`, `titles`, `questions`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.base.metrics import score_text
from explorer.base.progress import Terminal
from explorer.commands.named_values import named_values

if TYPE_CHECKING:
    from explorer.base.arrays import Rows
    from explorer.base.metrics import Score
    from explorer.features.match.side import Side

evaluate = typer.Typer()
"""Commands of `explorer eval match`."""
Truth = Annotated[str, typer.Option(help="Column of the first table with the right ids of the second.")]
Named = Annotated[str, typer.Option(help="The column that is compared; guessed when left out.")]
Ids = Annotated[str, typer.Option(help="The column of ids; guessed when left out.")]
Sets = Annotated[list[str] | None, typer.Option("--set", help="NAME=VALUE, a setting of the matchers; repeat it.")]
Model = Annotated[str, typer.Option("--model", "-m", help="What turns texts into vectors.")]
File = Annotated[Path, typer.Argument(help="A table.")]
Url = Annotated[str, typer.Option(help="Address of a language model that speaks as OpenAI's chat completions do.")]
LanguageModel = Annotated[str, typer.Option(help="Its name there.")]
Key = Annotated[str, typer.Option(help="Its key; better in EXPLORER_LLM_KEY, which no list of processes shows.")]
Log = Annotated[Path | None, typer.Option(help="File that takes its requests and answers.")]
Replay = Annotated[Path | None, typer.Option(help="Such a file, which answers in its place, without any network.")]


@evaluate.command("columns")
def eval_columns(
    columns: Annotated[Path, typer.Argument(help="Table with a row for each column of which the term is known.")],
    glossary: Annotated[Path, typer.Argument(help="Table of the terms.")],
    truth: Truth,
    column: Named = "",
    term: Named = "",
    ids: Ids = "",
    term_ids: Ids = "",
    method: Annotated[list[str] | None, typer.Option(help="A matcher; repeat it. All when left out.")] = None,
    set_: Sets = None,
    model: Model = "sentence",
    llm_url: Url = "",
    llm_model: LanguageModel = "",
    llm_key: Key = "",
    llm_log: Log = None,
    llm_replay: Replay = None,
) -> None:
    """Columns and the terms of a glossary: Hit@1 and Hit@5 of every matcher, with 95 % intervals over columns."""
    from dataclasses import replace

    from explorer.features.match.glossary.evaluate import measure_glossary
    from explorer.features.match.glossary.matchers import COLUMNS
    from explorer.features.match.language_model.endpoint import named_endpoint, using
    from explorer.features.match.service import make_task, settled
    from explorer.features.match.sides import side_of_file

    left, right = side_of_file(columns, column, ids), side_of_file(glossary, term, term_ids)
    names = method or [one.name for one in COLUMNS]
    options = [one for card in COLUMNS if card.name in names for one in card.options]
    given = settled(options, named_values(set_))
    task = replace(make_task(left, right, "columns", model=model), options={k: given[k] for k in named_values(set_)})
    with using(named_endpoint(llm_url, llm_model, llm_key, log=llm_log, replay=llm_replay)):
        found = measure_glossary(task, _right_rows(left, right, truth), names, progress=Terminal())
    typer.echo(f"{found[0].hits[0].items:,} columns, {len(right):,} terms; 95 % intervals over columns")
    for one in found:
        typer.echo(
            f"{one.name:<18} Hit@1 {_told(one.hits[0])}  Hit@5 {_told(one.hits[1])}  over {names[0]} {_told(one.gain)}"
            f"  answered {one.answered:.3f}  term there or not, ROC AUC {one.told_apart:.3f}"
        )
        for name, value in one.about.items():
            typer.echo(f"{'':<18} {name}: {value}")


@evaluate.command("sentences")
def eval_sentences(
    left: Annotated[Path, typer.Argument(help="Table of rows or texts; their words make the graph.")],
    right: Annotated[Path, typer.Argument(help="Table of texts.")],
    truth: Truth,
    left_column: Named = "",
    right_column: Named = "",
    left_ids: Ids = "",
    right_ids: Ids = "",
    set_: Sets = None,
    model: Annotated[str, typer.Option("--model", "-m", help="What joins words that mean the same.")] = "sentence",
) -> None:
    """Rows and sentences: MRR of walks on the graph of words beside TF-IDF, with 95 % intervals over rows."""
    from explorer.features.match.service import make_task
    from explorer.features.match.sides import side_of_file
    from explorer.features.match.walks.evaluate import measure_walks

    mine, theirs = side_of_file(left, left_column, left_ids), side_of_file(right, right_column, right_ids)
    task = make_task(mine, theirs, "walks", options=named_values(set_), model=model)
    for one in measure_walks(task, _right_rows(mine, theirs, truth), Terminal()):
        gain = f"  over TF-IDF {_told(one.gain)}" if one.way != "TF-IDF of words" else ""
        typer.echo(f"{one.way:<16} MRR {_told(one.mrr)}  first {_told(one.first)}  n {one.mrr.items:,}{gain}")


@evaluate.command("titles")
def eval_titles(
    file: File,
    titles: Annotated[str, typer.Option(help="Column with the titles.")],
    entry: Annotated[str, typer.Option(help="Column with the entry that each title means.")],
    attributes: Annotated[str, typer.Option(help="Column with what else is known of each title.")] = "",
    model: Model = "sentence",
    seed: Annotated[int, typer.Option(help="Of the titles that are held out.", min=0)] = 0,
) -> None:
    """Titles and a closed list: R@1, 5 and 10 of letters, meaning and both; how far probabilities are off."""
    from explorer.features.match.ranked.evaluate import LABELS, measure_list
    from explorer.features.match.service import make_task
    from explorer.features.match.sides import side_of_file, side_of_strings
    from explorer.features.tune.contract import titles_of

    side = side_of_file(file, titles)
    meant = side.strings(entry)
    material = titles_of(side.texts, meant, side.strings(attributes) if attributes else None, what=file.name)
    stand_in = side_of_strings(["title"], file.name)
    report = measure_list(material, make_task(stand_in, stand_in, "titles", model=model), seed)
    typer.echo(
        f"{report.tested - report.copies:,} held-out titles, {report.listed:,} texts of {report.entries:,} entries; "
        f"{report.copies:,} copies of known texts stand apart; 95 % intervals over titles"
    )
    for one in report.scores:
        name = LABELS[one.way] + (", with attributes" if one.attributes else "")
        recalls = "  ".join(f"R@{k} {_told(score)}" for k, score in zip((1, 5, 10), one.recalls, strict=True))
        error = f"  calibration error {_told(one.error)}" if one.error else ""
        said, right = one.answered
        typer.echo(f"{name:<40} {recalls}{error}  sure of {said:.3f}, right in {right:.3f} of these")


@evaluate.command("questions")
def eval_questions(
    file: File,
    first: Annotated[str, typer.Option(help="Column with the first questions.")],
    second: Annotated[str, typer.Option(help="Column with the second questions.")],
    label: Annotated[str, typer.Option(help="Column that says whether both ask the same.")],
    answers: Annotated[str, typer.Option(help="Column with answers to the first questions, for stage one.")] = "",
    model: Model = "sentence",
    seed: Annotated[int, typer.Option(help="Of the training.", min=0)] = 0,
) -> None:
    """Pairs of questions: how far the probabilities of every way are off, on first questions not learned from."""
    from explorer.encoders import canonical, load_encoder
    from explorer.features.match.ranked.evaluate import LABELS, measure_pairs
    from explorer.features.match.sides import side_of_file
    from explorer.features.tune.contract import PairSettings, Vectors, pairs_of

    side = side_of_file(file, first)
    pairs = pairs_of(side.texts, side.strings(second), side.strings(label), side.strings(answers) if answers else None)
    vectors = Vectors(pairs, load_encoder(canonical(model)).encode_texts)
    typer.echo(
        f"{len(pairs.similar):,} pairs, folds by {int(pairs.anchors.max()) + 1:,} first questions; 95 % intervals"
    )
    for one in measure_pairs(pairs, vectors, PairSettings(seed=seed), progress=Terminal()):
        errors = "  ".join(f"{way} {_told(error)}" for way, error in one.errors.items())
        typer.echo(f"{LABELS[one.way]:<38} ROC AUC {one.auc:.3f}  right {_told(one.right)}  calibration error {errors}")


def _right_rows(left: "Side", right: "Side", truth: str) -> "Rows":
    """(n,) row of the right side, the first where several are right, -1 where none is."""
    import numpy as np

    from explorer.features.match.truth import truth_of_column

    known = truth_of_column(left, right, truth)
    for note in known.notes:
        typer.echo(note)
    found = np.full(len(left), -1, np.int64)
    found[known.left[::-1]] = known.right[::-1]
    return found


def _told(score: "Score") -> str:
    return score_text({"value": score.value, "low": score.low, "high": score.high})
