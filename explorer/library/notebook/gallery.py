"""Results in a notebook, to click on."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from explorer.base.arrays import Floats, Rows
from explorer.base.dataset import ID, PATH, TEXT
from explorer.library.notebook.extra import bundle_of, need_widgets
from explorer.library.notebook.listening import Listeners
from explorer.library.pictures import picture_address
from explorer.search.captions import captions
from explorer.workspace.opened import Opened

if TYPE_CHECKING:
    from explorer.library.notebook.widgets import GalleryWidget

PICTURE, CARD, TEXT_CARD, TALL = 256, 132, 210, 560
MOST = 200
TEXT_SHOWN, CAPTION_SHOWN = 600, 160


class Found(Protocol):
    """What is needed of results: (k,) rows of a collection, best first, with their scores, and what these are."""

    @property
    def opened(self) -> Opened: ...  # noqa: D102
    @property
    def rows(self) -> Rows: ...  # noqa: D102
    @property
    def scores(self) -> Floats: ...  # noqa: D102
    @property
    def measure(self) -> str: ...  # noqa: D102
    def __len__(self) -> int: ...
    def _repr_html_(self) -> str: ...


class Gallery:
    """Cards of results; a click picks one. At most 200 are drawn, the best."""

    def __init__(self, results: Found, column: str = "") -> None:
        need_widgets()
        self.results, self.column = results, column
        self._picked, self._picks = "", Listeners[str]()

    @property
    def picked(self) -> str:
        """Id of the card that was clicked last, "" for none."""
        return self._picked

    def pick(self, item: str = "") -> "Gallery":
        """Pick a card, as a click does; "" lets go. It is marked."""
        self._picked = item
        self.widget.marked = item
        self._picks.tell(item)
        return self

    def on_pick(self, function: Callable[[str], object]) -> None:
        """Call `function` with the id whenever a card is clicked, such as the `pick` of a map."""
        self._picks.add(function)

    @cached_property
    def widget(self) -> "GalleryWidget":
        """The gallery as an ipywidget, for layouts of your own."""
        from explorer.library.notebook.widgets import GalleryWidget

        return GalleryWidget(self._data(), self.pick)

    def __repr__(self) -> str:
        return repr(self.results)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        """The gallery to click on, and the still one where that cannot be drawn."""
        return {**bundle_of(self.widget), "text/html": self.results._repr_html_(), "text/plain": repr(self)}

    def _data(self) -> dict[str, Any]:
        opened = self.results.opened
        return {
            "cards": self._cards,
            "cut": None,
            "cut_label": "",
            "compares": False,
            "value_help": self.results.measure,
            "parts_help": self.results.measure,
            "click_label": "Click: pick this item",
            "actions": [],
            "label": f"{len(self.results)} results",
            "tall": TALL,
            "fill": False,
            "card": CARD if opened.dataset.has_images else TEXT_CARD,
            "whole": False,
        }

    @cached_property
    def _cards(self) -> list[dict[str, Any]]:
        opened, rows = self.results.opened, self.results.rows[:MOST]
        names = captions(opened, rows, self.column)
        frame = opened.tagged.take(rows)
        cards = []
        for place, (row, item, path, text) in enumerate(zip(rows, frame[ID], frame[PATH], frame[TEXT], strict=True)):
            card = {"row": int(row), "id": str(item), "image": bool(path), "rank": place + 1, "is_query": False}
            card["value"] = f"{self.results.scores[place]:.3f}".replace("-", "−")
            card["text"] = "" if path else str(text)[:TEXT_SHOWN]
            card["caption"] = names[place][:CAPTION_SHOWN] if path or names[place] != text else ""
            card["picture"] = picture_address(opened, int(row), PICTURE)
            cards.append(card)
        return cards
