"""What an emitter says about itself, and what every emitter is made from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.random import Generator

from explorer.base.method import MethodCard
from explorer.features.elites.archive import Archive
from explorer.features.elites.loop import Emitter, Log


@dataclass(frozen=True, kw_only=True)
class Setup:
    """What an emitter works with in every space; each space adds its own.

    archive, log: what was found, and everything that was tried. rng: its only randomness. batch: most candidates at
    once. start: candidates drawn at random first.
    """

    archive: Archive
    log: Log
    rng: Generator
    batch: int
    start: int = 100


@dataclass(frozen=True, kw_only=True)
class Method(MethodCard):
    """A way to choose the next candidates.

    about: a few words for behind the label, "" where the label says it. spaces: by name of each space that it works
    in, what makes the emitter of that space's setup. parents: it says which elite a candidate was varied from.
    """

    about: str = ""
    spaces: Mapping[str, Callable[[Any], Emitter]]
    parents: bool = True

    @property
    def words(self) -> str:
        """Label and what it does."""
        return f"{self.label}: {self.about}" if self.about else self.label
