"""What a person types on the query line, read as parts with signs."""

import re
from dataclasses import dataclass

from explorer.search.query import MAX_PARTS, MAX_TEXT, QueryPart
from explorer.search.wording import unquoted

# A sign counts at the start of a word and before a letter: "star - water", "star -water", but not "t-shirt" or "-5".
SIGN = re.compile(r"(?:^|(?<=\s))([+\-\u2212\u2013])\s*(?=[^\W\d_])")


@dataclass(frozen=True)
class TypedLine:
    """Parts of a typed line; `adds` when it goes on with the query there is; `notes` say what was cut."""

    parts: tuple[QueryPart, ...]
    adds: bool
    notes: tuple[str, ...] = ()


def parse_line(text: str) -> TypedLine:
    """Parts of one typed line: "a red star - water + night" is one text, one negative and one further text.

    A line that begins with a sign goes on with the query there is; any other starts a new one. A line in quotes is one
    text, whatever signs are in it.
    """
    notes = []
    text = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if len(text) > MAX_TEXT:
        notes.append(f"The text has {len(text):,} characters; the first {MAX_TEXT:,} were used.")
        text = text[:MAX_TEXT]
    pieces = SIGN.split(text) if unquoted(text) is None else [text]
    signed = [("+", pieces[0]), *zip(pieces[1::2], pieces[2::2], strict=True)]
    parts = tuple(
        QueryPart("text", value.strip(), 1.0 if sign == "+" else -1.0) for sign, value in signed if value.strip()
    )
    return TypedLine(parts[:MAX_PARTS], adds=len(pieces) > 1 and not pieces[0].strip(), notes=tuple(notes))
