"""Embedding files end to end, against decoding alone plus the bare forward pass alone; and its peak memory.

All three run on all cores, in turns, several times; the least time of each counts. The forward pass gets the prepared
images in memory, in batches of 64, each on one core: no barriers, the fastest way there is on several cores.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from PIL import Image

from explorer.base.dataset import Dataset
from explorer.encoders import Encoder, load_encoder
from explorer.io.images import read_image
from explorer.workspace.embedding import embed
from explorer.workspace.folder import Workspace, create_workspace

RESULT = Path(__file__).parent / "results" / "embedding.json"
SIZE, MUST_RATIO, MUST_MB = (400, 300), 1.15, 600
CORES = os.cpu_count() or 1


def make_files(folder: Path, count: int) -> list[Path]:
    """`count` JPEG files of 400 x 300 pixels with structure at several scales, like reduced photos."""
    rng = np.random.default_rng(0)
    folder.mkdir()
    for i in range(count):
        layers = [rng.integers(0, 256, (side, side, 3), dtype=np.uint8) for side in (4, 16, 60)]
        images = [Image.fromarray(layer).resize(SIZE, Image.Resampling.BICUBIC) for layer in layers]
        Image.blend(Image.blend(images[0], images[1], 0.4), images[2], 0.2).save(folder / f"{i:06d}.jpg", quality=88)
    return sorted(folder.iterdir())


def make_workspace(folder: Path, files: list[Path], count: int) -> Workspace:
    """A workspace of `count` items; the files are used several times over."""
    names = [files[i % len(files)].name for i in range(count)]
    numbers = [str(i) for i in range(count)]
    table = pa.table({"id": numbers, "path": names, "text": [""] * count, "hash": numbers})
    return create_workspace(folder, "bench", Dataset(table), image_root=files[0].parent, source="bench", kind="folder")


def spread(work: Callable[[Any], Any], pieces: Iterable[Any]) -> list[Any]:
    """Run `work` over pieces on all cores."""
    with ThreadPoolExecutor(CORES) as pool:
        return list(pool.map(work, pieces))


def decode_all(encoder: Encoder, files: list[Path]) -> NDArray[Any]:
    return np.stack(spread(lambda path: encoder.prepare(read_image(path, encoder.image_side)), files))


def forward_all(encoder: Encoder, prepared: NDArray[Any]) -> None:
    spread(encoder.encode_prepared, [prepared[i : i + 64] for i in range(0, len(prepared), 64)])


def seconds(work: Callable[[], Any]) -> tuple[float, float]:
    """Wall-clock seconds, and seconds of all cores together."""
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - cpu


def ratio_of(least: dict[str, float]) -> float:
    return round(least["end to end"] / (least["decode"] + least["forward"]), 3)


def measure(encoder: Encoder, count: int, rounds: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        files = make_files(Path(folder) / "images", count)
        prepared = decode_all(encoder, files)
        forward_all(encoder, prepared[:128])
        times: dict[str, list[tuple[float, float]]] = {"decode": [], "forward": [], "end to end": []}
        for i in range(rounds):
            ws = make_workspace(Path(folder) / f"ws{i}", files, count)
            times["decode"].append(seconds(lambda: decode_all(encoder, files)))
            times["forward"].append(seconds(lambda: forward_all(encoder, prepared)))
            times["end to end"].append(seconds(lambda ws=ws: embed(ws, encoder.spec, encoder=encoder)))  # type: ignore[misc]
    wall, cpu = ({name: round(min(pair[i] for pair in pairs), 3) for name, pairs in times.items()} for i in (0, 1))
    return {
        "images": count,
        "rounds": rounds,
        "seconds": wall,
        "ratio": ratio_of(wall),
        "must": MUST_RATIO,
        "cpu_seconds": cpu,
        "cpu_ratio": ratio_of(cpu),
    }


def measure_memory(spec: str, count: int) -> dict[str, Any]:
    """Peak memory above the loaded model that has run once, in a fresh process."""
    command = [sys.executable, __file__, "--encoder", spec, "--memory-of", str(count)]
    shown = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {"images": count, "above_model_mb": int(shown.split()[-1]), "must": MUST_MB}


def print_memory(spec: str, count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        encoder = load_encoder(spec)
        encoder.encode_images([Image.new("RGB", SIZE)])
        files = make_files(Path(folder) / "images", min(count, 500))
        ws = make_workspace(Path(folder) / "ws", files, count)
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")  # the peak so far, from loading, does not count
        before = memory_mb("VmRSS")
        embed(ws, spec, encoder=encoder)
        print(memory_mb("VmHWM") - before)


def memory_mb(field: str) -> int:
    """Of this process: VmRSS is what it holds, VmHWM the most that it held."""
    lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) // 1024 for line in lines if line.startswith(field))


def run(spec: str = "pocket", count: int = 1500, rounds: int = 3, memory_count: int = 20_000) -> dict[str, Any]:
    """Measure, write the result, and return it."""
    encoder = load_encoder(spec)
    result = {
        "what": "embedding end to end / (decoding alone + bare forward alone)",
        "encoder": encoder.settings(),
        "cores": CORES,
        "machine": platform.machine(),
        **measure(encoder, count, rounds),
        "memory": measure_memory(spec, memory_count),
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--encoder", default="pocket")
    parser.add_argument("--images", type=int, default=1500)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory-images", type=int, default=20_000)
    parser.add_argument("--memory-of", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.memory_of:
        print_memory(given.encoder, given.memory_of)
    else:
        print(json.dumps(run(given.encoder, given.images, given.rounds, given.memory_images), indent=1))


if __name__ == "__main__":
    main()
