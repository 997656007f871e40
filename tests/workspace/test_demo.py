"""The demo workspaces."""

import json
import subprocess
import sys
from pathlib import Path

from explorer.base.progress import Silent
from explorer.scenes import caption, demo_scenes
from explorer.workspace.demo import create_scenes_demo, drawn
from explorer.workspace.mapping import load_map
from explorer.workspace.preparing import missing_steps


def test_the_scenes_are_ready_to_explore_and_the_same_every_time(tmp_path: Path) -> None:
    first = create_scenes_demo(tmp_path / "a", Silent(), 40)
    dataset = first.dataset()
    assert missing_steps(first) == []
    assert len(load_map(first, "pocket", "pca").coords) == len(dataset) == 40
    assert not dataset.has_texts
    scene = demo_scenes(40)[7]
    row = dataset.table.slice(7, 1).to_pylist()[0]
    assert (row["shape"], row["colour"], row["caption"]) == (scene.shape, scene.colour, caption(scene))
    again = create_scenes_demo(tmp_path / "b", Silent(), 40)
    assert again.dataset().table.equals(dataset.table)
    assert create_scenes_demo(tmp_path / "a", Silent(), 40).key == first.key


def test_vectors_of_an_older_pocket_are_to_be_made_again(tmp_path: Path) -> None:
    workspace = create_scenes_demo(tmp_path, Silent(), count=30)
    manifest = workspace.folder("embeddings", "pocket") / "manifest.json"
    made = json.loads(manifest.read_text())
    made["settings"]["weights"] = "0" * 64
    manifest.write_text(json.dumps(made))
    assert missing_steps(workspace) == ["embed", "index", "map"]
    create_scenes_demo(tmp_path, Silent(), count=30)
    assert missing_steps(workspace) == []


def test_a_script_without_a_guard_draws_on_all_cores_what_one_core_draws(tmp_path: Path) -> None:
    script = tmp_path / "mine.py"
    script.write_text(
        "from explorer.workspace import demo\ndemo.ALONE = 0\nprint(list(demo.drawn(demo.demo_scenes(6))))\n",
        encoding="utf-8",
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stdout) == (0, f"{list(drawn(demo_scenes(6)))}\n"), done.stderr
