import json
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.commands.eval_match_names import evaluate
from explorer.features.match.sides import side_of_strings
from explorer.features.match.strings.evaluate import NamesReport, best_f1, measure_names
from explorer.features.match.truth import Truth

LEFT = ["apple", "oracle", "enron inc.", "mcdonalds corporation", "zzz"]
RIGHT = ["apple corp", "oracle inc", "enron", "mcdonalds", "unlike"]
TRUTH = Truth(left=np.array([0, 1, 2, 3, 4]), right=np.array([0, 1, 2, 3, 4]))


def measured(*methods: str, **options: str) -> list[NamesReport]:
    sides = side_of_strings(LEFT, "left"), side_of_strings(RIGHT, "right")
    return measure_names(*sides, TRUTH, methods, options, about=4.0, model="", progress=Silent())


def test_shares_are_over_right_pairs_and_names() -> None:
    report = measured("jaccard")[0]
    assert report.found.value == 0.8 and report.found.items == 5  # "zzz" and "unlike" share nothing
    assert report.first.value == 0.8 and report.first.low < 0.8 < report.first.high
    assert report.f1.value == pytest.approx(2 * 4 / (4 + 5)) and report.f1.low <= report.f1.value <= report.f1.high
    assert report.threshold == pytest.approx(4 / 9)
    assert report.about.true_positives == 4 and report.about.false_negatives == 1
    assert f"{report.first.value:.3f} (" in report.line() and report.as_dict()["about"]["linked"] == report.about.linked


def test_settings_reach_the_matchers_that_have_them() -> None:
    usual, jaro = measured("jaccard", "jaro_winkler", q="2"), measured("jaccard", "jaro_winkler", q="3")
    assert usual[0].threshold != jaro[0].threshold and usual[1].threshold == jaro[1].threshold


def test_the_threshold_of_the_best_f1_takes_equal_scores_together() -> None:
    scores, right = np.array([0.9, 0.5, 0.5, 0.1]), np.array([True, True, False, False])
    assert best_f1(scores, right, 2) == pytest.approx((0.8, 0.5))
    assert best_f1(scores[:2], right[1:3], 2) == pytest.approx((2 / 3, 0.9))
    assert best_f1(np.array([]), np.array([], bool), 3) == (0.0, float("inf"))


def run(*arguments: str) -> str:
    app = typer.Typer()
    app.callback()(lambda: None)
    app.add_typer(evaluate)
    result = CliRunner().invoke(app, ["names", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command_measures_tables_and_writes_json(tmp_path: Path) -> None:
    left, right, names = tmp_path / "left.csv", tmp_path / "right.csv", tmp_path / "names.csv"
    left.write_text("id,name,same\na,fannie mae,x\nb,oracle,y\nc,enron,gone\n")
    right.write_text("id,name\nx,federal mortgage\ny,oracle inc\nz,merck\n")
    names.write_text("alias,canonical_id\nfannie mae,F\nfederal mortgage,F\n")
    out = tmp_path / "result.json"
    chosen = (
        "--method",
        "jaccard",
        "--method",
        "directory",
        "--directory",
        str(names),
        "--set",
        "farthest_directory=0.1",
    )
    said = run(str(left), str(right), "--truth", "same", *chosen, "--result", str(out))
    assert "1 id not in right.csv, passed over: 'gone'" in said
    plain, through = json.loads(out.read_text())["matchers"]
    assert plain["first"]["value"] == 0.5 and through["first"]["value"] == 1.0
    assert [line.split()[0] for line in said.splitlines() if " first " in line] == ["jaccard", "directory"]


def test_a_setting_without_a_value_is_told(tmp_path: Path) -> None:
    (tmp_path / "left.csv").write_text("id,name,same\na,oracle,a\n")
    file = str(tmp_path / "left.csv")
    with pytest.raises(InputError, match="--set: expected NAME=VALUE, got 'q'"):
        run(file, file, "--truth", "same", "--set", "q")
