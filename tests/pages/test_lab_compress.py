"""Search lab: what the tab Compress says before and after measuring, and the index that it makes."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from explorer.commands.main import app
from tests.pages.visits import make_discs, opened, texts, visit

SHAPE = ["--dims", "4", "--bits", "8", "--projection", "pca"]


def test_small_vectors_are_measured_chosen_and_made_the_index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "files").mkdir()
    make_discs(tmp_path / "workspaces" / "discs", tmp_path / "files", 80, lambda number: 4 + number // 4, lambda _: {})
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    monkeypatch.setattr("explorer.features.lab.speed.ROUNDS", 1)
    monkeypatch.setattr("explorer.features.lab.speed.SECONDS", 0.0)
    monkeypatch.setattr("explorer.features.lab.compress.measure.DIMS", (4, 8))
    with visit("9_Search_lab", "discs") as test:
        before = texts(opened(test, tab="compress"))
        assert [button.label for button in test.button if button.key == "lab.start.compress"] == ["Measure"]
    assert "How small can the vectors be before the answers suffer?" in before and "lab.compress.use" not in before
    told = CliRunner().invoke(app, ["lab", "compress", "discs"])
    assert told.exit_code == 0 and "8 numbers of 4 bits, 50 re-ranked" in told.output
    started: list[list[str]] = []
    monkeypatch.setattr("explorer.app.lab.compress_panel.start_job", lambda _path, args, _words: started.append(args))
    with visit("9_Search_lab", "discs") as test:
        shown = texts(opened(test, tab="compress"))
        assert "8 numbers of 8 bits" in shown and "measured once for each" in shown
        test.select_slider(key="lab.compress.dims").set_value(4).run()
        assert "4 numbers of 8 bits" in texts(test)
        test.selectbox(key="lab.compress.way").set_value("pca").run()
        test.button(key="lab.compress.use").click().run()
    assert started[0][3:] == ["histogram", "--engine", "compressed", *SHAPE]
    made = CliRunner().invoke(app, started[0])
    assert made.exit_code == 0 and "Compressed index: PCA, 4 numbers of 8 bits" in made.output
    with visit("9_Search_lab", "discs") as test:
        assert "Compressed index: PCA, 4 numbers of 8 bits" in texts(opened(test, tab="compress"))
        test.select_slider(key="lab.compress.dims").set_value(4).run()
        test.selectbox(key="lab.compress.way").set_value("pca").run()
        assert test.button(key="lab.compress.use").disabled, "it is in use"
        test.select_slider(key="lab.compress.dims").set_value(8).run()
        assert not test.button(key="lab.compress.use").disabled
