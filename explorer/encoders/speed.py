"""How many images a second a model takes on this computer: measured where it has run, else estimated from pocket.

An image takes time to be read and time in the model. Of pocket both are known as soon as it has looked at some images
here; another model takes as long to read, and in the model as many times longer as its `work` says.
"""

import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from explorer.base.errors import ExplorerError
from explorer.base.settings import home
from explorer.encoders.recommended import Recommended
from explorer.io.atomic import read_json, write_json

SPEEDS, LEAST = "speeds.json", 100
POCKET = "pocket"


@dataclass(frozen=True)
class Speed:
    """How long `items` took: seconds by the clock, and `busy` seconds of cores within the model."""

    items: int
    seconds: float
    busy: float


@dataclass(frozen=True)
class Rate:
    """Images (or texts) a second, and whether that was measured here."""

    per_second: float
    measured: bool

    def __str__(self) -> str:
        """In words, such as "about 24 a second (estimated)"."""
        shown = f"{self.per_second:,.0f}" if self.per_second >= 10 else f"{self.per_second:.1f}"
        return f"{shown} a second (measured here)" if self.measured else f"about {shown} a second (estimated)"

    def seconds(self, items: int) -> float:
        """How long `items` take."""
        return items / self.per_second


def note_speed(spec: str, speed: Speed) -> None:
    """Keep how fast a model was; too few items say nothing. A home that cannot be written to is no reason to stop."""
    if speed.items < LEAST or speed.seconds <= 0:
        return
    with suppress(ExplorerError, OSError):
        write_json(_path(), {**_told(), spec: asdict(speed)})


def rate_of(model: Recommended, cores: int = 0) -> Rate | None:
    """How fast a model of the short list is here; None while nothing is known. cores: 0 for those of this computer."""
    measured = speed_of(model.spec)
    if measured is not None:
        return Rate(measured.items / measured.seconds, measured=True)
    pocket = speed_of(POCKET)
    if pocket is None or not model.work:
        return None
    return Rate(1 / estimated(pocket, model.work, cores or os.cpu_count() or 1), measured=False)


def estimated(pocket: Speed, work: float, cores: int) -> float:
    """Seconds an image: those of pocket, and (work - 1) times what pocket's model takes, shared by the cores."""
    return (pocket.seconds + max(work - 1, 0) * pocket.busy / cores) / pocket.items


def speed_of(spec: str) -> Speed | None:
    """How fast a model was when it last ran here; None when it has not, or the note is damaged."""
    told = _told().get(spec)
    try:
        found = Speed(int(told["items"]), float(told["seconds"]), float(told["busy"]))  # type: ignore[index]
    except (TypeError, KeyError, ValueError):
        return None
    return found if found.items > 0 and found.seconds > 0 else None


def _told() -> dict[str, object]:
    try:
        found = read_json(_path())
    except ExplorerError:
        return {}
    return found if isinstance(found, dict) else {}


def _path() -> Path:
    return home() / SPEEDS
