"""Work that is killed at its steps, or at random moments: `python tools/kills.py [RANDOM] [FIRST] [STRIDE]`.

Kills each piece of work right before every STRIDEth rename, replacement or exchange of names (0: not at all), then
RANDOM times after a while drawn from the seeds FIRST and on. After each kill a start sweeps: everything opens, nothing
hidden is left, what was acknowledged is there, and the same work once more ends as if nothing had happened.

This process only forks; all work is done by its children, so that none inherits threads in the middle of something.
"""

import os
import re
import shutil
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from PIL import Image

from explorer.io import atomic
from explorer.workspace.embedding import embed
from explorer.workspace.folder import Workspace, list_workspaces
from explorer.workspace.importing import import_source
from explorer.workspace.indexing import build_index
from explorer.workspace.mapping import build_map, load_map
from explorer.workspace.saved import SavedView, load_views, save_view
from explorer.workspace.sweeping import sweep
from explorer.workspace.tags import tag_store

SPEC, KILLED, MOST_POINTS = "histogram", 9, 100
PICTURES, TAGS = 8, 25
LITTER = re.compile(r"(^|/)\.(tmp|old|stale|incoming)-")
NUMBERS = re.compile(r"dataset-[0-9a-f-]+|\d{20}")


@dataclass(frozen=True)
class Place:
    """Where one try happens. home: of this try alone; sources: what workspaces are made from."""

    home: Path
    sources: Path

    @property
    def workspace(self) -> Path:
        """Folder of the workspace."""
        return self.home / "workspaces" / "pictures"

    @property
    def told(self) -> Path:
        """File of what was acknowledged, a line each."""
        return self.home.with_name(f"{self.home.name}.told")


@dataclass(frozen=True)
class Work:
    """A piece of work: what is there `before` it, and what it does."""

    name: str
    before: Callable[[Place], None]
    run: Callable[[Place], None]


def _nothing(place: Place) -> None:
    place.workspace.parent.mkdir(parents=True)


def _imported(place: Place) -> None:
    _nothing(place)
    _draw(place.sources / "pictures", range(PICTURES))
    _everything(place)
    _draw(place.sources / "pictures", range(1, PICTURES + 2), shade=90)
    (place.sources / "pictures" / "0.png").unlink()


def _everything(place: Place) -> None:
    import_source(place.sources / "pictures", place.workspace)
    ws = Workspace.open(place.workspace)
    embed(ws, SPEC)
    build_index(ws, SPEC)
    save_view(ws, SavedView("mine", created="now", ids=["1.png"]))


def _embedded(place: Place) -> None:
    _nothing(place)
    _draw(place.sources / "pictures", range(PICTURES))
    _everything(place)


def _map(place: Place) -> None:
    build_map(Workspace.open(place.workspace), SPEC, method="pca")


def _folder(place: Place) -> None:
    _nothing(place)
    _draw(place.sources / "pictures", range(PICTURES))


def _first_zip(place: Place) -> None:
    _nothing(place)
    _pack(place.sources / "first.zip", range(PICTURES))


def _import_zip(place: Place) -> None:
    import_source(place.sources / "first.zip", place.workspace)


def _another_zip(place: Place) -> None:
    _first_zip(place)
    _import_zip(place)
    _pack(place.sources / "second.zip", range(3, PICTURES + 2), shade=90)


def _import_another(place: Place) -> None:
    import_source(place.sources / "second.zip", place.workspace)


def _swept(place: Place) -> None:
    sweep(place.home)


def _tag(place: Place) -> None:
    """Tags one after the other; each is told only once it is kept."""
    store = tag_store(Workspace.open(place.workspace))
    with place.told.open("a", encoding="utf-8") as told:
        for number in range(TAGS):
            store.put(f"t{number}", ["1.png", "2.png"])
            told.write(f"t{number}\n")
            told.flush()


WORKS = (
    Work("first import", _folder, _everything),
    Work("update", _imported, _everything),
    Work("map", _embedded, _map),
    Work("first zip", _first_zip, _import_zip),
    Work("another zip", _another_zip, _import_another),
    Work("tags", _embedded, _tag),
)


