"""A run's archive as one web page that works alone: without the app, without a network."""

from base64 import b64encode
from pathlib import Path

import numpy as np

from explorer.drawing import scripts
from explorer.drawing.page import page_bytes
from explorer.features import elites
from explorer.features.elites.export_picture import subtitle
from explorer.features.elites.payload import payload
from explorer.features.elites.pictures import atlas, picture_or_none
from explorer.features.elites.view import OpenRun
from explorer.search.captions import captions
from explorer.workspace.opened import open_shared

ASSETS = Path(elites.__file__).parent / "assets"
BODY = (
    '<h1 id="name"></h1><p id="about"></p><div id="choice"></div><main id="main"><div class="elites" id="map"></div>'
    '<aside class="cell" id="cell" tabindex="-1" aria-label="The chosen cell"></aside></main>'
)
MOST_CHARACTERS = 300  # of a caption
MOST_LARGE, LARGE = 400, 256
"""Elites of a page with a picture each beside those on the map, and its longer side in pixels."""


def run_page(run: OpenRun) -> bytes:
    """The HTML, in UTF-8; nothing of the data is markup in it."""
    drawn, whole = atlas(run), atlas(run, whole=True)
    shown = {"sheet_pictures": True, "selected": -1, "lineage": [], "height": 0, "thumb": ""}
    data = payload(run) | shown | {"name": run.settings.name, "about": subtitle(run)}
    data |= {"large": _large(run), "captions": _captions(run)}
    data["atlas"] = f"data:image/jpeg;base64,{b64encode(drawn).decode()}" if drawn else ""
    data["whole_atlas"] = f"data:image/webp;base64,{b64encode(whole).decode()}" if whole else ""
    return page_bytes(
        run.settings.name,
        style=scripts.read(scripts.PAGE_STYLE) + _read("elites_map.css", "elites_page.css"),
        script=_read("elites_map.js", "elites_page.js"),
        body=BODY,
        data=data,
    )


def _large(run: OpenRun) -> list[str]:
    """The address of a picture of each elite that holds its bytes, "" where there is none; [] for many elites."""
    numbers = run.archive.candidate[run.archive.occupied].tolist()
    if len(numbers) > MOST_LARGE or not run.space.has_pictures(run.ws):
        return []
    made = (picture_or_none(run, number, LARGE) for number in numbers)
    return [f"data:image/webp;base64,{b64encode(one).decode()}" if one else "" for one in made]


def _captions(run: OpenRun) -> list[str]:
    """A few words for each elite that is an item, "" for one that is made."""
    numbers = run.archive.candidate[run.archive.occupied].tolist()
    rows = np.array([run.space.row(run.log.genotypes[number]) for number in numbers], dtype=np.int64)
    items = rows >= 0
    named = iter(captions(open_shared(run.ws.path), rows[items]) if items.any() else [])
    return [next(named)[:MOST_CHARACTERS] if is_item else "" for is_item in items]


def _read(*names: str) -> str:
    return "\n".join((ASSETS / name).read_text("utf-8") for name in names)
