"""Where candidates come from: the one place for all that differs between searching items and drawing new ones."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar, Generic, TypeVar

import pyarrow as pa
from PIL import Image

from explorer.base.arrays import Doubles, Floats, Mask
from explorer.base.dataset import Dataset
from explorer.features.elites.measures import Measure
from explorer.features.elites.problem import Problem
from explorer.features.elites.settings import RunSettings
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import Opened

G = TypeVar("G")


class Space(ABC, Generic[G]):
    """A space of candidates of type G. It keeps nothing itself: the workspace is handed to it.

    name: in saved runs and commands. title: for people, after "Search among". sampled: what the scales are fitted to,
    in words. scale: the one that suits it, unless another is asked for. length: numbers that the archive keeps of a
    candidate. measures: kinds of MEASURES that are known of its candidates. drawn: they are made anew, so none is an
    item, and a vector asks the model, which may still be loading.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    sampled: ClassVar[str]
    scale: ClassVar[str]
    length: ClassVar[int]
    measures: ClassVar[tuple[str, ...]]
    drawn: ClassVar[bool]

    @abstractmethod
    def check(self, measure: Measure) -> None:
        """InputError when the measure is not known of these candidates."""

    @abstractmethod
    def offered(self, opened: Opened, encoder: str, texts: bool) -> list[str]:
        """Kinds of measures that can be had now under an encoder. texts: it has texts and items in one space."""

    @abstractmethod
    def columns(self, dataset: Dataset) -> list[str]:
        """Names of the numeric attributes of its candidates."""

    @abstractmethod
    def most(self, dataset: Dataset) -> int:
        """How many candidates a form offers to look at."""

    @abstractmethod
    def problem(self, opened: Opened, settings: RunSettings) -> Problem[G]:
        """What a run evaluates; InputError or ModelError when a measure cannot be had."""

    @abstractmethod
    def solutions(self, genotypes: Sequence[G], kept: Mask) -> Doubles:
        """(n, length) what the archive keeps of n candidates; only the `kept` ones have to be right."""

    @abstractmethod
    def write(self, genotypes: Sequence[G], dataset: Dataset) -> dict[str, Sequence[Any]]:
        """Columns of the log, n values each."""

    @abstractmethod
    def read(self, table: pa.Table) -> list[G]:
        """The inverse of `write`; KeyError or ValueError when columns are missing or damaged."""

    @abstractmethod
    def exported(self, genotypes: Sequence[G], ws: Workspace) -> dict[str, Sequence[Any]]:
        """Columns of an exported table beside the titles, n values each."""

    @abstractmethod
    def row(self, genotype: G) -> int:
        """Row of the candidate in the data set, -1 when it is none of its items."""

    @abstractmethod
    def title_of(self, genotype: G, ws: Workspace) -> str:
        """What a candidate is called."""

    @abstractmethod
    def text_of(self, genotype: G, ws: Workspace) -> str:
        """The text that belongs to a candidate, "" for none."""

    @abstractmethod
    def written(self, genotype: G, ws: Workspace) -> str:
        """A candidate as settings and commands name it, to begin a run with."""

    @abstractmethod
    def has_pictures(self, ws: Workspace) -> bool:
        """Whether candidates can be shown as pictures."""

    @abstractmethod
    def picture(self, genotype: G, ws: Workspace, size: int) -> bytes | None:
        """WebP of a candidate, longer side at most `size`; None without image."""

    @abstractmethod
    def tile(self, genotype: G, ws: Workspace, side: int, whole: bool) -> Image.Image:
        """(side, side) picture of a candidate for the sheet of all elites; drawn once.

        whole: RGBA, uncropped in the middle of a transparent square; else the middle of the picture.
        """

    @abstractmethod
    def vector(self, genotype: G, opened: Opened, encoder: str) -> Floats:
        """(d,) unit vector of a candidate under an encoder."""

    @abstractmethod
    def described(self, settings: RunSettings) -> list[str]:
        """Sentences about what of the settings matters in this space alone."""
