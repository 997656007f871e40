"""Two models of a workspace compared: the scores with what they stand on, and the file that keeps them."""

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from explorer.features.compare.kept import compare_folder
from explorer.features.compare.report import table
from explorer.features.compare.resampling import Measured
from explorer.io.atomic import read_json, write_json
from explorer.workspace.answers import models_stamp
from explorer.workspace.folder import Workspace


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Scores of encoder b against encoder a.

    items: compared, of the `common` ones that both have a vector of; dropped: had no vector on one side.
    """

    a: str
    b: str
    items: int
    common: int
    dropped: int
    scores: tuple[Measured, ...]

    def __getitem__(self, measure: str) -> Measured:
        """The score by one measure; KeyError when it was not asked for."""
        return {one.measure: one for one in self.scores}[measure]

    def __str__(self) -> str:
        """The scores as a table, then the warnings."""
        return table(self.scores)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Why to be careful, a sentence for each measure that gives a reason."""
        return tuple(f"{one.measure}: {one.warning}" for one in self.scores if one.warning)


def save_comparison(ws: Workspace, found: Comparison, items: int) -> None:
    """Keep a comparison by every measure with the workspace, for the page. items: how many were asked for."""
    write_json(_path(ws, found.a, found.b, items), asdict(found))


def load_comparison(ws: Workspace, a: str, b: str, items: int) -> Comparison | None:
    """The kept comparison of these vectors, None when there is none."""
    path = _path(ws, a, b, items)
    if not path.is_file():
        return None
    values = read_json(path)
    return Comparison(**values | {"scores": tuple(map(_measured, values["scores"]))})


def _measured(values: dict[str, Any]) -> Measured:
    """Files of earlier versions hold more."""
    return Measured(**{field.name: values[field.name] for field in fields(Measured)})


def _path(ws: Workspace, a: str, b: str, items: int) -> Path:
    return compare_folder(ws) / f"scores-{models_stamp(ws, a, b)}-{items}.json"
