"""Map and gallery as anywidgets. Imported only where anywidget is installed.

Traits go to the browser: bytes as they are, all else as JSON. Events and questions come back as messages; what comes is
input like any other.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import traitlets

from explorer.base.arrays import Mask
from explorer.drawing.map.data import highlight_data, map_data
from explorer.drawing.map.encode import encode_mask
from explorer.drawing.map.events import parse_event
from explorer.drawing.map.values import MapColours, MapEvent, MapHighlight, MapItems, MapLabel, MapPoints
from explorer.drawing.scripts import GALLERY_STYLE, GALLERY_WIDGET, MAP_STYLE, MAP_WIDGET, read

MOST_ASKED = 1_000
"""Questions of one message that are answered."""
Answer = bytes | dict[str, Any] | None


def module(scripts: Sequence[str], style: str) -> str:
    """The scripts as a module that has its styles in it, which therefore reach nothing else of the notebook."""
    return f"const STYLE = {json.dumps(read(style))};\n{read(*scripts)}"


class MapWidget(anywidget.AnyWidget):
    """What the browser knows of a map.

    events: called with what the user does. answers: (kind, row) to what is known: kind "thumb" wants the bytes of a
    picture, "item" what the card tells.
    """

    _esm = module(MAP_WIDGET, MAP_STYLE)
    points = traitlets.Bytes().tag(sync=True)
    codes = traitlets.Bytes().tag(sync=True)
    data = traitlets.Dict().tag(sync=True)
    selected = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    shown = traitlets.Unicode(None, allow_none=True).tag(sync=True)
    highlight = traitlets.Dict().tag(sync=True)
    acknowledged = traitlets.Unicode("").tag(sync=True)
    linked = traitlets.Bool(False).tag(sync=True)

    def __init__(self, events: Callable[[MapEvent], None], answers: Callable[[str, int], Answer]) -> None:
        self._events, self._answers, self._count = events, answers, 0
        super().__init__()
        self.layout.width = "100%"
        self.on_msg(self._receive)

    def draw(
        self,
        points: MapPoints,
        colours: MapColours,
        items: MapItems,
        labels: Sequence[MapLabel],
        asked: Sequence[str],
        options: dict[str, Any],
    ) -> None:
        """Other points or colours. asked: what of items the browser asks for. options: noun, height and the like."""
        self._count = len(points)
        data = map_data(points, colours, MapHighlight(), items, labels=labels)
        for often in ("selected", "shown", "highlight"):
            data.pop(often)
        data["items"] |= dict.fromkeys(asked, True)
        with self.hold_sync():
            self.points, self.codes = points.blob.data, colours.blob.data
            self.data = data | {"key": self.model_id, "hide": False, "calm": True} | options

    def mark(self, selected: Mask | None, shown: Mask | None, highlight: MapHighlight) -> None:
        """Another selection, filter or picked item."""
        with self.hold_sync():
            self.selected = encode_mask(selected, self._count, "selected")
            self.shown = encode_mask(shown, self._count, "shown")
            self.highlight = highlight_data(highlight, self._count)

    def follow(self, **what: str | int) -> None:
        """What happens on a linked map: at (the part on screen), pointed (row under the pointer)."""
        self.send({"follow": what})

    def _receive(self, _: object, content: Any, buffers: object) -> None:
        if not isinstance(content, dict):
            return
        event = parse_event(content.get("event"), self._count)
        if event:
            self._events(event)
        if event and event.kind != "hover":
            self.acknowledged = event.sequence
        if isinstance(content.get("ask"), list):
            self._answer(content["ask"][:MOST_ASKED])

    def _answer(self, questions: list[Any]) -> None:
        answers: list[list[Any]] = []
        pictures: list[bytes] = []
        for question in questions:
            number, kind, row = question if isinstance(question, list) and len(question) == 3 else ("", "", -1)
            known = self._answers(str(kind), row) if isinstance(row, int) and 0 <= row < self._count else None
            if isinstance(known, bytes):
                answers.append([number, None, len(pictures)])
                pictures.append(known)
            else:
                answers.append([number, known])
        self.send({"answers": answers}, pictures)


class GalleryWidget(anywidget.AnyWidget):
    """What the browser knows of a gallery.

    marked: id of the card that stands out. picked: called with the id of a card that was clicked.
    """

    _esm = module(GALLERY_WIDGET, GALLERY_STYLE)
    data = traitlets.Dict().tag(sync=True)
    marked = traitlets.Unicode("").tag(sync=True)

    def __init__(self, data: dict[str, Any], picked: Callable[[str], object]) -> None:
        self._picked = picked
        super().__init__(data=data)
        self.layout.width = "100%"
        self.on_msg(self._receive)

    def _receive(self, _: object, content: Any, buffers: object) -> None:
        event = content.get("event") if isinstance(content, dict) else None
        if isinstance(event, dict) and event.get("id") in {card["id"] for card in self.data["cards"]}:
            self._picked(str(event["id"]))
