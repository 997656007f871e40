"""How everything was made is kept, also of what was replaced."""

from pathlib import Path

from typer.testing import CliRunner

from explorer.base.progress import Silent
from explorer.commands.main import app
from explorer.workspace.embedding import embed
from explorer.workspace.importing import import_source
from explorer.workspace.indexing import build_index
from explorer.workspace.layout import RUNS
from explorer.workspace.mapping import build_map
from explorer.workspace.runs import kept_run, runs_of, settings_words


def test_every_run_keeps_its_settings_and_the_second_map_does_not_forget_the_first(
    image_folder: Path, tmp_path: Path
) -> None:
    ws = import_source(image_folder, tmp_path / "ws")
    embed(ws, "histogram")
    for seed in (0, 0, 1):
        build_map(ws, "histogram", method="pca", seed=seed)
    build_index(ws, "histogram", M=8, exact_up_to=0, progress=Silent())
    build_index(ws, "histogram", M=8, exact_up_to=0, progress=Silent())
    runs = runs_of(ws.path)
    assert [run.what for run in runs] == ["index", "map", "map", "embed", "import"], "what changed nothing is no run"
    index, second, first, embedded, imported = runs
    assert (second.settings["seed"], first.settings["seed"]) == (1, 0) and first.settings["method"] == "pca"
    assert index.settings["M"] == 8 and index.settings["target"] == 0.99
    assert embedded.settings["model"] == "histogram" and embedded.settings["dtype"]
    assert imported.settings["source"] == str(image_folder) and imported.result == "12 items"
    told = CliRunner().invoke(app, ["info", str(ws.path), "--runs"]).output
    assert "model histogram, method pca, seed 1" in told


def test_a_run_that_failed_is_none_and_a_damaged_line_costs_itself(tmp_path: Path) -> None:
    with kept_run(tmp_path, "map", seed=1, empty=None) as run:
        run.result = "done"
    with (tmp_path / RUNS).open("a") as file:
        file.write('{"what": "map"\n{"unknown": 1}\n')
    try:
        with kept_run(tmp_path, "map") as run:
            run.result = "half"
            raise ValueError
    except ValueError:
        pass
    (found,) = runs_of(tmp_path)
    assert found.what == "map" and settings_words(found) == "seed 1" and found.seconds >= 0
    assert runs_of(tmp_path / "nothing") == []
