"""Embedding on the cores of this machine and on a local Ray cluster of two nodes: bytes, time, overhead; a killed node.

python -m benchmarks.bench_executors [--items 20000] [--files 500]

The same items in turns: cores, cluster, and a cluster whose second node is killed at half. Starting the cluster is
timed apart, as it is paid once. Processor time is that of the whole machine: a cluster's processes are not ours.
"""

import argparse
import json
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.bench_embedding import CORES, make_files, make_workspace
from explorer.base.executor import Cores, Executor
from explorer.base.progress import Silent
from explorer.encoders import load_encoder
from explorer.io.ray_cluster import ray_cluster
from explorer.workspace.embedding import embed
from explorer.workspace.folder import Workspace

RESULT = Path(__file__).parent / "results" / "executors.json"
MOST = 1.15
SPEC = "pocket"


class AtHalf(Silent):
    """Does something once, when half of the items are done."""

    def __init__(self, half: int, what: Callable[[], Any]) -> None:
        self.half, self.what = half, what

    def advance(self, done: int) -> None:
        """Look whether it is time."""
        if done >= self.half:
            self.what()
            self.half = 1 << 62


def busy_s() -> float:
    """Seconds that the cores of this machine have worked so far; 0 where the system does not say."""
    stat = Path("/proc/stat")
    if not stat.is_file():
        return 0.0
    user, nice, system = (int(word) for word in stat.read_text().split()[1:4])
    return (user + nice + system) / float(os.sysconf("SC_CLK_TCK"))


def timed(ws: Workspace, executor: Executor, progress: Silent | None = None) -> tuple[bytes, dict[str, Any]]:
    """Embed all anew: the bytes of the vectors, what was said, and the seconds."""
    folder = ws.folder("embeddings", SPEC)
    shutil.rmtree(folder, ignore_errors=True)
    wall, busy = time.perf_counter(), busy_s()
    said = str(embed(ws, SPEC, executor=executor, progress=progress))
    took = {"wall_s": round(time.perf_counter() - wall, 1), "busy_s": round(busy_s() - busy, 1), "said": said}
    return (folder / "vectors.npy").read_bytes(), took


def main() -> int:
    from ray.cluster_utils import Cluster

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (("items", 20_000), ("files", 500)):
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    with tempfile.TemporaryDirectory() as folder:
        ws = make_workspace(Path(folder) / "ws", make_files(Path(folder) / "files", options.files), options.items)
        load_encoder(SPEC)
        expected, cores = timed(ws, Cores())
        print("cores", cores, flush=True)
        began_s = time.perf_counter()
        share = max(1, CORES // 2)
        cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": CORES - share, "include_dashboard": False})
        node = cluster.add_node(num_cpus=share)
        with ray_cluster(cluster.address) as there:
            start_s = round(time.perf_counter() - began_s, 1)
            same, on_ray = timed(ws, there)
            print("ray", on_ray, flush=True)
            kill = AtHalf(options.items // 2, lambda: cluster.remove_node(node, allow_graceful=False))
            after_kill, killed = timed(ws, there, kill)
            print("node killed at half", killed, flush=True)
        cluster.shutdown()
    result = {
        "items": options.items,
        "cores": CORES,
        "cluster_start_s": start_s,
        "on_cores": cores,
        "on_ray": on_ray,
        "node_killed": killed,
        "bytes_equal": [same == expected, after_kill == expected],
        "ratio": {name: round(on_ray[name] / cores[name], 3) for name in ("wall_s", "busy_s") if cores[name]},
    }
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n")
    print(json.dumps(result["ratio"]), result["bytes_equal"], "cluster up after", start_s, "s")
    return int(not all(result["bytes_equal"]) or result["ratio"]["wall_s"] > MOST)


if __name__ == "__main__":
    raise SystemExit(main())
