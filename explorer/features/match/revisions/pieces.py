"""The three texts cut into pieces by what became of them, for the panes of the page. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from explorer.features.match.revisions.service import Compared
from explorer.features.match.revisions.tokens import Tokens

KINDS = {
    "shared": "kept by both and taken out",
    "kept": "kept by one revision alone",
    "both": "changed alike by both",
    "one": "changed by one alone",
}
"""What becomes of a token, for people."""


@dataclass(frozen=True)
class Piece:
    """Neighbouring tokens of one kind of `KINDS` with what stands between them; "" is what stands between pieces."""

    text: str
    kind: str


def panes(found: Compared) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """Pieces of original, reference and candidate, which joined are the whole texts."""
    what = found.excision
    shared = what.alignment.shared
    kinds = [["kept"] * len(one) for one in (found.original, found.reference, found.candidate)]
    for side in range(3):
        for place in shared[:, side].tolist():
            kinds[side][place] = "shared"
    for place, (a, b) in enumerate(zip(what.dropped_a.tolist(), what.dropped_b.tolist(), strict=True)):
        if a or b:
            kinds[0][place] = "both" if a and b else "one"
    sides = ((what.inserted_a, what.matched_a), (what.inserted_b, what.matched_b))
    for side, (inserted, matched) in enumerate(sides, start=1):
        for place in inserted.nonzero()[0].tolist():
            kinds[side][place] = "both" if matched[place] else "one"
    first, second, third = (
        _pieces(text, kind)
        for text, kind in zip((found.original, found.reference, found.candidate), kinds, strict=True)
    )
    return first, second, third


def _pieces(text: Tokens, kinds: Sequence[str]) -> list[Piece]:
    found, behind = [], 0
    for kind, group in groupby(range(len(text)), key=kinds.__getitem__):
        places = list(group)
        start, stop = int(text.spans[places[0], 0]), int(text.spans[places[-1], 1])
        found += [Piece(text.text[behind:start], ""), Piece(text.text[start:stop], kind)]
        behind = stop
    return [one for one in [*found, Piece(text.text[behind:], "")] if one.text]
