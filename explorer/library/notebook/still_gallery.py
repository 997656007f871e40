"""Galleries and cards as HTML that stands by itself: all foreign text escaped, in the colours of the notebook."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from explorer.base.arrays import Floats, Rows
from explorer.base.dataset import TEXT
from explorer.library.pictures import picture_address
from explorer.search.captions import captions
from explorer.workspace.opened import Opened

PICTURE, TEXT_SHOWN, CAPTION_SHOWN = 128, 160, 80
SOFT = "color-mix(in srgb, currentColor 22%, transparent)"
FONT = "font:13px/1.4 system-ui,sans-serif"
CARD = (
    f'<figure style="width:138px;margin:0;border:1px solid {SOFT};border-radius:10px;overflow:hidden">{{picture}}'
    '<figcaption style="padding:5px 9px 7px;font-size:12px;overflow-wrap:anywhere">'
    '<span style="font-weight:600">{rank}</span><span style="float:right">{score}</span><br>{words}'
    "</figcaption></figure>"
)
IMAGE = '<img alt="{alt}" title="{alt}" style="display:block;width:100%;height:126px;object-fit:cover" src="{source}">'
QUIET = '<div style="opacity:.75">{}</div>'


def gallery_html(opened: Opened, rows: Rows, scores: Floats, said: Iterable[str], count: int) -> str:
    """Cards of the items at `rows` (k,), best first, with their scores (at least k,); `said` stands above them.

    count: of all that there are, of which these are the first.
    """
    names = captions(opened, rows)
    cards = "".join(_card(opened, int(row), place, scores, names[place]) for place, row in enumerate(rows))
    rest = QUIET.format(f"and {count - len(rows):,} more") if count > len(rows) else ""
    head = "".join(QUIET.format(escape(one)) for one in said if one)
    return f'<div style="{FONT}">{head}<div style="{FLOW}">{cards}</div>{rest}</div>'


FLOW = "display:flex;flex-wrap:wrap;gap:8px;padding:6px 0"


def fact_card(title: str, facts: Mapping[str, str], pictures: Sequence[str] = (), below: str = "") -> str:
    """A compact card: a title, facts by name, small pictures (addresses that hold them). below: HTML of ours."""
    lines = "".join(
        f'<span style="opacity:.7">{escape(name)}</span><span>{escape(text)}</span>' for name, text in facts.items()
    )
    shown = "".join(
        f'<img alt="" style="width:56px;height:56px;object-fit:cover;border-radius:6px" src="{escape(one)}">'
        for one in pictures
        if one
    )
    grid = "display:grid;grid-template-columns:max-content 1fr;gap:1px 14px;overflow-wrap:anywhere"
    row = f'<div style="display:flex;flex-wrap:wrap;gap:5px;margin-top:8px">{shown}</div>' if shown else ""
    box = f"{FONT};max-width:640px;border:1px solid {SOFT};border-radius:12px;padding:10px 14px"
    heading = f'<div style="font-weight:600;font-size:15px;margin-bottom:4px">{escape(title)}</div>'
    return f'<div style="{box}">{heading}<div style="{grid}">{lines}</div>{row}{below}</div>'


def shorten(text: str, most: int) -> str:
    """At most about so many characters of a text, in one line, cut between words."""
    words = " ".join(text.split())
    if len(words) <= most:
        return words
    return words[: most - 1].rsplit(" ", 1)[0].rstrip(" ,.;:") + " …"


def _card(opened: Opened, row: int, place: int, scores: Floats, name: str) -> str:
    source = picture_address(opened, row, PICTURE)
    words = name if source else str(opened.dataset.table.column(TEXT)[row].as_py()) or name
    return CARD.format(
        picture=IMAGE.format(alt=escape(str(opened.dataset.ids[row])), source=source) if source else "",
        rank=place + 1,
        score=f"{scores[place]:.3f}".replace("-", "−"),
        words=escape(shorten(words, CAPTION_SHOWN if source else TEXT_SHOWN)),
    )
