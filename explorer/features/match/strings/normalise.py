"""Names as they are compared: letters in small, spaces squeezed, punctuation removed. Pure.

Source: LinkOrgs (Jerzak and Libgober), in its order: a sign between two spaces leaves both of them.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from explorer.base.arrays import Rows

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True)
class Normal:
    """What is done to names before they are compared."""

    lower: bool = True
    spaces: bool = True
    punctuation: bool = True


def normalised(names: Sequence[str], normal: Normal) -> list[str]:
    """The names as they are compared; a name may become empty."""
    made = [name.lower() for name in names] if normal.lower else list(names)
    if normal.spaces:
        made = [_SPACES.sub(" ", name) for name in made]
    if normal.punctuation:
        signs = {ord(one): None for one in set().union(*made) if _is_sign(one)}
        made = [name.translate(signs) for name in made]
    return made


def origins(name: str, normal: Normal) -> tuple[str, list[int]]:
    """One name as it is compared, and for each of its characters the place in the name that it came from."""
    text = name.lower() if normal.lower else name
    places = [place for place, one in enumerate(name) for _ in (one.lower() if normal.lower else one)]
    if normal.spaces:
        parts = [(match.start(), match.end()) for match in re.finditer(r"\s+|\S", text)]
        places = [places[start] for start, _ in parts]
        text = "".join(" " if text[start].isspace() else text[start] for start, _ in parts)
    if normal.punctuation:
        kept = [place for place, one in enumerate(text) if not _is_sign(one)]
        text, places = "".join(text[place] for place in kept), [places[place] for place in kept]
    return text, places


def _is_sign(character: str) -> bool:
    return unicodedata.category(character).startswith("P")


@dataclass(frozen=True)
class Distinct:
    """The u different names of a list as they are compared. place: (n,) where each name is among them, -1 if empty."""

    names: tuple[str, ...]
    place: Rows


def distinct(names: Sequence[str], normal: Normal) -> Distinct:
    """The different names of a list, in the order in which they first stand there."""
    import numpy as np

    made = normalised(names, normal)
    number: dict[str, int] = {}
    place = [number.setdefault(name, len(number)) if name.strip() else -1 for name in made]
    return Distinct(tuple(number), np.array(place, np.int64))
