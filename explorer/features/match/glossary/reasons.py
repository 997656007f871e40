"""Why a column was matched with a term."""

import re
from collections.abc import Sequence

import numpy as np

from explorer.features.match.embedded import text_vectors
from explorer.features.match.glossary.material import Column, Material
from explorer.features.match.glossary.offline import WHAT, letter_rows
from explorer.features.match.glossary.wording import header_words
from explorer.features.match.method import Compared, Reasons, Span, Task


def column_reasons(task: Task, material: Material, right: int, description: str = "") -> Reasons:
    """The reasons for the one column of `material` and the term in row `right`.

    description: of the column, where one is compared with the whole term.
    """
    column, term = material.columns[0], material.terms[right]
    letters = _letters(column, [one.words for one in material.terms])[right]
    shared = set(column.words.split()) & set(term.words.split())
    fields = [
        Compared(
            name="letters",
            left=column.name,
            right=term.label,
            score=float(letters),
            left_spans=_spans(column.name, shared),
            right_spans=_spans(term.label, shared),
        )
    ]
    if task.embed is not None:
        cosines = _cosines(task, (column.words, column.in_table), (term.label, term.meaning))
        fields.append(_field("meaning of the label", column.words, term.label, cosines[0, 0]))
        if term.meaning:
            fields.append(_field("meaning of the description", column.words, term.meaning, cosines[0, 1]))
        if column.table:
            fields.append(_field("in its table", column.in_table, term.label, cosines[1, 0]))
        if description:
            whole = _cosines(task, (description,), (term.whole,))[0, 0]
            fields.insert(0, _field("description", description, term.whole, whole))
    beside = ", ".join(column.siblings)
    fields += [Compared(name="columns beside it", left=beside)] if beside else []
    return Reasons(fields=tuple(fields), notes=_notes(column))


def _field(name: str, left: str, right: str, score: float) -> Compared:
    return Compared(name=name, left=left, right=right, score=float(score), least=-1.0)


def _letters(column: Column, labels: Sequence[str]) -> "np.ndarray[tuple[int], np.dtype[np.float32]]":
    asked, known = letter_rows([column.words], labels)
    return np.asarray((asked @ known.T).toarray()[0], np.float32)


def _cosines(
    task: Task, columns: Sequence[str], terms: Sequence[str]
) -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
    vectors = text_vectors(task, [*columns, *terms], WHAT)
    return vectors[: len(columns)] @ vectors[len(columns) :].T


def _spans(text: str, words: set[str]) -> tuple[tuple[Span, float], ...]:
    """Where words of a set stand in a text."""
    found = (match.span() for word in words for match in re.finditer(re.escape(word), text, re.IGNORECASE))
    return tuple((span, 1.0) for span in sorted(found))


def _notes(column: Column) -> tuple[str, ...]:
    read = header_words(column.name)
    if column.words.split() == read or not read:
        return ()
    return (f"Rules read “{column.name}” as “{column.words}”.",)
