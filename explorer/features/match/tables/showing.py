"""Two tables side by side, for people: caption, header and cells with the words that agree."""

import re
from collections.abc import Mapping

from explorer.features.match.method import Compared, Span
from explorer.features.match.side import CAPTION, CELLS, HEADER
from explorer.features.match.tables.content import PARTS, Content

_WORD = re.compile(r"(?u)\b\w\w+\b")
BETWEEN, MOST_ROWS = " | ", 12
LABELS = {CAPTION: "Caption", HEADER: "Header", CELLS: "Cells"}
Marks = tuple[tuple[Span, float], ...]


def shown(content: Content, part: str, place: int) -> str:
    """A part of a table as it is shown: cells between bars, at most twelve rows, each on a line of its own."""
    if part == CAPTION:
        return content.captions[place]
    if part == HEADER:
        return BETWEEN.join(content.headers[place])
    rows = content.cells[place]
    lines = [BETWEEN.join(row) for row in rows[:MOST_ROWS]]
    return "\n".join([*lines, f"… and {len(rows) - MOST_ROWS} rows more"] if len(rows) > MOST_ROWS else lines)


def marked(text: str, weights: Mapping[str, float]) -> Marks:
    """Where the words of `weights` stand in a text, with their strength."""
    found = ((match.span(), weights.get(match.group().lower(), 0.0)) for match in _WORD.finditer(text))
    return tuple((span, strength) for span, strength in found if strength > 0)


def shown_parts(
    first: Content,
    second: Content,
    left: int,
    right: int,
    *,
    scores: Mapping[str, float],
    weights: Mapping[str, Mapping[str, float]],
) -> tuple[Compared, ...]:
    """Caption, header and cells of a pair. scores: by part; weights: by part, of the words that agree."""
    made = []
    for part in PARTS:
        mine, theirs = shown(first, part, left), shown(second, part, right)
        marks = marked(mine, weights[part]), marked(theirs, weights[part])
        made.append(
            Compared(
                name=LABELS[part],
                left=mine,
                right=theirs,
                score=scores[part],
                left_spans=marks[0],
                right_spans=marks[1],
            )
        )
    return tuple(made)
