"""Why a spine and a book were matched: each column of the catalogue with the words of the spine that it explains."""

import re
from collections.abc import Sequence

from explorer.features.match.method import Compared, Reasons, Span, Task
from explorer.features.match.shelves.spines import catalogue_columns

WORD = re.compile(r"\w+")
ALIKE = 0.75
"""From this ratio on two words count as the same one, read well or badly."""
Strong = tuple[Span, float]


def explain(task: Task, left: int, right: int) -> Reasons:
    """The reasons for a pair of rows."""
    spine = task.left.texts[left] if task.left.text else ""
    named = "" if task.same else str(task.options["columns"])
    columns = (task.left.text,) if task.same else catalogue_columns(task.right, named)
    fields = [_compared(name, spine, task.right.strings(name)[right]) for name in columns if name]
    notes = () if spine else ("The left thing has no text: it was found by its picture alone.",)
    return Reasons(fields=tuple(one for one in fields if one.right), notes=notes)


def _compared(name: str, spine: str, value: str) -> Compared:
    """One column: the score is the share of its letters that stand on the spine."""
    if not spine:
        return Compared(name=name, left=spine, right=value)
    mine, theirs, share = same_words(spine, value)
    return Compared(name=name, left=spine, right=value, score=share, left_spans=mine, right_spans=theirs)


def same_words(first: str, second: str) -> tuple[tuple[Strong, ...], tuple[Strong, ...], float]:
    """Words of two texts that are the same or nearly so, as spans with their ratio in each; and how much of `second`.

    Every word finds its best partner on the other side; the share counts letters of words of `second`, 0 for no words.
    """
    mine, theirs = list(WORD.finditer(first)), list(WORD.finditer(second))
    there = [one.group().casefold() for one in theirs]
    here = [one.group().casefold() for one in mine]
    left = _found(mine, here, there)
    right = _found(theirs, there, here)
    letters = sum(map(len, there))
    known = sum((end - start) * strength for (start, end), strength in right)
    return left, right, known / letters if letters else 0.0


def _found(words: Sequence[re.Match[str]], texts: Sequence[str], others: Sequence[str]) -> tuple[Strong, ...]:
    from rapidfuzz.distance import Indel

    best = [max((Indel.normalized_similarity(text, other) for other in others), default=0.0) for text in texts]
    return tuple((word.span(), strength) for word, strength in zip(words, best, strict=True) if strength >= ALIKE)
