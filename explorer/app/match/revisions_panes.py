"""A pane of a revision as Markdown: each piece in its colour, ends of lines and indents as they are."""

from collections.abc import Sequence

from explorer.app.frame.foreign import plain
from explorer.features.match.revisions.pieces import Piece

COLOURS = {"shared": ":gray[{}]", "kept": "{}", "both": ":green-background[{}]", "one": ":orange-background[{}]"}
LEGEND = (
    ":gray[shared by all three, taken out] · kept by one revision alone · :green-background[changed alike by both] · "
    ":orange-background[changed by one alone]"
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
    return "  \n".join(_line(line, kind) for line in text.splitlines())


def _line(line: str, kind: str) -> str:
    words = line.strip()
    indent = _spaces(line[: len(line) - len(line.lstrip())])
    return indent + (COLOURS[kind].format(plain(words, len(words) + 1)) if words else "")


def _spaces(text: str) -> str:
    """What stands between words: ends of lines stay, and so do the spaces behind them."""
    *ended, last = text.replace("\r\n", "\n").replace("\t", "    ").split("\n")
    kept = "\N{NO-BREAK SPACE}" * len(last) if ended else " " * bool(last)
    return "  \n" * len(ended[:2]) + kept
