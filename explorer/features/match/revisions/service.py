"""What pages and commands ask of revisions: three texts, a table of them, what shared context does to each score."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError
from explorer.base.metrics import Score, mean_score
from explorer.features.match.revisions.alignment import most_shared
from explorer.features.match.revisions.beside import bleu, chrf, edit_similarity
from explorer.features.match.revisions.excision import Excision, excise
from explorer.features.match.revisions.tokens import MOST, Tokens, numbered, tokens_of
from explorer.features.match.sides import LIKELY_IDS
from explorer.io.tables import TableFile

MEASURES = {
    "excision": "Excision Score (reconstruction)",
    "bleu": "BLEU",
    "chrf": "chrF",
    "edit": "Edit similarity",
}
"""Scores by name, for people; all but the first compare candidate and reference alone."""
STEPS = (0, 1, 2, 5, 10, 20)
"""How often shared context is put before the texts."""
LIKELY = {
    "original": ("original", "source", "before", "old", "o"),
    "reference": ("reference", "target", "gold", "after", "a"),
    "candidate": ("candidate", "prediction", "predicted", "hypothesis", "output", "b"),
}
"""Usual names of the columns of a table of revisions."""
NOTHING = "All three are empty: no score."
_KINDS = {
    "row": pa.int64(),
    "changes of A": pa.int64(),
    "changes of B": pa.int64(),
    "matched": pa.int64(),
    "note": pa.string(),
}
NEUTRAL = "the quick brown fox jumps over the lazy dog while all of its friends look on in silent wonder ."


@dataclass(frozen=True, kw_only=True)
class Compared:
    """Three texts as tokens, what the two revisions did, every score of `MEASURES`, and what is to be said of them.

    shared: so many tokens are taken out. most_shared: so many could be, None for texts too long to tell.
    """

    original: Tokens
    reference: Tokens
    candidate: Tokens
    excision: Excision
    scores: dict[str, float]
    notes: tuple[str, ...]
    shared: int
    most_shared: int | None


def compare(original: str, reference: str, candidate: str) -> Compared:
    """The reference and the candidate as revisions of the original. InputError for texts of more than 40,000 tokens."""
    names = ("Original", "Reference", "Candidate")
    texts = [tokens_of(text, name) for text, name in zip((original, reference, candidate), names, strict=True)]
    found = excise(*texts)
    return Compared(
        original=texts[0],
        reference=texts[1],
        candidate=texts[2],
        excision=found,
        scores=_scores(found, texts[1], texts[2]),
        notes=_notes(found, texts, names),
        shared=len(found.alignment.shared),
        most_shared=most_shared(numbered(*(one.words for one in texts))),
    )


def with_context(texts: tuple[str, str, str], steps: Sequence[int] = STEPS) -> dict[str, list[float]]:
    """Every score when so many copies of a shared text stand before all three texts, by name.

    The text is what they share already, else a sentence. Steps that make a text too long are left out of all.
    """
    context = shared_text(texts) or NEUTRAL
    longest = max(len(tokens_of(one)) for one in texts)
    size = len(tokens_of(context))
    found: dict[str, list[float]] = {"copies": [], **{name: [] for name in MEASURES}}
    for copies in steps:
        if longest + copies * size > MOST:
            break
        before = (context + "\n") * copies
        scores = compare(*(before + one for one in texts)).scores
        found["copies"].append(copies)
        for name in MEASURES:
            found[name].append(scores[name])
    return found


def shared_text(texts: tuple[str, str, str]) -> str:
    """The tokens that all three share, spaces between."""
    found = compare(*texts)
    return " ".join(found.original.words[place] for place in found.excision.alignment.shared[:, 0])


def revision_columns(file: TableFile, named: tuple[str, str, str] = ("", "", "")) -> tuple[str, str, str]:
    """Columns of original, reference and candidate: as named, else of the usual names, else the first three of texts.

    Ids and numbers are taken last. InputError for a named column that is not there, and tables with fewer than three
    columns.
    """
    names = file.table.column_names
    if len(names) < 3:
        raise InputError(f"Expected three columns, original, reference and candidate; the table has {len(names)}.")
    for name in filter(None, named):
        check_choice(name, names, "column")
    chosen = [name or guess for name, guess in zip(named, _usual(names), strict=True)]
    rest = iter(sorted((name for name in names if name not in chosen), key=lambda name: not _is_prose(file, name)))
    first, second, third = [name or next(rest, names[0]) for name in chosen]
    return first, second, third


def _usual(names: Sequence[str]) -> list[str]:
    """The column of each role by its name, "" where none is called so; single letters count beside an original."""
    found = [_likely(names, role) for role in LIKELY]
    return found if found[0] else [name if len(name.strip()) > 1 else "" for name in found]


def _is_prose(file: TableFile, name: str) -> bool:
    """Whether a column holds texts, and no ids by its name."""
    kind = file.table.schema.field(name).type
    return (pa.types.is_string(kind) or pa.types.is_large_string(kind)) and name.casefold().strip() not in LIKELY_IDS


def _likely(names: Sequence[str], role: str) -> str:
    known = {name.casefold().strip(): name for name in reversed(names)}
    return next((known[word] for word in LIKELY[role] if word in known), "")


def scores_of_table(file: TableFile, columns: tuple[str, str, str]) -> pa.Table:
    """One row for each of the table: its number from 1, every score, changes of both, and what is to be said.

    Empty cells are empty texts; a row of three has no scores. InputError names the row whose text is too long.
    """
    texts = [[one or "" for one in file.strings(name).to_pylist()] for name in columns]
    rows = []
    for number, (original, reference, candidate) in enumerate(zip(*texts, strict=True), start=1):
        try:
            found = compare(original, reference, candidate)
        except InputError as error:
            raise InputError(f"Row {number}: {error}") from None
        changes = found.excision.changes
        counted = {"changes of A": changes[0], "changes of B": changes[1], "matched": found.excision.matched}
        nothing = not (len(found.original) or len(found.reference) or len(found.candidate))
        scores = dict.fromkeys(MEASURES) if nothing else found.scores
        rows.append({"row": number, **scores, **counted, "note": NOTHING if nothing else " ".join(found.notes)})
    return pa.Table.from_pylist(rows, pa.schema([(name, _KINDS.get(name, pa.float64())) for name in rows[0]]))


def means_of(table: pa.Table) -> dict[str, Score]:
    """The mean of every score over the rows of a table that have one, with 95 % bootstrap intervals; {} for none."""
    values = {name: table.column(name).drop_null().to_numpy() for name in MEASURES}
    return {name: mean_score(np.asarray(one, np.float64)) for name, one in values.items() if len(one)}


def _scores(found: Excision, reference: Tokens, candidate: Tokens) -> dict[str, float]:
    return {
        "excision": found.score,
        "bleu": bleu(reference.words, candidate.words),
        "chrf": chrf(reference.text, candidate.text),
        "edit": edit_similarity(reference.words, candidate.words),
    }


def _notes(found: Excision, texts: Sequence[Tokens], names: Sequence[str]) -> tuple[str, ...]:
    notes = [f"{name} is empty." for name, text in zip(names, texts, strict=True) if not len(text)]
    mine, theirs = found.changes
    if not mine and not theirs:
        notes.append("Neither revision changes the original: that counts as agreement, 1.")
    elif not mine or not theirs:
        who = names[1] if not mine else names[2]
        notes.append(f"{who} is equal to the original: nothing can match, 0.")
    return tuple(notes)
