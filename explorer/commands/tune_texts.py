"""`explorer tune titles`, `questions`, `domains`, and the same of `explorer eval`: models of texts."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from explorer.base.errors import InputError
from explorer.commands.common import note_result, open_target, progress_of
from explorer.commands.lab_options import Job, Target

Titles = Annotated[str, typer.Option("--titles", help="Column with the titles.")]
Entry = Annotated[str, typer.Option("--entry", help="Column with the entry of the closed list that each title means.")]
Attributes = Annotated[str, typer.Option("--attributes", help="Column with what else is known of each title.")]
Learns = Annotated[str, typer.Option("--learns", help="adapters (in MiniLM) or head (on its frozen vectors).")]
First = Annotated[str, typer.Option("--first", help="Column with the first texts of the pairs.")]
Second = Annotated[str, typer.Option("--second", help="Column with the second texts of the pairs.")]
Label = Annotated[str, typer.Option("--label", help="Column that says whether both ask the same: yes or no, 1 or 0.")]
Answers = Annotated[str, typer.Option("--answers", help="Column with the answer to the first question, for stage one.")]
Domain = Annotated[str, typer.Option("--domain", help="Column with the domain of each pair.")]
LossOption = Annotated[str, typer.Option("--loss", help="mnr-plus or mnr.")]
Name = Annotated[str, typer.Option("--name", help="Of the result.")]
Model = Annotated[str, typer.Option("--model", "-m", help="The model of texts below.")]
Steps = Annotated[int, typer.Option("--steps", help="Most steps of a training; as usual when left out.")]
Seed = Annotated[int, typer.Option("--seed", help="Of what is drawn by chance.")]
tune = typer.Typer()
evaluate = typer.Typer()
File = Annotated[Path, typer.Argument(help="CSV or TSV file.")]


@tune.command()
def titles(
    workspace: Target,
    entry: Entry,
    titles: Titles = "text",
    attributes: Attributes = "",
    learns: Learns = "adapters",
    name: Name = "titles",
    model: Model = "sentence",
    steps: Steps = 0,
    job: Job = None,
) -> None:
    """Learn which titles mean the same entry of a closed list; the result is the model tuned:NAME."""
    from explorer.features.tune.titles.service import tune_titles, wish_of
    from explorer.features.tune.titles.words import said, table

    wish = wish_of(titles, entry, attributes, learns=learns, name=name, steps=steps)
    report = tune_titles(open_target(workspace), wish, model, progress_of(job))
    typer.echo(f"{said(report)}\n{table(report)}\nThe workspace has the model tuned:{name}.")
    note_result(job, said(report))


@tune.command()
def questions(
    workspace: Target,
    second: Second,
    label: Label,
    first: First = "text",
    answers: Answers = "",
    name: Name = "questions",
    model: Model = "sentence",
    job: Job = None,
) -> None:
    """Learn whether two questions ask the same, in one stage and in two; measured on folds by first question."""
    from explorer.features.tune.questions.service import QuestionWish, tune_questions
    from explorer.features.tune.questions.words import said, table

    wish = QuestionWish(first=first, second=second, label=label, answers=answers, model=model, name=name)
    report = tune_questions(open_target(workspace), wish, progress_of(job))
    typer.echo(f"{said(report)}\n{table(report)}")
    note_result(job, said(report))


@tune.command()
def domains(
    workspace: Target,
    domain: Domain,
    second: Second,
    first: First = "text",
    loss: LossOption = "mnr-plus",
    name: Name = "domains",
    model: Model = "sentence",
    steps: Steps = 0,
    job: Job = None,
) -> None:
    """Train experts of MiniLM by domain beside one shared model and one a domain; each becomes tuned:NAME-DOMAIN."""
    from explorer.features.tune.experts.service import tune_domains, wish_of
    from explorer.features.tune.experts.words import said, table

    wish = wish_of(first, second, domain, loss=loss, name=name, steps=steps)
    report = tune_domains(open_target(workspace), wish, model, progress_of(job))
    typer.echo(
        f"{said(report)}\n{table(report)}\nModels: " + ", ".join(f"tuned:{one}" for one in report.heads.values())
    )
    note_result(job, said(report))


@tune.command()
def match(
    workspace: Target,
    question: Annotated[str, typer.Argument(help="What somebody asks.")],
    head: Annotated[str, typer.Option("--head", help="Name given to `explorer tune questions`.")] = "questions",
    column: Annotated[str, typer.Option("--column", help="Column with the questions of the list.")] = "text",
    threshold: Annotated[float, typer.Option("--threshold", help="Probability below which nothing is said.")] = 0.5,
    count: Annotated[int, typer.Option("--count", "-k", help="How many are shown.")] = 5,
) -> None:
    """Score a question against every question of a column, with calibrated probabilities."""
    from explorer.features.tune.questions.service import match_question
    from explorer.features.tune.text_columns import texts_in

    opened = open_target(workspace)
    listed = list(dict.fromkeys(text for text in texts_in(opened, column) if text.strip()))
    found = match_question(head, question, listed, threshold=threshold, most=count)
    for one in found.matches:
        typer.echo(f"{one.probability:.3f}  {listed[one.row]}")
    if found.abstain:
        typer.echo(f"None reaches {threshold:g}: nothing here asks the same.")


@evaluate.command("titles")
def evaluate_titles(
    file: File,
    entry: Entry,
    titles: Titles,
    attributes: Attributes = "",
    learns: Learns = "adapters",
    model: Model = "sentence",
    steps: Steps = 0,
    seed: Seed = 0,
    job: Job = None,
) -> None:
    """Titles of a file: letters, the model as it is, tuned; R@1, 5 and 10 on titles that are held out."""
    from explorer.features.tune.titles.material import titles_of
    from explorer.features.tune.titles.service import measure_titles, wish_of
    from explorer.features.tune.titles.words import said, table

    wish = wish_of(titles, entry, attributes, learns=learns, name="eval-titles", steps=steps)
    told = _columns(file, [titles, entry, *([attributes] if attributes else [])])
    material = titles_of(*told, what=file.name)
    report, _ = measure_titles(
        material,
        wish.settings,
        learns=learns,
        name=wish.name,
        model=model,
        seed=seed,
        progress=progress_of(job),
    )
    typer.echo(f"{said(report)}\n{table(report)}")


@evaluate.command("questions")
def evaluate_questions(
    file: File,
    first: First,
    second: Second,
    label: Label,
    answers: Answers = "",
    model: Model = "sentence",
    seed: Seed = 0,
    job: Job = None,
) -> None:
    """Pairs of questions of a file: lexical baselines, the model as it is, heads with stage one and without."""
    from explorer.encoders import canonical, load_encoder
    from explorer.features.tune.questions.head import PairSettings
    from explorer.features.tune.questions.material import pairs_of
    from explorer.features.tune.questions.measure import measure_questions
    from explorer.features.tune.questions.words import said, table

    told = _columns(file, [first, second, label, *([answers] if answers else [])])
    encoder = load_encoder(canonical(model))
    report = measure_questions(
        pairs_of(*told), encoder.encode_texts, PairSettings(seed=seed), name="eval-questions", progress=progress_of(job)
    )
    typer.echo(f"{said(report)}\n{table(report)}")


@evaluate.command("domains")
def evaluate_domains(
    file: File,
    first: First,
    second: Second,
    domain: Domain,
    loss: LossOption = "mnr-plus",
    model: Model = "sentence",
    steps: Steps = 0,
    seed: Seed = 0,
    job: Job = None,
) -> None:
    """Pairs by domain of a file: letters, the model as it is, shared, experts, one model a domain; F1max a domain."""
    from dataclasses import replace

    from explorer.features.tune.experts.material import domain_pairs
    from explorer.features.tune.experts.service import measure_domains, wish_of
    from explorer.features.tune.experts.words import said, table

    wish = wish_of(first, second, domain, loss=loss, name="eval-domains", steps=steps)
    report, _ = measure_domains(
        domain_pairs(*_columns(file, [first, second, domain])),
        replace(wish.settings, seed=seed),
        loss=loss,
        name=wish.name,
        model=model,
        progress=progress_of(job),
    )
    typer.echo(f"{said(report)}\n{table(report)}")


def _columns(file: Path, names: Sequence[str]) -> list[list[str]]:
    """Columns of a file by name; InputError that lists those that are there for one that is not."""
    from explorer.io.csv_rows import read_rows

    read = read_rows(file)
    missing = [name for name in names if name not in read.names]
    if missing:
        raise InputError(
            f"{file.name}: there is no column {missing[0][:60]!r}. Expected one of {', '.join(read.names)}."
        )
    return [[row[name] for _, row in read.rows] for name in names]
