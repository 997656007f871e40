"""The folder of a run: <workspace>/elites/<run>/ with settings.json, log.parquet, status.json, centroids.npy, stop.

settings.json: what was asked, the fitted scales, the model's settings and the items' hash. log.parquet: one row an
evaluated candidate, in order. Everything is written whole or not at all; the archive is the log played again.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from explorer.base.errors import InputError, WorkspaceError
from explorer.base.settings import check_name
from explorer.features.elites.archive import Archive, cvt_archive, grid_archive
from explorer.features.elites.loop import Answers, Log
from explorer.features.elites.scales import Scale
from explorer.features.elites.scene_genes import LENGTH
from explorer.features.elites.settings import RunSettings
from explorer.io.atomic import atomic_write, read_json, write_json
from explorer.scenes import Genotype, Scene, from_genotype, genotype
from explorer.workspace.folder import Workspace

SETTINGS, LOG, STATUS, CENTROIDS, STOP = "settings.json", "log.parquet", "status.json", "centroids.npy", "stop"
GENES = (
    "shape",
    "colour",
    "fill",
    "size",
    "count",
    "background",
    "relation",
    "direction",
    "second_shape",
    "second_colour",
    "seed",
)
ENDED = ("done", "stopped")


@dataclass(frozen=True)
class RunInfo:
    """What settings.json holds.

    scales: one an axis; line: of the quality, None when it is kept as it is. encoder_settings, ids_hash: of the
    vectors and the items that it was made from. created: when, UTC.
    """

    settings: RunSettings
    scales: tuple[Scale, ...]
    line: Scale | None
    encoder_settings: dict[str, Any]
    ids_hash: str
    created: str


def runs_folder(ws: Workspace) -> Path:
    """Folder of all runs of a workspace."""
    return ws.path / "elites"


def run_folder(ws: Workspace, name: str) -> Path:
    """Folder of the run `name`, which may not exist; InputError when it cannot be a name."""
    return runs_folder(ws) / check_name(name)


def existing_run(ws: Workspace, name: str) -> Path:
    """Folder of an existing run; WorkspaceError when there is none."""
    folder = run_folder(ws, name)
    if not (folder / SETTINGS).is_file():
        raise WorkspaceError(f"There is no run named {name!r} in {ws.name}.")
    return folder


def run_names(ws: Workspace) -> list[str]:
    """Names of the runs, the newest first."""
    found = [path for path in runs_folder(ws).glob(f"*/{SETTINGS}") if not path.parent.name.startswith(".")]
    return [path.parent.name for path in sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)]


def write_info(folder: Path, info: RunInfo) -> None:
    """Write settings.json."""
    scales = [{"knots": scale.knots, "places": scale.places} for scale in info.scales]
    line = {"knots": info.line.knots, "places": info.line.places} if info.line else None
    write_json(
        folder / SETTINGS,
        {
            "settings": info.settings.to_dict(),
            "scales": scales,
            "line": line,
            "ids_hash": info.ids_hash,
            "encoder_settings": info.encoder_settings,
            "created": info.created,
        },
    )


def read_info(folder: Path) -> RunInfo:
    """Read settings.json; WorkspaceError when it is damaged."""
    values = read_json(folder / SETTINGS)
    try:
        scales = tuple(_scale(one) for one in values["scales"])
        line = _scale(values["line"]) if values["line"] else None
        settings = RunSettings.from_dict(values["settings"])
        return RunInfo(settings, scales, line, values["encoder_settings"], values["ids_hash"], values["created"])
    except (KeyError, TypeError, AttributeError, InputError) as error:
        raise WorkspaceError(
            f"{folder / SETTINGS} is damaged ({error}). Delete the run and start a new one."
        ) from error


def _scale(values: dict[str, Any]) -> Scale:
    return Scale(tuple(map(float, values["knots"])), tuple(map(float, values["places"])))


def new_archive(folder: Path, info: RunInfo) -> Archive:
    """The empty archive of a run; irregular cells are made once and kept."""
    settings = info.settings
    dim = 1 if settings.source == "data" else LENGTH
    if not settings.cvt:
        return grid_archive(settings.cells, solution_dim=dim, seed=settings.seed)
    path, ranges = folder / CENTROIDS, [(0.0, 1.0)] * len(settings.axes)
    if path.is_file():
        return cvt_archive(np.load(path, allow_pickle=False), ranges, dim, settings.seed)
    archive = cvt_archive(settings.cvt, ranges, dim, settings.seed)
    with atomic_write(path) as temporary:
        np.save(temporary, archive.inner.centroids)
    return archive


def write_log(folder: Path, log: Log, ids: Any) -> None:
    """Write log.parquet. ids: of the items by row; None for scenes."""
    columns: dict[str, Any] = {"candidate": range(len(log)), "parent": log.parents}
    columns |= _gene_columns(log.genotypes) if ids is None else {"row": log.genotypes, "id": ids[log.genotypes]}
    measures = np.array(log.measures).reshape(len(log), -1)
    columns |= {f"measure_{axis}": measures[:, axis] for axis in range(measures.shape[1])}
    columns |= {"quality": log.quality, "status": log.status, "cell": log.cells}
    table = pa.table({name: pa.array(list(values)) for name, values in columns.items()})
    with atomic_write(folder / LOG) as temporary:
        pq.write_table(table, temporary)


def _gene_columns(scenes: list[Scene]) -> dict[str, Any]:
    genes = [genotype(scene) for scene in scenes]
    named = {name: [dict(gene.genes)[name] for gene in genes] for name in GENES}
    return named | {f"nuance_{place}": [gene.floats[place] for gene in genes] for place in range(4)}


def read_log(folder: Path) -> Log:
    """Read log.parquet; an empty log when there is none yet, WorkspaceError when it is damaged."""
    path = folder / LOG
    if not path.is_file():
        return Log()
    try:
        table = pq.read_table(path)
        axes = [name for name in table.column_names if name.startswith("measure_")]
        measures = np.column_stack([table.column(name).to_numpy() for name in axes]).tolist()
        plain = {name: table.column(name).to_pylist() for name in ("parent", "quality", "status", "cell")}
        genotypes = table.column("row").to_pylist() if "row" in table.column_names else _scenes(table)
    except (OSError, pa.ArrowException, KeyError, ValueError) as error:
        raise WorkspaceError(f"{path} is damaged ({str(error)[:200]}). Delete the run and start a new one.") from error
    return Log(genotypes, plain["parent"], plain["quality"], measures, plain["status"], plain["cell"])


def _scenes(table: pa.Table) -> list[Scene]:
    found = []
    for row in table.select([*GENES, *(f"nuance_{place}" for place in range(4))]).to_pylist():
        nuance = (row["nuance_0"], row["nuance_1"], row["nuance_2"], row["nuance_3"])
        found.append(from_genotype(Genotype(tuple((name, row[name]) for name in GENES), nuance)))
    return found


def replay(folder: Path, info: RunInfo, log: Log) -> Archive:
    """The archive that the log leads to."""
    from explorer.features.elites.scene_genes import to_vector

    archive = new_archive(folder, info)
    if not len(log):
        return archive
    answers = converted(info, log.answers(0, len(log)))
    if info.settings.source == "data":
        solutions = np.array(log.genotypes, dtype=np.float64)[:, None]
    else:
        solutions = np.zeros((len(log), LENGTH))
        for place in np.flatnonzero(np.array(log.status) > 0):
            solutions[place] = to_vector(log.genotypes[place])
    archive.add(np.arange(len(log)), solutions, answers.quality, answers.measures)
    return archive


def converted(info: RunInfo, answers: Answers) -> Answers:
    """Raw answers -> places in [0, 1] and quality as the archive keeps it."""
    places = np.column_stack([scale(answers.measures[:, axis]) for axis, scale in enumerate(info.scales)])
    if info.line is None:
        return Answers(answers.quality, places)
    low, high = info.line.knots
    return Answers((answers.quality - low) / (high - low), places)


def read_status(folder: Path) -> dict[str, Any]:
    """What status.json says; {} when there is none."""
    path = folder / STATUS
    return dict(read_json(path)) if path.is_file() else {}


def check_same_data(ws: Workspace, info: RunInfo, encoder: str = "") -> None:
    """WorkspaceError when the run was made with another model, other weights, or other items than there are now."""
    settings = info.settings
    if encoder and encoder != settings.encoder:
        raise WorkspaceError(
            f"The run {settings.name!r} was made with the model {settings.encoder}, and {encoder} is chosen: their "
            f"values do not compare. Choose {settings.encoder} in the sidebar, or start a new run."
        )
    if ws.embeddings(settings.encoder).settings != info.encoder_settings:
        raise WorkspaceError(
            f"The run {settings.name!r} was made with other weights of {settings.encoder} than the vectors have now. "
            "Start a new run."
        )
    if ws.dataset().ids_hash != info.ids_hash:
        raise WorkspaceError(f"The items have changed since the run {settings.name!r} was made. Start a new run.")


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Be the only process that continues this run; WorkspaceError when another does."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise WorkspaceError(f"The run {folder.name!r} is being continued by another process.") from error
        yield


def is_running(folder: Path) -> bool:
    """Whether a process is working on this run."""
    path = folder / ".lock"
    if not path.is_file():
        return False
    with path.open(encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError:
            return True
    return False
