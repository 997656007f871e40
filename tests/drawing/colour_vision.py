"""How colours look to people, for tests: simulated colour blindness, differences, contrasts.

Colours are (n, 3) sRGB from 0 to 1 unless said otherwise.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Colours = NDArray[np.float64]

VISIONS: dict[str, Colours] = {
    "usual": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
"""On linear RGB, at severity 1: table 1 of Machado, Oliveira and Fernandes (2009), IEEE TVCG 15 (6)."""

_TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]]
)
_WHITE = np.array([0.95047, 1.0, 1.08883])


def from_hex(colours: Sequence[str]) -> Colours:
    """#rrggbb, n of them, as (n, 3)."""
    return np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in colours]) / 255


def linear(colours: Colours) -> Colours:
    """The light that a screen gives for them."""
    return np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)


def contrast(first: Colours, second: Colours) -> NDArray[np.float64]:
    """Contrast ratio of each pair, 1 to 21, as WCAG 2.2 defines it."""
    light = [linear(colours) @ np.array([0.2126, 0.7152, 0.0722]) + 0.05 for colours in (first, second)]
    return np.asarray(np.maximum(*light) / np.minimum(*light))


def seen(colours: Colours, vision: str) -> Colours:
    """CIELAB (n, 3) of how people with `vision`, one of VISIONS, see them."""
    return lab(np.clip(linear(colours) @ VISIONS[vision].T, 0, 1))


def lab(light: Colours) -> Colours:
    """CIELAB (n, 3) of linear RGB under D65."""
    xyz = light @ _TO_XYZ.T / _WHITE
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], axis=1)


def ciede2000(first: Colours, second: Colours) -> NDArray[np.float64]:
    """Difference of CIELAB colours, (..., 3) each: Sharma, Wu and Dalal (2005), equations 2 to 22."""
    (l1, a1, b1), (l2, a2, b2) = np.moveaxis(first, -1, 0), np.moveaxis(second, -1, 0)
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    grow = 1.5 - 0.5 * np.sqrt(mean**7 / (mean**7 + 25.0**7))
    c1, c2 = np.hypot(a1 * grow, b1), np.hypot(a2 * grow, b2)
    h1, h2 = np.degrees(np.arctan2(b1, a1 * grow)) % 360, np.degrees(np.arctan2(b2, a2 * grow)) % 360
    turn = np.where(c1 * c2 == 0, 0, (h2 - h1 + 180) % 360 - 180)
    hue = np.where(c1 * c2 == 0, h1 + h2, (h1 + turn / 2) % 360)
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    t = 1 - 0.17 * _cos(hue - 30) + 0.24 * _cos(2 * hue) + 0.32 * _cos(3 * hue + 6) - 0.2 * _cos(4 * hue - 63)
    dl = (l2 - l1) / (1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2))
    dc = (c2 - c1) / (1 + 0.045 * chroma)
    dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * chroma * t)
    bent = 60 * np.exp(-(((hue - 275) / 25) ** 2))
    turned = -2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7)) * np.sin(np.radians(bent))
    return np.asarray(np.sqrt(dl**2 + dc**2 + dh**2 + turned * dc * dh))


def _cos(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.cos(np.radians(degrees)))


def least_difference(colours: Colours, vision: str) -> float:
    """Of the two that are hardest to tell apart, CIEDE2000."""
    found = seen(colours, vision)
    apart = ciede2000(found[:, None], found[None])
    return float(apart[np.triu_indices(len(found), 1)].min())
