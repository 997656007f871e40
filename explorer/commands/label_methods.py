"""`explorer label words`, `views`, `whole`, and `explorer eval labels`, `eval label-words`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.base.errors import InputError
from explorer.commands.common import note_result, open_target, progress_of

if TYPE_CHECKING:
    from explorer.features.label.by_words.define import WordSettings
    from explorer.features.label.by_words.wording import WordLabel
    from explorer.workspace.opened import Opened

Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]
Model = Annotated[str, typer.Option("--model", "-m", help="The model; pocket or the first when left out.")]
Job = Annotated[Path | None, typer.Option("--job", hidden=True, help="Folder that takes the progress.")]
Labels = Annotated[list[str] | None, typer.Option("--label", help="“name: keyword, keyword | description”; repeat it.")]
File = Annotated[Path | None, typer.Option("--file", help="A file with such a label on each line.")]
Similarity = Annotated[
    float | None, typer.Option(help="Items above this cosine to the keywords define a label; 0.3 when left out.")
]
Least = Annotated[int, typer.Option(help="So many of the nearest items define it in any case; 0 for the usual number.")]
Most = Annotated[int, typer.Option(help="So many at most, the nearest; 0 for all.")]
Dirty = Annotated[bool, typer.Option("--with-outliers", help="Keep items that lie apart from the others.")]
evaluate = typer.Typer()


def words(
    workspace: Target,
    label: Labels = None,
    file: File = None,
    method: Annotated[str, typer.Option(help="lbl2vec, or one of its baselines.")] = "lbl2vec",
    similarity: Similarity = None,
    least: Least = 0,
    most: Most = 0,
    with_outliers: Dirty = False,
    accept: Annotated[str, typer.Option(help="Write the labels into a new column of this name.")] = "",
    above: Annotated[float, typer.Option(help="With --accept: only where the choice is at least so clear.")] = 0.5,
    model: Model = "",
) -> None:
    """Label by words: which items belong to labels that are described by keywords."""
    from explorer.features.label.by_words.accepting import accept_words
    from explorer.features.label.by_words.service import label_by_words, unheld

    opened = open_target(workspace)
    labels = _labels(label, file)
    spec = opened.best_encoder(model)
    answer = label_by_words(
        opened, spec, labels, method, _settings(opened, len(labels), similarity, least, most, with_outliers)
    )
    for code, (name, one) in enumerate(zip(answer.names, answer.defined, strict=True)):
        count, out = int((answer.codes == code).sum()), int((~one.kept).sum())
        typer.echo(f"{count:>8,}  {name} (defined by {len(one.rows) - out:,} items, {out:,} left out as outliers)")
    for word in unheld(opened, labels):
        typer.echo(f"No text holds {word!r}; it counts by its meaning alone.")
    if accept:
        typer.echo(accept_words(opened, answer, spec, above, accept))


def views(workspace: Target, model: Model = "", job: Job = None) -> None:
    """Make the views of the pictures that SimMatch learns from; kept until items or model change."""
    from explorer.features.label.views.kept import make_views

    opened = open_target(workspace)
    sentence = make_views(opened, opened.best_encoder(model), progress=progress_of(job))
    note_result(job, sentence)
    typer.echo(sentence)


def whole(workspace: Target, model: Model = "", job: Job = None) -> None:
    """Read texts to their end that are longer than the model reads, for labels by words."""
    from explorer.features.label.by_words.whole import read_whole

    opened = open_target(workspace)
    sentence = read_whole(opened, opened.best_encoder(model), progress_of(job))
    note_result(job, sentence)
    typer.echo(sentence)


@evaluate.command("label-words")
def eval_words(
    workspace: Target,
    truth: Annotated[str, typer.Option(help="Column that tells what is right.")],
    label: Labels = None,
    file: File = None,
    similarity: Similarity = None,
    least: Least = 0,
    most: Most = 0,
    with_outliers: Dirty = False,
    model: Model = "",
) -> None:
    """Label by words: macro F1 and accuracy of every method against a column, with 95 % intervals."""
    from explorer.base.metrics import score_text
    from explorer.features.label.by_words.evaluate import compare_word_methods

    opened = open_target(workspace)
    labels = _labels(label, file)
    settings = _settings(opened, len(labels), similarity, least, most, with_outliers)
    for one in compare_word_methods(opened, opened.best_encoder(model), labels, settings, truth):
        scores = f"macro F1 {score_text(one.macro_f1.as_dict())}  accuracy {score_text(one.accuracy.as_dict())}"
        typer.echo(f"{one.method:<12} {scores}  {one.accuracy.items:,} items")


@evaluate.command("labels")
def eval_examples(
    workspace: Target,
    truth: Annotated[str, typer.Option(help="Column of the right labels.")],
    split: Annotated[str, typer.Option(help="Column that tells the parts.")] = "split",
    learned: Annotated[str, typer.Option(help="The part that labelled items are drawn from.")] = "train",
    tested: Annotated[str, typer.Option(help="The part that is measured.")] = "test",
    method: Annotated[list[str] | None, typer.Option(help="A method; repeat it. All when left out.")] = None,
    each: Annotated[list[int] | None, typer.Option(help="Labels a class; repeat it. 1, 2, 5 and 10 without.")] = None,
    seeds: Annotated[int, typer.Option(min=1, help="Draws of the labelled items.")] = 3,
    model: Model = "",
) -> None:
    """Label by examples: accuracy of every method against the number of labels, with 95 % intervals."""
    from explorer.base.metrics import score_text
    from explorer.base.progress import Terminal
    from explorer.features.label.evaluate import EACH, ExamplesPlan, measure_examples

    opened = open_target(workspace)
    plan = ExamplesPlan(
        column=truth,
        split=split,
        learned=learned,
        tested=tested,
        methods=tuple(method or ()),
        each=tuple(each or EACH),
        seeds=seeds,
    )
    for one in measure_examples(opened, opened.best_encoder(model), plan, Terminal()):
        draws = ", ".join(f"{draw:.3f}" for draw in one.draws)
        line = f"{one.each:>3} a class  {one.method:<12} {score_text(one.score.as_dict())}  draws {draws}"
        changes = (
            f"{name} {change.value:+.3f} ({change.low:+.3f} to {change.high:+.3f})"
            for name, change in one.change.items()
        )
        typer.echo(f"{line}  over {'; '.join(changes)}" if one.change else line)


def _labels(given: list[str] | None, file: Path | None) -> "tuple[WordLabel, ...]":
    from explorer.features.label.by_words.wording import read_labels

    if bool(given) == (file is not None):
        raise InputError("Give each label with --label “name: keyword, keyword”, or all of them in a --file.")
    if file is None:
        return read_labels("\n".join(given or ()))
    try:
        return read_labels(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeError) as error:
        raise InputError(f"{file} cannot be read as a text file of labels: {error}.") from error


def _settings(
    opened: "Opened", labels: int, similarity: float | None, least: int, most: int, with_outliers: bool
) -> "WordSettings":
    from dataclasses import replace

    from explorer.features.label.by_words.service import usual_settings

    usual = usual_settings(len(opened.dataset), labels)
    return replace(
        usual,
        similarity=usual.similarity if similarity is None else similarity,
        least=least or usual.least,
        most=most or None,
        clean=not with_outliers,
    )
