"""A run's archive as one picture: the cells, and both axes with their names and numbers."""

import io
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageChops, ImageDraw, ImageFont

from explorer.base.arrays import Rows
from explorer.features.elites.measures import Measure
from explorer.features.elites.payload import axis_ticks
from explorer.features.elites.pictures import COLUMNS, atlas, tile_size
from explorer.features.elites.view import OpenRun

SIDE, LEFT, RIGHT, TOP, BOTTOM = 1600, 170, 60, 120, 130
EMPTY, PAPER, INK = (226, 226, 226), (255, 255, 255), (40, 40, 40)
STOPS = ((68, 1, 84), (62, 73, 137), (38, 130, 142), (53, 183, 121), (181, 222, 43), (253, 231, 37))
EDGE, SMALLEST_EDGED = 10, 32
"""Most pixels of the edge below a picture that says how good it is, and of a cell that has one."""

FINE = 160
"""Cells along each side of a drawn map of irregular cells."""

NOT_IN_FONT = str.maketrans({"→": "to", "×": "by", "←": "<", "−": "-", "…": "..."})
Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def picture_bytes(run: OpenRun) -> bytes:
    """PNG of the map."""
    sheet = Image.new("RGB", (LEFT + SIDE + RIGHT, TOP + SIDE + BOTTOM), PAPER)
    across, *up = run.settings.measures
    sheet.paste(_axis(run, 0, across), (0, TOP + SIDE))
    if up:
        turned = Image.new("RGB", sheet.size, PAPER)
        turned.paste(_axis(run, 1, up[0], mirrored=True).rotate(90, expand=True), (0, 0))
        sheet = ImageChops.darker(sheet, turned)  # the numbers at the corner lie in both bands
    sheet.paste(cells_picture(run), (LEFT, TOP))
    draw = ImageDraw.Draw(sheet)
    room, grey = SIDE + RIGHT, "; grey: empty" if len(run.archive.occupied) < run.archive.cells else ""
    draw.text((LEFT, 22), _fit(run.settings.name, _font(34), room), INK, _font(34))
    draw.text((LEFT, 70), _fit(f"{subtitle(run)}{grey}", _font(22), room), INK, _font(22))
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()


def subtitle(run: OpenRun) -> str:
    """A line for below the name: axes, quality, how much of it is filled."""
    axes = " × ".join(measure.label for measure in run.settings.measures)
    filled = f"{len(run.archive.occupied):,} of {run.archive.cells:,} cells"
    return f"{axes}, best in a cell: {run.settings.goal.label}; {filled} filled, {len(run.log):,} looked at"


@dataclass(frozen=True)
class _Band:
    """Where things stand in the band of an axis, in pixels from its top."""

    tick: int
    number: int
    name: int


def _axis(run: OpenRun, axis: int, measure: Measure, mirrored: bool = False) -> Image.Image:
    """The band of an axis as it lies below the map; mirrored: as it lies above, to be turned to the left."""
    before, after = (BOTTOM, TOP) if mirrored else (LEFT, RIGHT)
    tall = LEFT if mirrored else BOTTOM
    band = Image.new("RGB", (before + SIDE + after, tall), PAPER)
    draw = ImageDraw.Draw(band)
    places = _Band(tall - 10, tall - 44, 18) if mirrored else _Band(0, 14, 64)
    last = -np.inf
    for place, text in axis_ticks(run, axis):
        x, half = before + place * SIDE, draw.textlength(text, _font(22)) / 2
        if x - half < last + 14:
            continue
        last = x + half
        draw.line((x, places.tick, x, places.tick + 10), INK, 2)
        draw.text((x, places.number), _plain(text), INK, _font(22), anchor="ma")
    _name(draw, measure, (before, places.name))
    return band


