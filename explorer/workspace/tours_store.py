"""The tours of a home: its folder `tours` with a file a tour, and those that ship with the program.

They are made by hand, so they are kept as saved views are: one change at a time, a kill leaves the old state or the
new one, and the states before the last changes lie in `tours/.history/NAME/`.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from explorer.base.errors import ExplorerError, InputError, NotThere, WorkspaceError
from explorer.base.permission import require
from explorer.base.settings import check_name, home, workspaces_root
from explorer.base.shipped import TOURS as SHIPPED
from explorer.io.atomic import atomic_write, clear_disk_errors
from explorer.io.locks import exclusive
from explorer.workspace.finding import workspace_folder
from explorer.workspace.renamed import renamed_to
from explorer.workspace.tours import LONGEST_FILE, Stop, Tour, checked_stops, read_tour, write_tour

KEPT_STATES = 20
HISTORY, LOCK = ".history", ".lock"


def tours_folder() -> Path:
    """The folder of the tours that people made here."""
    return home() / "tours"


def tour_names() -> list[str]:
    """Names of all tours: those that ship with the program first, then people's own by name."""
    shipped = sorted(path.stem for path in SHIPPED.glob("*.json"))
    return shipped + sorted((name for name in _own() if name not in shipped), key=str.lower)


def own_names() -> list[str]:
    """Names of the tours that can be changed."""
    return [name for name in tour_names() if not is_shipped(name)]


def is_shipped(name: str) -> bool:
    """Whether a tour of this name ships with the program."""
    return (SHIPPED / f"{check_name(name)}.json").is_file()


def load_tour(name: str) -> Tour:
    """The tour of this name; NotThere when there is none, WorkspaceError when its file is damaged."""
    built_in = is_shipped(name)
    path = (SHIPPED if built_in else tours_folder()) / f"{name}.json"
    if not path.is_file():
        raise NotThere(f"There is no tour {name!r}. There are: {', '.join(tour_names())}.")
    return _read(path, name, built_in=built_in)


def make_tour(tour: Tour) -> None:
    """Keep a new tour; InputError when there is one of this name, or a stop shows a workspace that is not here."""
    with _changing():
        if tour.name in tour_names():
            raise InputError(f"There is a tour called {tour.name!r} already. Choose another name.")
        check_workspaces(tour)
        _write(tour)


def bring_tour(name: str, data: bytes) -> Tour:
    """Keep the tour in the bytes of a file under `name`, and return it; InputError as `make_tour` and `read_tour`."""
    if len(data) > LONGEST_FILE:
        raise InputError(f"Expected a file of at most {LONGEST_FILE:,} bytes, got {len(data):,}.")
    try:
        tour = read_tour(name, data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(f"Expected a tour as JSON in UTF-8: {error}.") from error
    make_tour(tour)
    return tour


def add_stop(name: str, stop: Stop) -> Tour:
    """Put a stop at the end of a tour, which is made where there is none; return the tour."""
    with _changing():
        tour = load_tour(name) if name in tour_names() else Tour(check_name(name))
        return _write(_with(tour, [*tour.stops, stop]))


def change_stops(seen: Tour, change: Callable[[list[Stop]], list[Stop]]) -> Tour:
    """Change the stops of a tour as it was `seen`; InputError when somebody else has changed it since."""
    with _changing():
        if load_tour(seen.name) != seen:
            raise InputError(
                f"Somebody has changed the tour {seen.name!r} meanwhile. It is shown as it is now; try again."
            )
        return _write(_with(seen, change(list(seen.stops))))


def delete_tour(name: str) -> None:
    """Remove a tour; `undo_change` brings it back. NotThere when there is none, InputError for one that is shipped."""
    with _changing():
        _own_alone(name)
        path = tours_folder() / f"{name}.json"
        if not path.is_file():
            raise NotThere(f"There is no tour {name!r}. There are: {', '.join(own_names()) or 'none of your own'}.")
        _keep_state(path, name)
        path.unlink()


def undo_change(name: str) -> Tour:
    """The state before the last change of a tour, also of one that was deleted, is the present one; return it."""
    with _changing():
        _own_alone(name)
        for old in _earlier(name):
            with suppress(WorkspaceError):
                tour = _read(old, name)
                _write(tour, remember=False)
                old.unlink()
                return tour
        raise NotThere(f"Nothing is known of the tour {name!r} from before its last change.")


def has_earlier(name: str) -> bool:
    """Whether a change of the tour can be taken back."""
    return bool(_earlier(name))


def check_workspaces(tour: Tour) -> None:
    """InputError names the first stop whose workspace is not here."""
    for number, stop in enumerate(tour.stops, 1):
        if renamed_to(workspaces_root(), stop.workspace):
            continue
        try:
            workspace_folder(stop.workspace)
        except ExplorerError as error:
            raise InputError(f"Stop {number}: {error}") from error


@contextmanager
def _changing() -> Iterator[None]:
    """One change at a time."""
    require("save views")
    folder = tours_folder()
    with clear_disk_errors(folder / LOCK):
        folder.mkdir(parents=True, exist_ok=True)
    with exclusive(folder / LOCK):
        yield


def _with(tour: Tour, stops: list[Stop]) -> Tour:
    _own_alone(tour.name)
    return Tour(tour.name, checked_stops(stops))


def _own_alone(name: str) -> None:
    if is_shipped(name):
        raise InputError(f"The tour {name!r} ships with the program. Make a copy of it, and change that.")


def _write(tour: Tour, *, remember: bool = True) -> Tour:
    path = tours_folder() / f"{tour.name}.json"
    if remember and path.exists():
        _keep_state(path, tour.name)
    with atomic_write(path) as temporary:
        temporary.write_text(write_tour(tour), encoding="utf-8")
    return tour


def _keep_state(path: Path, name: str) -> None:
    with atomic_write(tours_folder() / HISTORY / name / f"{time.time_ns():020}.json") as temporary:
        shutil.copyfile(path, temporary)
    for old in _earlier(name)[KEPT_STATES:]:
        old.unlink(missing_ok=True)


def _read(path: Path, name: str, *, built_in: bool = False) -> Tour:
    try:
        with path.open(encoding="utf-8") as file:
            return read_tour(name, file.read(LONGEST_FILE + 1), built_in=built_in)
    except (InputError, UnicodeDecodeError) as error:
        cure = f" The state before the last change comes back with: explorer tour undo {name!r}"
        raise WorkspaceError(f"{path} cannot be used: {error}{cure if _earlier(name) else ''}") from error


def _own() -> list[str]:
    found = [path.stem for path in tours_folder().glob("*.json") if not path.name.startswith(".")]
    names = []
    for name in found:
        with suppress(InputError):
            names.append(check_name(name))
    return names


def _earlier(name: str) -> list[Path]:
    return sorted((tours_folder() / HISTORY / check_name(name)).glob("[0-9]*.json"), reverse=True)
