"""How well each basic colour term fits a colour, as people name colours.

The eleven terms of Berlin and Kay (Basic Color Terms, 1969). Names lie in OKLab (Ottosson 2020) around swatches that
people named: common answers of the XKCD colour survey (Munroe 2010, CC0) and colours between them, reduced to basic
terms, those between two terms to half of both.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats

Pixels = NDArray[np.uint8]
NAMES = ("red", "orange", "yellow", "green", "blue", "purple", "pink", "brown", "black", "white", "gray")
WIDTH = 0.05
"""Distance at which a swatch counts e to the 1/2 times less."""
SCALES = np.array([0.8, 1.6, 1.6], dtype=np.float32)
"""Of lightness and the opponent axes in that distance: near gray, names change within short distances."""
BITS = 5
"""Bits of a channel in the table of all colours."""
SWATCHES = {
    "red": "e50000 840000 be0119 8c000f ef4026 c44240 8f1402 9d0216 a90308 ff474c d9544d cb0123 6f1a1a",
    "orange": "f97306 fdaa48 c65102 ff5b00 c04e01 e17701 ff9408 ff8f2c fd8d49 ffb16d",
    "yellow": "ffff14 fffe7a d5b60a fffd01 f4d054 dbb40c ceb301 fac205 fdff38 ffffb6 e4cb32 fedf08 c8aa1a",
    "green": "15b01a 96f97b 033500 06470c 01ff07 c7fdb5 3f9b0b 6e750e aaff32 677a04 76cd26 8fff9f 53fca1 728639 5ca904 "
    "667e2c 94a617 9cbb04 56ae57 b0dd16 04613a 7ea07a 2f4f2f b6c48a",
    "blue": "0343df 95d0fc 75bbfd 00035b 0504aa 001146 0165fc a2cffe d0fefe 5a7d9a 3b5b92 247afd 5684ae 26426b 1e488f "
    "0a5f9e 6a8fb8 2c3550",
    "purple": "7e1e9c bf77f6 35063e 9a0eea c79fef cea2fd 580f41 856798 b790d4 5e3a72 a87dc2 4b2a55",
    "pink": "ff81c0 cb416b ffd1df ff028d ffcfdc cf6275 fe01b1 d46a7e f7879a c88d94 e8b4b8 de5d83",
    "brown": "653700 ad8150 341c02 7f5112 9c6d57 c69f59 cfae85 3d1c02 60460f a0450e 8b3103 6b4a32 c7ac7d 4b3a26 8a6642",
    "black": "000000 0c0c0e 18181c 242222",
    "white": "ffffff f6f6f4 ececea ffffe4",
    "gray": "929591 4a4b4b 363737 c4c7c4 6f7070 7d7f7c adadad 978a84 85909a 5a5c62 b2b6bc",
    "green blue": "029386 06c2ac 13eac9 00ffff 5fa8a8 1f5f63",
    "purple blue": "8e82fe 380282 5b5ea6",
    "pink purple": "c20078 ed0dd9 ae7181 a0558a",
    "pink orange": "ff796c ffb07c f2ab8c",
    "red brown": "650021 4a0100 922b05 7a3b34",
    "red purple": "610023 7b0323",
    "brown orange": "b66a50 c87f43",
    "brown gray": "86775f b9a281 6a5f55",
    "brown white": "e6daa6 ddd0b8",
    "brown yellow": "d1b26f a8842c",
    "green brown": "aaa662 6f6c0a 5c5a32",
    "white yellow": "ffffc2 f5efcf",
    "blue gray": "607c8e 1f3b4d 8fa2b5 4a5568",
    "green gray": "77926f 5f6b5c 9aa595",
    "white gray": "d8d8d8 dcdad4",
    "black blue": "0b0f22",
    "black brown": "1b1109",
    "yellow orange": "f9bc08 ffab0f",
}
"""What people called these colours (hexadecimal sRGB); two names share a swatch."""
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    dtype=np.float32,
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    dtype=np.float32,
)


def oklab(rgb: Pixels) -> Floats:
    """(..., 3) sRGB of 8 bits -> (..., 3) lightness 0 to 1 and the two opponent axes, about -0.3 to 0.3."""
    found: Floats = _linear()[rgb] @ _TO_LMS.T
    return np.asarray(np.cbrt(found) @ _TO_LAB.T, dtype=np.float32)


@cache
def _linear() -> Floats:
    steps = np.arange(256) / 255
    return np.where(steps <= 0.04045, steps / 12.92, ((steps + 0.055) / 1.055) ** 2.4).astype(np.float32)


def swatch_chances(rgb: Pixels) -> Floats:
    """(n, 3) sRGB of 8 bits -> (n, s) how much each swatch stands for it; rows add up to 1."""
    away = (((oklab(rgb)[:, None] - swatches()[0]) * SCALES) ** 2).sum(axis=2) / (2 * WIDTH**2)
    near = np.exp(away.min(axis=1, keepdims=True) - away)
    return np.asarray(near / near.sum(axis=1, keepdims=True), dtype=np.float32)


def name_chances(rgb: Pixels) -> Floats:
    """(n, 3) sRGB of 8 bits -> (n, 11) how probable each of `NAMES` is for it; rows add up to 1."""
    return swatch_chances(rgb) @ swatches()[1]


@cache
def swatches() -> tuple[Floats, Floats]:
    """(s, 3) OKLab of the swatches and (s, 11) the share of each name."""
    places, shares = [], []
    for names, swatches in SWATCHES.items():
        share = np.array([name in names.split() for name in NAMES], dtype=np.float32)
        for swatch in swatches.split():
            places.append(list(bytes.fromhex(swatch)))
            shares.append(share / share.sum())
    return oklab(np.array(places, dtype=np.uint8)), np.array(shares, dtype=np.float32)


def swatch_names() -> tuple[str, ...]:
    """(s,) the swatches as hexadecimal sRGB."""
    return tuple(swatch for some in SWATCHES.values() for swatch in some.split())


def colour_codes(rgb: Pixels) -> NDArray[np.int64]:
    """(..., 3) sRGB of 8 bits -> (...) which row of `colour_table` stands for it."""
    part = (rgb >> (8 - BITS)).astype(np.int64)
    return (part[..., 0] << 2 * BITS) | (part[..., 1] << BITS) | part[..., 2]


@cache
def colour_table() -> Floats:
    """(32768, s) how much each swatch stands for each colour of 5 bits a channel, read-only."""
    steps = np.arange(1 << BITS)
    cubes = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(-1, 3)
    middles = (cubes << (8 - BITS)) + (1 << (7 - BITS))
    table = np.concatenate([swatch_chances(part.astype(np.uint8)) for part in np.array_split(middles, 64)])
    table.flags.writeable = False
    return table