def _name(draw: ImageDraw.ImageDraw, measure: Measure, at: tuple[int, int]) -> None:
    (low, high), font, small = measure.ends, _font(30), _font(24)
    low, high = (_fit(f"< {low}", font, SIDE // 2 - 20), _fit(f"{high} >", font, SIDE // 2 - 20))
    draw.text(at, low, INK, font)
    draw.text((at[0] + SIDE, at[1]), high, INK, font, anchor="ra")
    free = SIDE - draw.textlength(low, font) - draw.textlength(high, font) - 60
    if 0 < draw.textlength(_plain(measure.axis), small) <= free:
        middle = at[0] + 30 + draw.textlength(low, font) + free / 2
        draw.text((middle, at[1] + 4), _plain(measure.axis), INK, small, anchor="ma")


def _font(size: int) -> Font:
    return ImageFont.load_default(size)


def _plain(text: str) -> str:
    """The text without signs that the font lacks."""
    return text.translate(NOT_IN_FONT)


def _fit(text: str, font: Font, room: int) -> str:
    text = _plain(text)
    while len(text) > 3 and font.getlength(text) > room:
        text = text[:-4].rstrip(".") + "..."
    return text


def cells_picture(run: OpenRun) -> Image.Image:
    """(SIDE, SIDE) picture of the cells: their elites' pictures, or colours where there are none."""
    settings = run.settings
    wide, high = [*settings.cells, 1][:2] if not settings.cvt else (FINE, FINE)
    cells = _numbers(run, wide, high)
    data = atlas(run) if not settings.cvt and max(wide, high) <= SIDE // 8 else None
    return _colours(run, cells) if data is None else _collage(run, cells, Image.open(io.BytesIO(data)))


def _numbers(run: OpenRun, wide: int, high: int) -> Rows:
    """(wide, high) number of the cell at each place."""
    if not run.settings.cvt:
        return np.arange(wide * high).reshape(wide, high)
    grid = np.stack(np.meshgrid(np.arange(wide) + 0.5, np.arange(high) + 0.5, indexing="ij"), -1).reshape(-1, 2)
    places = (grid / (wide, high))[:, : len(run.settings.axes)]
    return run.archive.cell_of(places).reshape(wide, high)


def _shades(run: OpenRun) -> NDArray[np.uint8]:
    """(cells, 3) the colour of each cell: how good its elite is."""
    quality = run.archive.quality
    low, high = np.nanmin(quality, initial=np.inf), np.nanmax(quality, initial=-np.inf)
    share = np.nan_to_num((quality - low) / (high - low) if high > low else np.ones_like(quality))
    places = np.linspace(0, 1, len(STOPS))
    rgb = np.stack([np.interp(share, places, [stop[channel] for stop in STOPS]) for channel in range(3)], -1)
    rgb[np.isnan(quality)] = EMPTY
    return rgb.round().astype(np.uint8)


def _colours(run: OpenRun, cells: Rows) -> Image.Image:
    return Image.fromarray(_shades(run)[cells].transpose(1, 0, 2)[::-1]).resize((SIDE, SIDE), Image.Resampling.NEAREST)


def _collage(run: OpenRun, cells: Rows, sheet: Image.Image) -> Image.Image:
    tile = tile_size(len(run.archive.occupied))
    wide, high = cells.shape
    picture_of = {int(cell): place for place, cell in enumerate(run.archive.occupied)}
    made, shades = Image.new("RGB", (SIDE, SIDE), EMPTY), _shades(run).tolist()
    for i in range(wide):
        for j in range(high):
            place = picture_of.get(int(cells[i, j]))
            if place is None:
                continue
            left, top = place % COLUMNS * tile, place // COLUMNS * tile
            x, y = round(i * SIDE / wide), round((high - 1 - j) * SIDE / high)
            size = (round((i + 1) * SIDE / wide) - x, round((high - j) * SIDE / high) - y)
            made.paste(sheet.crop((left, top, left + tile, top + tile)).resize(size), (x, y))
            edge = min(size[1] // 8, EDGE) if size[1] >= SMALLEST_EDGED else 0
            made.paste(tuple(shades[cells[i, j]]), (x, y + size[1] - edge, x + size[0], y + size[1]))
    return made
