"""One contract for the cores of this machine and for a Ray cluster of two nodes: same results, whoever dies."""

import os
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.base.errors import Cancelled, InputError, WorkspaceError
from explorer.base.executor import Cores, Executor
from explorer.base.progress import Silent, stop_on_terminate
from explorer.commands.common import executor_of
from explorer.features.compare.moments import BLOCK
from explorer.features.compare.service import compare
from explorer.features.compare.spread import SUMS
from explorer.io.image_places import ImageStore
from explorer.io.ray_cluster import RayCluster, ray_cluster
from explorer.workspace.embedding import embed
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source
from explorer.workspace.thumbnail_drawing import draw_thumbnails
from tests.features.compare.sides import pair
from tests.features.compare.test_service import make

HERE = find_spec("ray") is not None
SKIP = pytest.mark.skipif(not HERE, reason="Ray is not installed: pip install 'similarity-explorer[ray]'")
KINDS = ["cores", pytest.param("ray", marks=[SKIP, pytest.mark.alone])]
PICTURES = 96
SPECS = ("precomputed:x", "precomputed:y")


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two nodes on this machine with a core each."""
    from ray.cluster_utils import Cluster

    before = signal.getsignal(signal.SIGTERM)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        made = patiently(
            lambda: Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "include_dashboard": False})
        )
        patiently(lambda: made.add_node(num_cpus=1))
        yield made
        made.shutdown()
    signal.signal(signal.SIGTERM, before)


def patiently(start: Callable[[], Any], tries: int = 4) -> Any:
    """What `start` gives; Ray waits half a minute for a node, which a busy machine may not keep."""
    for _ in range(tries - 1):
        try:
            return start()
        except Exception as error:
            if "timed out during startup" not in str(error):
                raise
    return start()


@pytest.fixture(scope="module")
def on_ray(cluster: Any) -> Iterator[RayCluster]:
    before = signal.getsignal(signal.SIGTERM)
    with ray_cluster(cluster.address) as there:
        assert signal.getsignal(signal.SIGTERM) == before, "what stops a job still stops it"
        yield there


@pytest.fixture
def executor(request: pytest.FixtureRequest) -> Executor:
    """What the test is asked for: cores or ray."""
    return request.getfixturevalue("on_ray") if request.param == "ray" else Cores(2)


@pytest.fixture
def one_worker(executor: Executor) -> Executor:
    """The same with one worker: starting processes takes longest."""
    return RayCluster(1) if isinstance(executor, RayCluster) else executor


@pytest.fixture
def pictures(tmp_path: Path, draw: Callable[..., Path]) -> Path:
    """Pictures, one of them damaged."""
    folder = tmp_path / "pictures"
    for number in range(PICTURES):
        draw(folder / f"{number:03d}.png", ("red", "green", "blue")[number % 3], place=number % 25)
    (folder / "050.png").write_bytes((folder / "050.png").read_bytes()[:90])
    return folder


def embedded(ws: Workspace, **how: Any) -> tuple[bytes, str, str]:
    """The bytes of all vectors, why some have none, and what is said."""
    folder = ws.folder("embeddings", "histogram")
    shutil.rmtree(folder, ignore_errors=True)
    said = str(embed(ws, "histogram", **how))
    return (folder / "vectors.npy").read_bytes(), (folder / "skipped.csv").read_text(), said


@pytest.mark.parametrize("executor", KINDS, indirect=True)
def test_each_number_comes_once_with_its_result_and_tasks_are_taken_as_they_are_needed(executor: Executor) -> None:
    taken = []

    def tasks() -> Iterator[tuple[int, int]]:
        for number in range(40):
            taken.append(number)
            yield number, number + 1

    make = lambda: lambda task: task**2  # noqa: E731  sent as it stands
    with closing(executor.each(make, tasks())) as results:
        first = next(results)
        assert len(taken) <= 6
        assert sorted([first, *results]) == [(number, (number + 1) ** 2) for number in range(40)]
    assert list(executor.each(make, [])) == []


@pytest.mark.parametrize("executor", KINDS, indirect=True)
def test_what_a_task_raises_is_raised_as_it_is_and_ends_the_work(one_worker: Executor) -> None:
    executor = one_worker

    def make() -> Callable[[str], float]:
        from explorer.base.errors import InputError

        def work(task: str) -> float:
            if task == "bad":
                raise InputError("bad.png is no image")
            return 1 / len(task)

        return work

    with pytest.raises(InputError, match=r"^bad.png is no image$"):
        list(executor.each(make, enumerate(["a", "bad", "b"])))
    with pytest.raises(ZeroDivisionError):
        list(executor.each(make, enumerate(["a", ""])))

    def broken() -> Callable[[str], float]:
        from explorer.base.errors import InputError

        raise InputError("no such model")

    with pytest.raises(InputError, match="no such model"):
        list(executor.each(broken, enumerate(["a"])))


@pytest.mark.parametrize("executor", KINDS, indirect=True)
def test_vectors_are_the_same_to_the_byte_also_of_images_at_an_address(
    executor: Executor, pictures: Path, tmp_path: Path
) -> None:
    ws = import_source(pictures, tmp_path / "workspaces" / "here")
    expected = embedded(ws)
    assert expected[2] == "95 embedded, 0 kept, 1 skipped (explorer info says which and why)"
    assert embedded(ws, executor=executor) == expected
    assert embedded(ws, executor=executor, images=ImageStore(pictures.as_uri())) == expected


@pytest.mark.parametrize("executor", KINDS, indirect=True)
def test_thumbnails_are_the_same_to_the_byte_also_of_images_at_an_address(
    one_worker: Executor, pictures: Path, tmp_path: Path
) -> None:
    ws = import_source(pictures, tmp_path / "workspaces" / "here")
    folder = ws.folder("thumbnails")
    made = []
    for executor, images in ((Cores(2), None), (one_worker, ImageStore(pictures.as_uri()))):
        report = draw_thumbnails(ws, sizes=[64], executor=executor, images=images)
        made.append((report, {path.name: path.read_bytes() for path in folder.rglob("*.webp")}))
        shutil.rmtree(folder)
    assert made[0][0].drawn > 10 and [path for path, _ in made[0][0].skipped] == ["050.png"]
    assert made[1] == made[0]


@pytest.mark.alone
@SKIP
def test_comparisons_are_the_same_to_the_byte(on_ray: RayCluster, tmp_path: Path) -> None:
    sides = {name: side.astype(np.float32) for name, side in zip(SPECS, pair(n=2 * BLOCK, d=4, e=3), strict=True)}
    opened = make(tmp_path / "w", [f"item {number}" for number in range(2 * BLOCK)], sides)
    found = [
        compare(opened, *SPECS, measures=SUMS, items=0, replicates=3, executor=executor)
        for executor in (Cores(2), RayCluster(1))
    ]
    assert found[0] == found[1]


@pytest.mark.alone
@SKIP
def test_a_stop_by_a_signal_is_a_message_also_while_ray_waits(on_ray: RayCluster) -> None:
    def make() -> Callable[[int], None]:
        import time

        return time.sleep

    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(Cancelled, match="What was finished is kept"), stop_on_terminate():
        later = threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGTERM))
        later.start()
        list(RayCluster(1).each(make, enumerate([60])))
    assert signal.getsignal(signal.SIGTERM) == before


@pytest.mark.alone
@SKIP
def test_a_worker_that_dies_costs_a_repetition_and_one_piece_that_kills_three_is_told(
    on_ray: RayCluster, tmp_path: Path
) -> None:
    def make() -> Callable[[int], int]:
        def work(task: int) -> int:
            mark = tmp_path / "died"
            if task == 6 or (task == 1 and not mark.exists()):
                mark.touch()
                os._exit(1)
            return task

        return work

    done = []
    with pytest.raises(WorkspaceError, match="Piece 7 of the work killed 3 workers"):
        for number, result in on_ray.each(make, enumerate(range(7))):
            done.append((number, result))
    assert (1, 1) in done
    assert len(done) == len(set(done))


@pytest.mark.alone
@SKIP
def test_a_node_killed_at_half_loses_nothing_and_doubles_nothing(
    cluster: Any, on_ray: RayCluster, pictures: Path, tmp_path: Path
) -> None:
    ws = import_source(pictures, tmp_path / "workspaces" / "here")
    expected = embedded(ws)
    node = next(one for one in cluster.worker_nodes)

    class AtHalf(Silent):
        killed = False

        def advance(self, done: int) -> None:
            if done >= PICTURES // 2 and not self.killed:
                self.killed = True
                cluster.remove_node(node, allow_graceful=False)

    progress = AtHalf()
    assert embedded(ws, executor=on_ray, progress=progress) == expected
    assert progress.killed


def test_an_address_where_nobody_listens_or_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("explorer.io.ray_cluster.find_spec", lambda name: object())
    for address, error, said in (
        ("localhost:1", WorkspaceError, "There is no Ray cluster at localhost:1"),
        ("localhost:99999", WorkspaceError, "There is no Ray cluster at localhost:99999"),
        ("..:1", WorkspaceError, "There is no Ray cluster at ..:1"),
        ("somewhere", InputError, "host:port"),
    ):
        with pytest.raises(error, match=said), ray_cluster(address):
            pass
    with pytest.raises(InputError, match="--executor ray"):
        executor_of("cores", "localhost:1")
    with pytest.raises(InputError, match="expected one of cores, ray"):
        executor_of("dask", "")
    monkeypatch.setattr("explorer.io.ray_cluster.find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"similarity-explorer\[ray\]"), ray_cluster():
        pass


def test_a_path_never_leads_out_of_an_address_and_a_store_that_fails_is_not_the_fault_of_an_image(
    tmp_path: Path,
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a b.png").write_bytes(b"here")
    (tmp_path / "out.png").write_bytes(b"there")
    store = ImageStore((tmp_path / "in").as_uri())
    assert store.source("a b.png") == b"here"
    for path in ("../out.png", f"{tmp_path}/out.png", "x/../../out.png", "", "..", "a\0b"):
        with pytest.raises(InputError, match="Expected a path below"):
            store.source(path)
    with pytest.raises(InputError, match="is not below"):
        store.source("gone.png")
    for address in ("photos", "nosuch://bucket"):
        with pytest.raises(InputError, match="Expected the address of a folder of images"):
            ImageStore(address)
    memory = ImageStore("memory://pictures")
    memory._opened[0].pipe("/pictures/one.png", np.arange(3, dtype=np.uint8).tobytes())
    assert memory.source("one.png") == b"\0\1\2"
    memory._opened[0].cat_file = fails
    with pytest.raises(WorkspaceError, match="cannot be read"):
        memory.source("one.png")


def fails(path: str) -> bytes:
    raise PermissionError("no credentials")