def _draw(folder: Path, numbers: range, shade: int = 0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in numbers:
        Image.new("RGB", (16, 12), (25 * number, 255 - 25 * number, shade)).save(folder / f"{number}.png")


def _pack(target: Path, numbers: range, shade: int = 0) -> None:
    folder = target.with_suffix("")
    _draw(folder, numbers, shade)
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(folder.iterdir()):
            archive.write(path, path.name)


def outcome(home: Path) -> dict[str, Any]:
    """What there is to see in a home: items, vectors, maps, views and the names of all files."""
    found: dict[str, Any] = {}
    for entry in list_workspaces(home / "workspaces"):
        ws = Workspace.open(entry.path)
        found |= {"items": ws.dataset().table.to_pylist(), "views": [view.name for view in load_views(ws)]}
        found |= {spec: ws.embeddings(spec).vectors.tobytes() for spec in ws.encoders()}
        found["tags"] = tag_store(ws).pairs().to_pylist()
        if (ws.path / "maps").is_dir():
            found["map"] = np.array(load_map(ws, SPEC, "pca").coords).tobytes()
    files = (path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file())
    found["files"] = sorted({NUMBERS.sub("state", name) for name in files if "history" not in name})
    return found


def check(work: Work, place: Place, expected: Place) -> None:
    """AssertionError when a killed home does not open, keeps litter, lost what it said it has, or ends otherwise."""
    for entry in list_workspaces(place.home / "workspaces"):
        assert not entry.error, entry.error
        ws = Workspace.open(entry.path)
        assert len(ws.dataset()) == ws.manifest.count
    sweep(place.home)
    left = [name for name in map(str, place.home.rglob("*")) if LITTER.search(name)]
    assert not left, left
    told = place.told.read_text(encoding="utf-8").split() if place.told.exists() else []
    if told:
        assert set(told) <= set(tag_store(Workspace.open(place.workspace)).names()), "an acknowledged tag is gone"
    work.run(place)
    sweep(place.home)
    found, wanted = outcome(place.home), outcome(expected.home)
    assert found.keys() == wanted.keys(), (sorted(found), sorted(wanted))
    assert not (set(found["files"]) ^ set(wanted["files"])), set(found["files"]) ^ set(wanted["files"])
    assert all(found[key] == wanted[key] for key in found), [key for key in found if found[key] != wanted[key]]


def at_point(point: int, run: Callable[[Place], None], place: Place) -> None:
    """Run, but end without a word right before the rename, replacement or exchange number `point`."""
    left = point

    def before(call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **kwargs: Any) -> Any:
            nonlocal left
            if left == 0:
                os._exit(KILLED)
            left -= 1
            return call(*args, **kwargs)

        return counted

    os.replace, os.rename = before(os.replace), before(os.rename)
    vars(atomic)["exchange"] = before(vars(atomic)["exchange"])
    run(place)


def in_child(run: Callable[[], None], seconds: float | None = None) -> int:
    """Run in a process of its own; 0 when it ended well, KILLED when it was killed, after `seconds` or by itself."""
    child = os.fork()
    if child == 0:
        with suppress(OSError):
            os.setpgid(0, 0)
        try:
            run()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    with suppress(OSError):  # whoever is first: it has to be a group before it can be killed as one
        os.setpgid(child, child)
    if seconds is not None:
        time.sleep(seconds)
        if os.waitpid(child, os.WNOHANG)[0]:
            return 0
        os.killpg(child, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return KILLED if code == -signal.SIGKILL else code


class Tries:
    """Tries of one piece of work below `folder`, all from the same beginning."""

    def __init__(self, work: Work, folder: Path) -> None:
        self.work, self.folder = work, folder
        self._tried = 0
        self.begin = Place(folder / "begin", folder / "sources")
        self.expected = Place(folder / "expected", folder / "sources")
        self._well(lambda: work.before(self.begin))
        shutil.copytree(self.begin.home, self.expected.home)
        started = time.monotonic()
        self._well(lambda: work.run(self.expected))
        self.seconds = time.monotonic() - started
        self._well(lambda: _swept(self.expected))

    def points(self, stride: int, first: int = 0) -> tuple[int, list[str]]:
        """(how many states were looked at, what is wrong) of kills before every `stride`th step."""
        faults: list[str] = []
        for tried, point in enumerate(range(first, MOST_POINTS, stride)):
            code, fault = self._try(partial(at_point, point, self.work.run), None)
            if code == 0:
                return tried, faults
            faults += [f"{self.work.name}, point {point}: {fault}"] if fault else []
        return tried + 1, faults

    def at_random(self, seed: int) -> str:
        """What is wrong after a kill at the moment that the seed says, "" when nothing is."""
        _, fault = self._try(self.work.run, Random(seed).random() * self.seconds * 1.1)
        return f"{self.work.name}, seed {seed}: {fault}" if fault else ""

    def _try(self, run: Callable[[Place], None], seconds: float | None) -> tuple[int, str]:
        self._tried += 1
        place = Place(self.folder / f"try-{self._tried}", self.folder / "sources")
        shutil.copytree(self.begin.home, place.home)
        code = in_child(lambda: run(place), seconds)
        fault = "it failed by itself" if code not in (0, KILLED) else ""
        if not fault and in_child(lambda: check(self.work, place, self.expected)):
            fault = "see above"
        shutil.rmtree(place.home)
        place.told.unlink(missing_ok=True)
        return code, fault

    def _well(self, run: Callable[[], None]) -> None:
        if in_child(run):
            raise AssertionError(f"{self.work.name}: it fails without any kill.")


def only(name: str) -> Work:
    """The piece of work of this name."""
    return next(work for work in WORKS if work.name == name)


def main(count: int = 100, first: int = 0, stride: int = 1) -> int:
    """Kill at the steps and `count` times at random; 1 when anything is wrong."""
    faults: list[str] = []
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        tries = [Tries(work, Path(folder) / work.name) for work in WORKS]
        for one in tries if stride else ():
            looked, wrong = one.points(stride)
            faults += wrong
            print(f"{one.work.name}: {looked} steps, {len(wrong)} faults", flush=True)
        for seed in range(first, first + count):
            fault = tries[seed % len(tries)].at_random(seed)
            faults += [fault] if fault else []
        print(f"{count} random kills", flush=True)
    print("\n".join(faults) or "0 faults")
    return int(bool(faults))


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
