"""A run's archive as a file to take away: CSV, Parquet with pictures, zip, PNG, a self-contained HTML page."""

import io
import json
import zipfile
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
from PIL import Image, ImageDraw, ImageFont

from explorer.base.arrays import Rows, check_choice
from explorer.base.errors import ExplorerError
from explorer.features import elites
from explorer.features.elites.payload import payload
from explorer.features.elites.pictures import COLUMNS, atlas, picture, tile_size
from explorer.features.elites.table import elites_table
from explorer.features.elites.view import OpenRun, open_run
from explorer.io.atomic import atomic_write
from explorer.io.export import csv_bytes, parquet_bytes
from explorer.workspace.folder import Workspace

ASSETS = Path(elites.__file__).parent / "assets"
SIDE, MARGIN = 1600, 110
EMPTY, PAPER, INK = (226, 226, 226), (255, 255, 255), (40, 40, 40)
STOPS = ((68, 1, 84), (62, 73, 137), (38, 130, 142), (53, 183, 121), (181, 222, 43), (253, 231, 37))
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
POLICY = "default-src 'none'; img-src data:; script-src 'unsafe-inline'; style-src 'unsafe-inline'"


def export_bytes(run: OpenRun, kind: str) -> bytes:
    """The archive as "csv", "parquet" (with a column of WebP pictures), "zip" (CSV and pictures), "png" or "html"."""
    return FORMATS[check_choice(kind, FORMATS, "format")](run)


def export_run(ws: Workspace, name: str, destination: Path) -> None:
    """Write a run to `destination`, whose ending says how; or nothing."""
    kind = destination.suffix.lower().removeprefix(".")
    check_choice(kind, FORMATS, f"{destination.name}: the ending of the file")
    data = export_bytes(open_run(ws, name), kind)
    with atomic_write(destination) as temporary:
        temporary.write_bytes(data)


def _csv(run: OpenRun) -> bytes:
    return csv_bytes(elites_table(run))


def _pictures(run: OpenRun) -> list[bytes | None]:
    found: list[bytes | None] = []
    for cell in run.archive.occupied:
        try:
            found.append(picture(run, run.elite(int(cell))))
        except (ExplorerError, OSError):  # a file that is gone leaves its row without a picture
            found.append(None)
    return found


def _parquet(run: OpenRun) -> bytes:
    return parquet_bytes(elites_table(run).append_column("picture_webp", pa.array(_pictures(run), pa.binary())))


