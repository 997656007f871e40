"""`explorer cutoff …`: learn which results of a query are irrelevant."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from explorer.base.errors import InputError

if TYPE_CHECKING:
    from explorer.features.cutoff.cut import Cutoff
    from explorer.features.cutoff.judged import Judged
    from explorer.features.cutoff.sources import Opinion
    from explorer.workspace.opened import Opened

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Cut off what is irrelevant: learn where the results of a query end.",
)
Target = Annotated[str, typer.Argument(metavar="WORKSPACE", help="Name of a workspace, or its folder.")]
Model = Annotated[str, typer.Option("--model", "-m", help="The model; pocket or the first when left out.")]


@app.command("train")
def train(
    workspace: Target,
    column: Annotated[str, typer.Option(help="Items are asked for; relevant: the same value in this column.")] = "",
    words: Annotated[str, typer.Option(help="The values of this column are asked for, as words.")] = "",
    captions: Annotated[bool, typer.Option("--captions", help="Captions are asked for.")] = False,
    judgments: Annotated[Path | None, typer.Option(help="CSV: query (an id) or text, item, relevant (1 or 0).")] = None,
    campaign: Annotated[str, typer.Option(help="Pairs that people rated; relevant: above the scale's middle.")] = "",
    method: Annotated[str, typer.Option(help="power, linear, root or quadratic.")] = "power",
    recall: Annotated[float, typer.Option(help="Share of the relevant items that the threshold is to keep.")] = 0.95,
    model: Model = "",
    job: Annotated[Path | None, typer.Option("--job", hidden=True, help="Folder that takes the progress.")] = None,
) -> None:
    """Learn a cut-off from one source of relevance, and tell what it is worth on queries that it has not seen."""
    from explorer.commands.common import note_result, open_target, progress_of
    from explorer.features.cutoff import sources
    from explorer.features.cutoff.service import Wish, train

    chosen = [bool(one) for one in (column, words, captions, judgments, campaign)]
    if sum(chosen) != 1:
        raise InputError("Name one source: --column, --words, --captions, --judgments or --campaign.")
    opened = open_target(workspace)
    spec, wish = opened.best_encoder(model), Wish(method=method, recall=recall)

    def judged() -> "Judged":
        if column:
            return sources.by_column(opened, spec, column)
        if words:
            return sources.by_words(opened, spec, words)
        if captions:
            return sources.by_captions(opened, spec)
        said = sources.read_opinions(judgments) if judgments else _rated(opened, campaign)
        return sources.by_opinions(opened, spec, said, judgments.name if judgments else f"the campaign {campaign}")

    made = train(opened, spec, judged(), wish, progress_of(job))
    typer.echo("\n".join(table(made)))
    note_result(job, sentence(made))


@app.command("list")
def list_(workspace: Target, model: Model = "") -> None:
    """The cut-offs that were learned for a model, each with its numbers."""
    from explorer.commands.common import open_target
    from explorer.features.cutoff.service import cutoffs

    opened = open_target(workspace)
    spec = opened.best_encoder(model)
    found = cutoffs(opened, spec)
    for one in found:
        typer.echo("\n".join([*table(one), ""]))
    if not found:
        typer.echo(f"None for {spec} yet: `explorer cutoff train {opened.name} --column …` learns one.")


def table(made: "Cutoff") -> list[str]:
    """What a cut-off is worth, a line a method."""
    from explorer.features.cutoff.contract import METHODS

    card = made.card
    lines = [
        f"Relevance by {card['source']}; {card['data']}.",
        f"Measured on {card['queries']['tested']:,} queries that it has not seen (95 % intervals over queries); the "
        f"thresholds, for {card['recall']:.0%} recall, come from {card['queries']['validated']:,} other ones.",
        f"{'':26}{'PR-AUC':24}{'precision at 95 % recall':26}{'at the threshold: recall':26}{'precision':11}cut off",
    ]
    for name, numbers in card["numbers"].items():
        spans = [_span(numbers[what]) for what in ("pr_auc", "precision_at_95", "recall")]
        rest = f"{numbers['precision']['value']:<11.3f}{numbers['dropped']['value']:.0%}"
        lines.append(f"{METHODS[name].label:26}{spans[0]:24}{spans[1]:26}{spans[2]:26}{rest}")
    return lines


def sentence(made: "Cutoff") -> str:
    """The same in a sentence, for the job's line."""
    numbers = made.card["numbers"]
    ours, plain = numbers[made.adapter.method.name], numbers["cosine"]
    return (
        f"PR-AUC {ours['pr_auc']['value']:.3f}, cosine itself {plain['pr_auc']['value']:.3f}; on unseen queries the "
        f"threshold keeps {ours['recall']['value']:.0%} of what is relevant, cuts off {ours['dropped']['value']:.0%}."
    )


def _span(number: dict[str, float]) -> str:
    return f"{number['value']:.3f} ({number['low']:.3f}–{number['high']:.3f})"


def _rated(opened: "Opened", campaign: str) -> "list[Opinion]":
    """Rated pairs of a campaign, asked both ways; relevant: above the middle of the scale that people were given."""
    from explorer.features.cutoff.sources import Opinion
    from explorer.features.judgments import campaigns
    from explorer.features.judgments.store import judgment_store

    store = judgment_store(opened.workspace)
    answers = [one for one in store.answers(campaign, "pair_rating") if not one.is_check]
    if not answers:
        raise InputError(f"The campaign {campaign!r} has no rated pairs. Take a campaign that asks how alike two are.")
    middle = sum(campaigns.campaign(store, campaign).settings.scale) / 2
    said = [(one.items[0], one.items[1], float(one.answer) > middle) for one in answers]
    return [Opinion(query, item, like) for a, b, like in said for query, item in ((a, b), (b, a))]
