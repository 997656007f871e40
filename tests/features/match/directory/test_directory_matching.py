from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.features.match.directory import joining, matching
from explorer.features.match.directory.methods import DIRECTORY
from explorer.features.match.method import Candidates, Task
from explorer.features.match.strings import candidates as candidates_module
from tests.features.match.directory.toy import LEFT, RIGHT, task_of, written


def found_by(task: Task) -> Candidates:
    return DIRECTORY.propose(task, Silent())


def distances(found: Candidates, task: Task) -> dict[tuple[str, str], tuple[object, str]]:
    rows = zip(found.left, found.right, found.scores, found.route, strict=True)
    texts = task.left.texts, task.right.texts
    return {(texts[0][a], texts[1][b]): (1 - float(score), found.routes[route]) for a, b, score, route in rows}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return written(tmp_path)


@pytest.mark.parametrize("groups", ["ids", "markov", "louvain"])
def test_the_official_example_is_joined_through_the_directory(file: Path, groups: str) -> None:
    task = task_of(file, groups=groups)
    found = distances(found_by(task), task)
    pair = LEFT[0], RIGHT[0]
    assert found[pair] == (pytest.approx(0.1034, abs=5e-5), "directory")
    once = task_of(file, groups=groups, factor=1.0)
    assert distances(found_by(once), once)[pair] == (pytest.approx(0.0690, abs=5e-5), "directory")


def test_of_two_ways_the_shorter_counts_and_both_are_told(file: Path) -> None:
    task = task_of(file)
    found = found_by(task)
    assert np.isnan(found.parts["string"]).any() and set(found.parts) == {"string", "directory"}
    shorter = np.fmax(found.parts["string"], found.parts["directory"])
    np.testing.assert_array_equal(found.scores, shorter)
    by_directory = found.parts["directory"] > np.where(np.isnan(found.parts["string"]), -9, found.parts["string"])
    np.testing.assert_array_equal(found.route == 1, by_directory)
    assert {route for _, route in distances(found, task).values()} == {"string", "directory"}
    assert found.proposed == len(found) and found.about["names in the directory"] == "7 for 4 meanings"


def test_the_way_is_told_from_name_to_name(file: Path) -> None:
    reasons = DIRECTORY.explain(task_of(file), 0, 0)
    aliases = ("fannie mae", "federal national mortgage association")
    assert reasons.path == (LEFT[0], aliases[0], "F", aliases[1], RIGHT[0])
    assert [field.score for field in reasons.fields[1:]] == pytest.approx([1.0, 1 - 2 / 29])
    assert reasons.fields[1].left_spans == (((0, 10), 1.0),)
    assert "not linked by letters" in reasons.notes[0] and "0.103 apart, 1.5 times" in reasons.notes[1]


def test_a_pair_that_no_meaning_joins_is_told_by_its_letters(file: Path) -> None:
    task = task_of(file, left=["zebra corp"], right=["zebra corp ltd"], farthest_directory=0.1)
    assert distances(found_by(task), task)["zebra corp", "zebra corp ltd"][1] == "string"
    reasons = DIRECTORY.explain(task, 0, 0)
    assert reasons.path == () and reasons.notes[1] == "No meaning in the directory joins them."
    assert "are in both" in reasons.notes[0]


def test_names_farther_than_was_set_are_not_linked(file: Path) -> None:
    near = task_of(file, farthest=0.3, farthest_directory=0.01)
    assert set(distances(found_by(near), near)) == {(LEFT[0], RIGHT[3])}
    no_letters = task_of(file, left=["apple llc"], right=["apple corp"], farthest=1e-9, farthest_directory=0.01)
    assert distances(found_by(no_letters), no_letters) == {("apple llc", "apple corp"): (0.0, "directory")}


def test_within_one_list_names_are_joined_and_doubles_are_the_same(file: Path) -> None:
    names = ["apple llc", "Apple Corp.", "apple llc", "microsoft inc", ""]
    task = task_of(file, left=names, right=None, farthest_directory=0.05)
    found = found_by(task)
    rows = list(zip(found.left.tolist(), found.right.tolist(), strict=True))
    pairs = dict(zip(rows, found.scores.tolist(), strict=True))
    assert pairs[0, 1] == pairs[1, 2] == pairs[0, 2] == 1.0
    assert all(a < b for a, b in pairs) and not any(4 in pair for pair in pairs)
    assert found.routes[found.route[rows.index((0, 2))]] == "string"
    assert found.routes[found.route[rows.index((0, 1))]] == "directory"


def test_other_measures_serve_too(file: Path) -> None:
    task = task_of(file, measure="jaro_winkler", prefix=0.0)
    found = distances(found_by(task), task)
    assert found[LEFT[0], RIGHT[0]][1] == "directory" and all(0 <= float(str(one)) <= 1.5 for one, _ in found.values())


def test_long_lists_take_the_likeliest_and_find_the_same_links(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = distances(found_by(task_of(file)), task_of(file))
    for module in (candidates_module, matching):
        monkeypatch.setattr(module, "SHORT", 3)
    assert distances(found_by(task_of(file)), task_of(file)) == whole


def test_limits_are_worked_out_once_for_the_same_lists(file: Path) -> None:
    joining.calibrated.cache_clear()
    task = task_of(file)
    found_by(task)
    DIRECTORY.explain(task, 0, 0)
    assert joining.calibrated.cache_info().misses == 3


def test_a_missing_file_and_a_side_without_texts_are_told(file: Path) -> None:
    with pytest.raises(InputError, match="Directory: expected a file of names"):
        found_by(task_of(Path("")))
    with pytest.raises(InputError, match="right: expected a column of texts to compare"):
        found_by(task_of(file, right=[""]))