def _zip(run: OpenRun) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        names = []
        for cell, data in zip(run.archive.occupied, _pictures(run), strict=True):
            names.append(f"cells/{int(cell):07d}.webp" if data else "")
            if data:
                archive.writestr(names[-1], data)
        table = elites_table(run).append_column("file_name", pa.array(names, pa.string()))
        archive.writestr("metadata.csv", csv_bytes(table), zipfile.ZIP_DEFLATED)
        described = {"settings": run.settings.to_dict(), "evaluations": len(run.log), "created": run.info.created}
        archive.writestr("run.json", json.dumps(described, indent=1, ensure_ascii=False), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _html(run: OpenRun) -> bytes:
    drawn = atlas(run)
    data = payload(run) | {
        "pictures": drawn is not None,
        "sheet_pictures": True,
        "selected": -1,
        "lineage": [],
        "height": 860,
    }
    data["atlas"] = f"data:image/jpeg;base64,{b64encode(drawn).decode()}" if drawn else ""
    data["thumb"] = ""
    script = (ASSETS / "elites_map.js").read_text("utf-8")
    page = _PAGE.replace("{policy}", POLICY).replace("{style}", (ASSETS / "elites_map.css").read_text("utf-8"))
    page = page.replace("{title}", _escaped(f"{run.settings.name}: {subtitle(run)}")).replace("{script}", script)
    return page.replace("{data}", json.dumps(data, ensure_ascii=True).replace("<", "\\u003c")).encode()


_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><meta http-equiv="Content-Security-Policy" content="{policy}">
<title>{title}</title>
<style>body{max-width:1000px;margin:24px auto;padding:0 16px;font-family:system-ui,sans-serif}h1{font-size:17px;
font-weight:600}label{font-size:14px}{style}</style></head><body><h1>{title}</h1>
<label><input type="checkbox" id="pictures"> Pictures instead of colours</label><div class="elites" id="map"></div>
<script>{script}
const data = {data}
const map = new ElitesMap(document.getElementById("map"), null)
const box = document.getElementById("pictures")
box.checked = data.pictures
box.disabled = !data.pictures
box.onchange = () => { map.update({ ...data, pictures: box.checked }) }
map.update(data)
</script></body></html>
"""


def _escaped(text: str) -> str:
    from html import escape

    return escape(text, quote=True)


def subtitle(run: OpenRun) -> str:
    """A line for below the name: axes, quality, how much of it is filled."""
    axes = " × ".join(measure.label for measure in run.settings.measures)
    filled = f"{len(run.archive.occupied):,} of {run.archive.cells:,} cells"
    return f"{axes}, quality {run.settings.goal.label}; {filled} after {len(run.log):,} evaluations"


def _png(run: OpenRun) -> bytes:
    sheet = Image.new("RGB", (SIDE + 2 * MARGIN, SIDE + 2 * MARGIN), PAPER)
    sheet.paste(_map_image(run), (MARGIN, MARGIN))
    draw = ImageDraw.Draw(sheet)
    title, small = ImageFont.load_default(30), ImageFont.load_default(26)
    draw.text((MARGIN, 24), run.settings.name, INK, title)
    draw.text((MARGIN, 64), _plain(subtitle(run)), INK, ImageFont.load_default(22))
    first, *more = run.settings.measures
    low, high = (_fit(draw, text, small) for text in first.ends)
    draw.text((MARGIN, SIDE + MARGIN + 16), f"< {low}", INK, small)
    draw.text((SIDE + MARGIN, SIDE + MARGIN + 16), f"{high} >", INK, small, anchor="ra")
    if more:
        band = Image.new("RGB", (SIDE, 60), PAPER)
        side = ImageDraw.Draw(band)
        low, high = (_fit(side, text, small) for text in more[0].ends)
        side.text((0, 10), f"< {low}", INK, small)
        side.text((SIDE, 10), f"{high} >", INK, small, anchor="ra")
        sheet.paste(band.rotate(90, expand=True), (MARGIN - 70, MARGIN))
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()


def _plain(text: str) -> str:
    """The text without signs that the font lacks."""
    return text.replace("→", "to").replace("×", "by")


def _fit(draw: ImageDraw.ImageDraw, text: str, font: Font) -> str:
    while len(text) > 3 and draw.textlength(text, font) > SIDE / 2 - 60:
        text = text[:-2].rstrip("…") + "…"
    return text


def _map_image(run: OpenRun) -> Image.Image:
    """(SIDE, SIDE) picture of the cells: their elites' pictures, or colours where there are none."""
    wide, high = [*run.settings.cells, 1][:2] if not run.settings.cvt else (160, 160)
    at = (np.stack(np.meshgrid(np.arange(wide), np.arange(high), indexing="ij"), -1).reshape(-1, 2) + 0.5) / (
        wide,
        high,
    )
    cells = run.archive.cell_of(at[:, : len(run.settings.axes)])
    data = atlas(run) if not run.settings.cvt and max(wide, high) <= SIDE // 8 else None
    if data is None:
        return _colours(run, cells.reshape(wide, high))
    return _collage(run, cells.reshape(wide, high), Image.open(io.BytesIO(data)))


def _colours(run: OpenRun, cells: Rows) -> Image.Image:
    quality = run.archive.quality[cells].T[::-1]
    low, high = np.nanmin(quality, initial=np.inf), np.nanmax(quality, initial=-np.inf)
    share = np.nan_to_num((quality - low) / (high - low) if high > low else np.ones_like(quality))
    places = np.linspace(0, 1, len(STOPS))
    rgb = np.stack([np.interp(share, places, [stop[channel] for stop in STOPS]) for channel in range(3)], -1)
    rgb[np.isnan(quality)] = EMPTY
    return Image.fromarray(rgb.round().astype(np.uint8)).resize((SIDE, SIDE), Image.Resampling.NEAREST)


def _collage(run: OpenRun, cells: Rows, sheet: Image.Image) -> Image.Image:
    tile = tile_size(len(run.archive.occupied))
    wide, high = cells.shape
    picture_of = {int(cell): place for place, cell in enumerate(run.archive.occupied)}
    made = Image.new("RGB", (SIDE, SIDE), EMPTY)
    for i in range(wide):
        for j in range(high):
            place = picture_of.get(int(cells[i, j]))
            if place is None:
                continue
            left, top = place % COLUMNS * tile, place // COLUMNS * tile
            x, y = round(i * SIDE / wide), round((high - 1 - j) * SIDE / high)
            size = (round((i + 1) * SIDE / wide) - x, round((high - j) * SIDE / high) - y)
            made.paste(sheet.crop((left, top, left + tile, top + tile)).resize(size), (x, y))
    return made


FORMATS: dict[str, Callable[[OpenRun], bytes]] = {
    "csv": _csv,
    "parquet": _parquet,
    "zip": _zip,
    "png": _png,
    "html": _html,
}
