"""A run's archive as one web page that works alone: without the app, without a network."""

from base64 import b64encode
from pathlib import Path

from explorer.drawing.page import page_bytes
from explorer.features import elites
from explorer.features.elites.export_picture import subtitle
from explorer.features.elites.payload import payload
from explorer.features.elites.pictures import atlas
from explorer.features.elites.view import OpenRun

ASSETS = Path(elites.__file__).parent / "assets"
BODY = '<h1 id="name"></h1><p id="about"></p><div id="choice"></div><div class="elites" id="map"></div>'


def run_page(run: OpenRun) -> bytes:
    """The HTML, in UTF-8; nothing of the data is markup in it."""
    drawn, whole = atlas(run), atlas(run, whole=True)
    shown = {"sheet_pictures": True, "selected": -1, "lineage": [], "height": 0, "thumb": ""}
    data = payload(run) | shown | {"name": run.settings.name, "about": subtitle(run)}
    data["atlas"] = f"data:image/jpeg;base64,{b64encode(drawn).decode()}" if drawn else ""
    data["whole_atlas"] = f"data:image/webp;base64,{b64encode(whole).decode()}" if whole else ""
    return page_bytes(
        run.settings.name,
        style=_read("elites_page.css", "elites_map.css"),
        script=_read("elites_map.js", "elites_page.js"),
        body=BODY,
        data=data,
    )


def _read(*names: str) -> str:
    return "\n".join((ASSETS / name).read_text("utf-8") for name in names)
