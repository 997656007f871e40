"""The folder of a run: <workspace>/elites/<run>/ with settings.json, log.parquet, status.json, centroids.npy, stop.

settings.json: what was asked, the fitted scales, the model's settings and the items' hash. log.parquet: one row an
evaluated candidate, in order. Everything is written whole or not at all; the archive is the log played again.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from explorer.base.arrays import check_choice
from explorer.base.dataset import Dataset
from explorer.base.errors import InputError, WorkspaceError
from explorer.base.settings import check_name
from explorer.base.versions import joint_stamp
from explorer.features.elites.archive import Archive, cvt_archive, grid_archive
from explorer.features.elites.contract import METHODS, SPACES, Space
from explorer.features.elites.loop import Log
from explorer.features.elites.run_info import RunInfo
from explorer.features.elites.status import Status
from explorer.io.atomic import atomic_write, read_json, write_json
from explorer.io.locks import exclusive, is_held
from explorer.workspace.folder import Workspace

SETTINGS, LOG, STATUS, CENTROIDS, BESIDE = "settings.json", "log.parquet", "status.json", "centroids.npy", "beside.json"
STOP, LOCK = "stop", ".lock"


def runs_folder(ws: Workspace) -> Path:
    """Folder of all runs of a workspace."""
    return ws.folder("elites")


def run_folder(ws: Workspace, name: str) -> Path:
    """Folder of the run `name`, which may not exist; InputError when it cannot be a name."""
    return runs_folder(ws) / check_name(name)


def has_run(ws: Workspace, name: str) -> bool:
    """Whether there is a run of this name; InputError when it cannot be a name."""
    return (run_folder(ws, name) / SETTINGS).is_file()


def has_log(ws: Workspace, name: str) -> bool:
    """Whether anything of a run was evaluated and kept; InputError when it cannot be a name."""
    return (run_folder(ws, name) / LOG).is_file()


def existing_run(ws: Workspace, name: str) -> Path:
    """Folder of an existing run; WorkspaceError when there is none."""
    if not has_run(ws, name):
        raise WorkspaceError(f"There is no run named {name!r} in {ws.name}.")
    return run_folder(ws, name)


def run_names(ws: Workspace) -> list[str]:
    """Names of the runs, the newest first."""
    found = [path for path in runs_folder(ws).glob(f"*/{SETTINGS}") if not path.parent.name.startswith(".")]
    return [path.parent.name for path in sorted(found, key=lambda path: path.stat().st_mtime_ns, reverse=True)]


def run_stamp(ws: Workspace, name: str) -> str:
    """A short string that changes whenever more of the run, or another data set, is on disk."""
    folder = existing_run(ws, name)
    return f"{joint_stamp((folder / SETTINGS, folder / LOG))}-{ws.manifest.version}"


def write_info(folder: Path, info: RunInfo) -> None:
    """Write settings.json."""
    write_json(folder / SETTINGS, info.to_dict())


def read_info(folder: Path) -> RunInfo:
    """Read settings.json; WorkspaceError when it is damaged."""
    values = read_json(folder / SETTINGS)
    try:
        info = RunInfo.from_dict(values)
        check_choice(info.settings.space, SPACES, "source")
        check_choice(info.settings.emitter, METHODS, "emitter")
    except (KeyError, TypeError, AttributeError, InputError) as error:
        raise WorkspaceError(
            f"{folder / SETTINGS} is damaged ({error}). Delete the run and start a new one."
        ) from error
    return info


def new_archive(folder: Path, info: RunInfo) -> Archive:
    """The empty archive of a run; irregular cells are made once and kept."""
    settings, length = info.settings, SPACES[info.settings.space].length
    if not settings.cvt:
        return grid_archive(settings.cells, solution_dim=length, seed=settings.seed)
    path, ranges = folder / CENTROIDS, [(0.0, 1.0)] * len(settings.axes)
    if path.is_file():
        return cvt_archive(np.load(path, allow_pickle=False), ranges, length, settings.seed)
    archive = cvt_archive(settings.cvt, ranges, length, settings.seed)
    with atomic_write(path) as temporary:
        np.save(temporary, archive.centroids)
    return archive


def write_log(folder: Path, log: Log, space: Space[Any], dataset: Dataset) -> None:
    """Write log.parquet."""
    columns: dict[str, Any] = {"candidate": range(len(log)), "parent": log.parents}
    columns |= space.write(log.genotypes, dataset)
    measures = np.array(log.measures).reshape(len(log), -1)
    columns |= {f"measure_{axis}": measures[:, axis] for axis in range(measures.shape[1])}
    columns |= {"quality": log.quality, "status": log.status, "cell": log.cells}
    table = pa.table({name: pa.array(list(values)) for name, values in columns.items()})
    with atomic_write(folder / LOG) as temporary:
        pq.write_table(table, temporary, write_page_checksum=True)


def read_log(folder: Path, space: Space[Any]) -> Log:
    """Read log.parquet; an empty log when there is none yet, WorkspaceError when it is damaged."""
    path = folder / LOG
    if not path.is_file():
        return Log()
    try:
        table = pq.read_table(path, page_checksum_verification=True)
        axes = [name for name in table.column_names if name.startswith("measure_")]
        measures = np.column_stack([table.column(name).to_numpy() for name in axes]).tolist()
        plain = {name: table.column(name).to_pylist() for name in ("quality", "status")}
        parents, cells = table.column("parent").to_pylist(), table.column("cell").to_pylist()
        return Log(genotypes=space.read(table), parents=parents, measures=measures, cells=cells, **plain)
    except (OSError, pa.ArrowException, KeyError, ValueError) as error:
        raise WorkspaceError(f"{path} is damaged ({str(error)[:200]}). Delete the run and start a new one.") from error


def replay(folder: Path, info: RunInfo, log: Log) -> Archive:
    """The archive that the log leads to, for looking at: without solutions."""
    archive = new_archive(folder, info)
    if len(log):
        quality = info.convert(log.answers(0, len(log))).quality
        archive.show(np.array(log.cells), np.array(log.status), quality)
    return archive


def write_status(folder: Path, status: Status) -> None:
    """Write status.json."""
    write_json(folder / STATUS, asdict(status))


def read_status(folder: Path) -> Status | None:
    """What status.json says, None when there is none yet; WorkspaceError when it is damaged."""
    path = folder / STATUS
    if not path.is_file():
        return None
    try:
        return Status(**read_json(path))
    except TypeError as error:
        raise WorkspaceError(f"{path} is damaged ({error}). Delete the run and start a new one.") from error


def read_beside(folder: Path) -> dict[str, Any]:
    """What stands beside a run, see `explorer.features.elites.beside`; {} when there is nothing."""
    path = folder / BESIDE
    return dict(read_json(path)) if path.is_file() else {}


@contextmanager
def only_writer(folder: Path) -> Iterator[None]:
    """Be the only process that continues this run; WorkspaceError when another does."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as held:
        try:
            held.enter_context(exclusive(folder / LOCK, wait=False))
        except BlockingIOError as error:
            raise WorkspaceError(f"The run {folder.name!r} is being continued by another process.") from error
        yield


def is_running(folder: Path) -> bool:
    """Whether a process is working on this run."""
    return is_held(folder / LOCK)
