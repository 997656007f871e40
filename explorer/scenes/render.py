"""From a scene to a picture: background, strokes, soft shadows, things."""

from functools import lru_cache
from math import cos, pi, sin

from numpy.random import PCG64, Generator
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from explorer.scenes.backgrounds import INK, VARIANTS, background
from explorer.scenes.fills import FILLS, Pen
from explorer.scenes.layout import Layout, Plan, Stroke, Thing
from explorer.scenes.palette import Rgb, edge, exact, second_tone, shade
from explorer.scenes.relations import RELATIONS
from explorer.scenes.shapes import contours
from explorer.scenes.values import RADII, Scene

SCALE = 4
"""Things are drawn this many times larger, then reduced."""

STROKE_SCALE = 3
TURNS: dict[str, int] = {"left": 180, "up": -90, "down": 90}
Tile = tuple[Image.Image, Image.Image]


def place(scene: Scene) -> Layout:
    """Scene -> where its things stand. KeyError when the relation is unknown or does not allow the count."""
    relation = RELATIONS[scene.relation]
    rng = Generator(PCG64(scene.seed))
    radius = min(RADII[scene.size] * (0.96 + 0.08 * float(rng.uniform())), relation.room[scene.count])
    return relation.arrange(Plan(scene.count, radius, scene.direction, rng, scene.nuance[3]))


def render(scene: Scene, size: int = 128) -> Image.Image:
    """Scene and side in pixels (8 or more) -> an RGB picture, the same on every machine.

    Raises KeyError for unknown attribute values, ValueError for a side below 8.
    """
    if size < 8:
        raise ValueError(f"size must be at least 8 pixels, not {size}")
    layout = place(scene)
    picture = background(scene.background, size, scene.seed % VARIANTS).copy()
    if layout.strokes:
        _draw_strokes(picture, layout.strokes, INK[scene.background])
    for layer in sorted({thing.layer for thing in layout.things}):
        _draw_layer(picture, [thing for thing in layout.things if thing.layer == layer], scene)
    return picture


def _draw_strokes(picture: Image.Image, strokes: tuple[Stroke, ...], ink: Rgb) -> None:
    side = picture.width * STROKE_SCALE
    mask = Image.new("L", (side, side))
    draw = ImageDraw.Draw(mask)
    for stroke in strokes:
        points = [(round((x + 0.5) * side), round((y + 0.5) * side)) for x, y in stroke.points]
        strength = round(255 * stroke.strength)
        if stroke.width:
            draw.line(points, fill=strength, width=max(1, round(stroke.width * side)), joint="curve")
        else:
            draw.polygon(points, fill=strength)
    picture.paste(ink, (0, 0), mask.reduce(STROKE_SCALE))


def _draw_layer(picture: Image.Image, things: list[Thing], scene: Scene) -> None:
    """Draw things of one layer with one shared soft shadow below them."""
    size = picture.width
    placed = [(_tile_of(thing, scene, size, number), thing) for number, thing in enumerate(things)]
    shadow = Image.new("L", (size, size))
    drop = max(1, round(size * 0.02))
    corners = []
    for (tile, mask), thing in placed:
        left = round((thing.x + 0.5) * size - tile.width / 2)
        top = round((thing.y + 0.5) * size - tile.height / 2)
        corners.append((left, top))
        shadow.paste(150, (left + drop // 2, top + drop), mask)
    picture.paste((18, 12, 40), (0, 0), shadow.filter(ImageFilter.GaussianBlur(size * 0.014)))
    for ((tile, mask), _), corner in zip(placed, corners, strict=True):
        picture.paste(tile, corner, mask)


def _tile_of(thing: Thing, scene: Scene, size: int, number: int) -> Tile:
    hue, lightness, tilt, _ = scene.nuance
    colour = scene.second_colour if thing.second else scene.colour
    shape = scene.second_shape if thing.second else scene.shape
    rgb = shade(exact(colour, hue, lightness), colour, thing.light)
    lean = round((tilt - 0.5) * 6) * 2 + (number // 2 * 7 + scene.seed) % 3 * 2 - 2
    if shape == "arrow":
        lean += TURNS.get(scene.direction, 0)
    fill = "solid" if thing.second else scene.fill
    radius, tone = round(thing.radius * size * 2) / 2, second_tone(colour, fill)
    return _tile(shape, rgb=rgb, tone=tone, fill=fill, radius=radius, lean=lean, flip=thing.flip, angle=scene.seed % 4)


@lru_cache(maxsize=128)
def _tile(shape: str, *, rgb: Rgb, tone: Rgb, fill: str, radius: float, lean: int, flip: bool, angle: int) -> Tile:
    """One thing as (colours, mask), both at final size."""
    half = int(radius * 1.12) + 2
    side = 2 * half * SCALE
    lines = _outline(shape, radius * SCALE, side / 2, lean)
    colours, mask = Image.new("RGB", (side, side), rgb), Image.new("L", (side, side))
    draw, draw_mask = ImageDraw.Draw(colours), ImageDraw.Draw(mask)
    FILLS[fill](Pen(draw=draw, side=side, radius=radius * SCALE, scale=SCALE, angle=angle, tone=tone))
    for number, line in enumerate(lines):
        draw_mask.polygon(line, fill=0 if number else 255)
        if fill == "outlined":
            draw.line([*line, line[0], line[1]], fill=rgb, width=round(max(0.5 * radius, 3.4) * SCALE), joint="curve")
        draw.line([*line, line[0]], fill=edge(rgb), width=round(max(0.1 * radius, 1.3) * SCALE))
    small, small_mask = colours.reduce(SCALE), mask.reduce(SCALE)
    small.paste((255, 255, 255), (0, 0), _glow(2 * half, False))
    small.paste((16, 8, 40), (0, 0), _glow(2 * half, True))
    if flip:
        return small.transpose(Image.Transpose.FLIP_LEFT_RIGHT), small_mask.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return small, small_mask


def _outline(shape: str, radius: float, middle: float, lean: int) -> list[list[tuple[int, int]]]:
    """Contours in whole tile pixels: whole numbers keep the picture the same on every machine."""
    c, s = radius * cos(lean * pi / 180), radius * sin(lean * pi / 180)
    return [
        [(round(middle + x * c - y * s), round(middle + x * s + y * c)) for x, y in line] for line in contours(shape)
    ]


@lru_cache(maxsize=256)
def _glow(side: int, low: bool) -> Image.Image:
    """A soft light from above (or, if `low`, a soft shade from below) as a mask."""
    fall = Image.linear_gradient("L").resize((side, side), Image.Resampling.BILINEAR)
    return (fall if low else ImageChops.invert(fall)).point([max(0, v - 120) * 56 // 135 for v in range(256)])
