"""Colours as people name them, with a slight natural variation."""

import colorsys

Rgb = tuple[int, int, int]

BASE: dict[str, tuple[float, float, float]] = {
    "red": (0.992, 0.80, 0.86),
    "orange": (0.075, 0.86, 0.97),
    "yellow": (0.137, 0.80, 0.98),
    "green": (0.345, 0.66, 0.64),
    "teal": (0.490, 0.72, 0.66),
    "blue": (0.603, 0.74, 0.86),
    "purple": (0.765, 0.60, 0.70),
    "pink": (0.925, 0.42, 0.98),
    "brown": (0.065, 0.62, 0.47),
    "black": (0.650, 0.18, 0.15),
    "white": (0.110, 0.02, 0.985),
    "gray": (0.600, 0.05, 0.61),
}
"""Hue, saturation, value of each named colour."""


def exact(colour: str, hue: float, lightness: float) -> Rgb:
    """Colour name and two numbers in [0, 1] -> an RGB near the named colour. KeyError for an unknown name."""
    h, s, v = BASE[colour]
    h = (h + (hue - 0.5) * 0.022) % 1.0
    v = min(1.0, v * (1 + (lightness - 0.5) * 0.10))
    r, g, b = colorsys.hsv_to_rgb(h, s, v)
    return round(255 * r), round(255 * g), round(255 * b)


def mix(first: Rgb, second: Rgb, share: float) -> Rgb:
    """Two colours and the share of the second in [0, 1] -> the colour between them."""
    r, g, b = (round(a + (c - a) * share) for a, c in zip(first, second, strict=True))
    return r, g, b


def shade(rgb: Rgb, colour: str, light: float) -> Rgb:
    """Colour, its name, and light in [-1, 1] -> a darker (-1) or lighter (+1) version; 0 leaves it."""
    if colour == "white":
        return mix(rgb, (70, 74, 90), (1 - light) / 2 * 0.85) if light else rgb
    if light < 0:
        return mix(rgb, (12, 10, 24), -light * {"black": 0.1, "gray": 0.28}.get(colour, 0.62))
    return mix(rgb, (255, 255, 255), light * 0.68)


def second_tone(colour: str, fill: str) -> Rgb:
    """Colour and fill names -> the other tone of the pattern: cream, unless gray and white would look alike."""
    if colour == "gray" and fill != "outlined":
        return 62, 62, 72
    return (176, 188, 224) if colour == "white" else (253, 250, 243)


def edge(rgb: Rgb) -> Rgb:
    """Colour -> the dark line around a thing of that colour."""
    return mix(rgb, (28, 22, 44), 0.58)
