"""`explorer revisions`: what two revisions of a text changed alike."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def revisions(
    original: Annotated[Path, typer.Argument(metavar="ORIGINAL", help="A text, or a table with all three columns.")],
    reference: Annotated[Path | None, typer.Argument(metavar="REFERENCE", help="The right revision, a text.")] = None,
    candidate: Annotated[Path | None, typer.Argument(metavar="CANDIDATE", help="The one to compare, a text.")] = None,
    columns: Annotated[str, typer.Option(help="Of a table: ORIGINAL,REFERENCE,CANDIDATE; guessed if left out.")] = "",
    context: Annotated[bool, typer.Option("--context", help="What more shared context does to each score.")] = False,
    out: Annotated[Path | None, typer.Option(help="Of a table: write the scores of all rows to this CSV.")] = None,
) -> None:
    """Compare two revisions of a text by what they changed, beside BLEU, chrF and edit similarity."""
    from explorer.base.errors import InputError

    if reference is None and candidate is None:
        _table(original, columns, out)
        return
    if reference is None or candidate is None:
        raise InputError("Expected ORIGINAL REFERENCE CANDIDATE, three texts, or one table with three columns.")
    texts = (_text(original), _text(reference), _text(candidate))
    _tell(texts)
    if context:
        _tell_context(texts)


def _text(path: Path) -> str:
    from explorer.base.errors import InputError

    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        said = "is not text in UTF-8" if isinstance(error, UnicodeDecodeError) else "cannot be read"
        raise InputError(f"{path}: expected a file with text, but it {said}.") from None


def _tell(texts: tuple[str, str, str]) -> None:
    from explorer.features.match.revisions.service import MEASURES, compare

    found = compare(*texts)
    for name, label in MEASURES.items():
        typer.echo(f"{label}: {found.scores[name]:.4f}")
    mine, theirs = found.excision.changes
    typer.echo(f"Reference: {mine:,} changes; candidate: {theirs:,}; {found.excision.matched:,} match.")
    for note in found.notes:
        typer.echo(note)


def _tell_context(texts: tuple[str, str, str]) -> None:
    from explorer.features.match.revisions.service import MEASURES, with_context

    found = with_context(texts)
    for place, copies in enumerate(found["copies"]):
        said = ", ".join(f"{label} {found[name][place]:.3f}" for name, label in MEASURES.items())
        typer.echo(f"With {copies:.0f} copies of shared context: {said}")


def _table(path: Path, columns: str, out: Path | None) -> None:
    from explorer.base.errors import InputError
    from explorer.base.metrics import score_text
    from explorer.features.match.revisions.service import MEASURES, means_of, revision_columns, scores_of_table
    from explorer.io.atomic import atomic_write
    from explorer.io.export import csv_bytes
    from explorer.io.tables import read_table

    file = read_table(path)
    named = [one.strip() for one in columns.split(",")] if columns else ["", "", ""]
    if len(named) != 3:
        raise InputError(f"--columns: expected three names with commas between, got {columns!r:.80}.")
    chosen = revision_columns(file, (named[0], named[1], named[2]))
    table = scores_of_table(file, chosen)
    typer.echo(f"{table.num_rows:,} rows; original, reference and candidate are {', '.join(chosen)}.")
    means = means_of(table)
    if not means:
        typer.echo("No row has a text in these columns.")
    for name, score in means.items():
        typer.echo(f"{MEASURES[name]}: {score_text(score.as_dict())}")
    if out:
        with atomic_write(out) as temporary:
            temporary.write_bytes(csv_bytes(table))
