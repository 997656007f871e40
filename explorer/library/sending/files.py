"""Files to send by their endings: a page (.html), or a figure of its map (.svg, .pdf, .png)."""

from pathlib import Path

from explorer.base.progress import Progress
from explorer.drawing.paper import KINDS as FIGURES
from explorer.library.sending.choice import MOST_DRAWN, MOST_ITEMS, Sent
from explorer.library.sending.figure import export_figure
from explorer.library.sending.page import export_page

PAGE = "html"
KINDS = (PAGE, *FIGURES)


def kind_of(path: Path) -> str:
    """The ending of a file, in small letters and without its dot."""
    return path.suffix.lower().removeprefix(".")


def most_items(path: Path) -> int:
    """How many items such a file holds at most."""
    return MOST_ITEMS if kind_of(path) == PAGE else MOST_DRAWN


def export_sent(sent: Sent, path: Path, *, width_mm: float = 180.0, progress: Progress | None = None) -> None:
    """Write the page, or a figure of this width, to `path`; or nothing."""
    if kind_of(path) == PAGE:
        export_page(sent, path, progress)
    else:
        export_figure(sent, path, width_mm)
