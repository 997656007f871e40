"""A pane of a revision as Markdown: each piece in its colour, ends of lines and indents as they are."""

from collections.abc import Sequence

from explorer.app.frame.foreign import plain
from explorer.features.match.revisions.pieces import Piece

COLOURS = {
    "shared": ":gray[{}]",
    "kept": "{}",
    "both": ":green-background[:green[{}]]",
    "one": ":orange-background[:orange[{}]]",
}
LEGEND = (
    ":gray[kept by both, taken out] · kept by one revision alone · :green-background[:green[changed alike by both]] · "
    ":orange-background[:orange[changed by one alone]]"
)
MOST = 6_000
"""Characters of a text that a pane shows."""
EMPTY = ":gray[(empty)]"


def pane(pieces: Sequence[Piece]) -> str:
    """The pieces of one text, the first 6,000 characters."""
    shown, left = [], MOST
    for piece in pieces:
        text = piece.text[:left]
        shown.append(_spaces(text) if not piece.kind else _coloured(text, piece.kind))
        left -= len(text)
        if left <= 0:
            return "".join([*shown, "  \n:gray[… and more]"])
    return "".join(shown) or EMPTY


def _coloured(text: str, kind: str) -> str:
    """Line by line: a colour does not reach over the end of a line."""
    first, *others = text.splitlines()
    lines = [_line(first, kind), *(_indent(line) + _line(line, kind) for line in others)]
    return "  \n".join(lines)


def _line(line: str, kind: str) -> str:
    words = line.strip()
    return COLOURS[kind].format(plain(words, len(words) + 1)) if words else ""


def _spaces(text: str) -> str:
    """What stands between words: ends of lines stay, two at most, and so do the spaces behind them."""
    *ended, last = text.replace("\r\n", "\n").split("\n")
    return "  \n" * len(ended[:2]) + _indent(last) if ended else " " * bool(last)


def _indent(line: str) -> str:
    wide = line.replace("\t", "    ")
    return "\N{NO-BREAK SPACE}" * (len(wide) - len(wide.lstrip()))
