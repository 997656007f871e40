"""Pairwise scorers: edit distance, structural similarity, a function of one's own; what each call is checked for."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.base.errors import InputError, Refused
from explorer.base.progress import Progress, Silent
from explorer.features.lab.scorers import edit
from explorer.features.lab.scorers.measure import ScorerSettings, measure_scorer, recalls
from explorer.features.lab.scorers.own_function import own_scorer
from explorer.features.lab.scorers.pairs import Counted, Scores
from explorer.features.lab.scorers.registry import SCORERS, scorer_of
from explorer.features.lab.scorers.service import kept_measure, measure_and_keep, usable_scorers
from explorer.features.lab.scorers.structural import C1, DEVIATION, WINDOW, Pictures, grey
from explorer.workspace.opened import Opened

SPEC = "histogram"
SMALL = ScorerSettings(anchor_questions=20, anchor_items=8, rescored=8)
OWN = """
def year(question, item):
    return -abs(question.attributes["year"] - item.attributes["year"])

def picture(question, item):
    assert question.image.is_file() and question.vector.shape == (512,) and question.text == ""
    return float(question.vector @ item.vector)

def broken(question, item):
    return 1 / 0

def nothing(question, item):
    return float("nan")

def forgot(question, item):
    question.attributes["year"]

def several(question, item):
    return question.vector

number = 3
"""


def plain_distance(one: str, other: str) -> int:
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        before, row[0] = row[:], place
        for column, second in enumerate(other, start=1):
            row[column] = min(before[column] + 1, row[column - 1] + 1, before[column - 1] + (letter != second))
    return row[-1]


def test_edit_distance_equals_the_plain_table() -> None:
    generator = np.random.default_rng(0)
    words = ["", "kitten", "sitting", "日本語", *("".join(generator.choice(list("abc"), 12)) for _ in range(20))]
    found = [edit.distances(edit.letters(word), [edit.letters(other) for other in words]) for word in words]
    np.testing.assert_array_equal(found, [[plain_distance(one, other) for other in words] for one in words])
    assert found[1][2] == 3


def test_edit_similarity_is_a_share_of_the_longer_text() -> None:
    texts = [edit.letters(text) for text in ("", "ab", "abcd", "wxyz")]
    np.testing.assert_allclose(edit.similarities(texts[2], texts), [0, 0.5, 1, 0])
    assert edit.similarities(texts[0], texts[:1])[0] == 1
    assert len(edit.letters("x" * 1_000)) == edit.MOST


def plain_ssim(one: np.ndarray, other: np.ndarray) -> float:
    """Wang et al. 2004, equation 13, window by window."""
    away = np.arange(WINDOW) - WINDOW // 2
    weights = np.exp(-(away[:, None] ** 2 + away**2) / (2 * DEVIATION**2))
    weights /= weights.sum()
    found = []
    for top in range(len(one) - WINDOW + 1):
        for left in range(len(one) - WINDOW + 1):
            x, y = (image[top : top + WINDOW, left : left + WINDOW].astype(float) for image in (one, other))
            mx, my = (weights * x).sum(), (weights * y).sum()
            sx, sy = (weights * (x - mx) ** 2).sum(), (weights * (y - my) ** 2).sum()
            sxy = (weights * (x - mx) * (y - my)).sum()
            c2 = (0.03 * 255) ** 2
            found.append((2 * mx * my + C1) * (2 * sxy + c2) / ((mx**2 + my**2 + C1) * (sx + sy + c2)))
    return float(np.mean(found))


def test_structural_similarity_equals_the_plain_windows() -> None:
    generator = np.random.default_rng(0)
    images = generator.integers(0, 256, (3, 24, 24)).astype(np.uint8)
    images[2] = np.clip(images[0].astype(int) + generator.integers(-30, 30, (24, 24)), 0, 255)
    found = Pictures(images).ssim(0, np.array([0, 1, 2]))
    np.testing.assert_allclose(found, [plain_ssim(images[0], one) for one in images], atol=2e-4)
    assert found[0] == pytest.approx(1, abs=1e-5)
    assert found[2] > found[1]
    flat = Pictures(np.stack([np.full((16, 16), 100), np.full((16, 16), 200)]))
    assert flat.ssim(0, np.array([1]))[0] == pytest.approx((2 * 100 * 200 + C1) / (100**2 + 200**2 + C1), abs=1e-4)
    assert grey(Image.new("RGB", (200, 50), "white")).shape == (64, 64)


def test_calls_are_counted_and_checked() -> None:
    asked = Counted(lambda question, items: items / (question + 1), "halves", ["a", "b", "c"])
    np.testing.assert_array_equal(asked.table(np.array([0, 1]), np.array([1, 2])), [[1, 2], [0.5, 1]])
    assert asked.calls == 4
    wrong = Counted(lambda question, items: np.where(items == 2, np.nan, 1.0), "half known", ["a", "b", "c"])
    with pytest.raises(InputError, match="half known gave nan for 'b' and 'c': expected a finite number"):
        wrong(1, np.array([0, 2]))
    with pytest.raises(InputError, match=r"short: expected 2 scores, got \(1,\)"):
        Counted(lambda question, items: np.ones(1), "short", ["a", "b"])(0, np.array([0, 1]))


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "mine.py").write_text(OWN)
    (tmp_path / "wrong.py").write_text("x = 1\ndef score(:\n")
    (tmp_path.parent / "outside.py").write_text("raise SystemExit('was run')")
    monkeypatch.setenv("EXPLORER_DATA_ROOT", str(tmp_path))
    monkeypatch.delenv("EXPLORER_ACTOR", raising=False)
    return tmp_path


def test_a_function_of_ones_own_is_measured(own: Path, shapes: Opened) -> None:
    found = measure_and_keep(shapes, SPEC, "mine.py:year", SMALL)
    assert found.scorer == "Your function mine.py:year"
    assert found.asked == (12 + 20) * found.report.items
    picture = measure_scorer(shapes, SPEC, own_scorer("mine.py:picture"), SMALL)
    points = [point for point in picture.report.points if point.way == "embedding-rescored"]
    for point in points:  # the scorer is the embedding: every call finds one of the ten
        assert point.recall.value == pytest.approx(min(1, point.costs["calls"].value / 10))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mine.py:broken", r"mine.py:broken failed for 'disc-\d+' and 'disc-\d+': ZeroDivisionError: .* \(line 10\)"),
        ("mine.py:nothing", r"Your function mine.py:nothing gave nan for 'disc-\d+' and 'disc-\d+'"),
        (
            "mine.py:forgot",
            r"mine.py:forgot gave None \(is a `return` missing\?\) for .*: expected it to return a number",
        ),
        ("mine.py:several", r"mine.py:several gave a value of type ndarray for .*: expected it to return a number"),
        ("mine.py:missing", "mine.py has no function 'missing'. Expected FILE.py:FUNCTION"),
        ("mine.py:number", "mine.py has no function 'number'"),
        ("wrong.py:score", r"wrong.py cannot be run: SyntaxError: .* \(line 2\)"),
        ("absent.py:score", "There is no Python file .*absent.py"),
        ("../outside.py:score", "leads outside"),
        ("mine.txt:score", "Expected FILE.py:FUNCTION"),
    ],
)
def test_what_a_function_does_wrong_is_told(own: Path, shapes: Opened, name: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        measure_scorer(shapes, SPEC, scorer_of(name), SMALL)


def test_code_is_run_on_the_command_line_alone(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_ACTOR", "organiser ann")
    with pytest.raises(Refused, match="never from a page"):
        scorer_of("mine.py:year")
    monkeypatch.delenv("EXPLORER_ACTOR")
    monkeypatch.delenv("EXPLORER_DATA_ROOT")
    with pytest.raises(InputError, match="below the data root: say which folder that is with EXPLORER_DATA_ROOT"):
        scorer_of("mine.py:year")


def test_structural_similarity_of_a_workspace(shapes: Opened) -> None:
    found = measure_and_keep(shapes, SPEC, "ssim", SMALL)
    assert kept_measure(shapes, SPEC, "ssim", SMALL) == found
    points = found.report.points
    assert {point.way for point in points} == {"anncur", "embedding-rescored", "anncur-oracle", "random-rescored"}
    assert {point.recall.queries for point in points} == {12}
    assert found.report.items == 120 - 12 - 20
    at = {way: [point for point in points if point.way == way] for way in ("anncur", "random-rescored")}
    calls = {way: [point.costs["calls"].value for point in some] for way, some in at.items()}
    assert calls["anncur"] == calls["random-rescored"] == [4, 8, 16, 32, 64]  # anchor items count
    assert at["anncur"][2].recall.value > at["random-rescored"][2].recall.value
    assert at["anncur"][2].more["calls once"] == 20 * 88
    assert np.shape(found.errors) == (12, 60)


def test_questions_anchors_and_items_are_different_ones(shapes: Opened) -> None:
    pairs: set[tuple[int, int]] = set()
    rows_made: list[np.ndarray] = []

    def make(opened: Opened, spec: str, rows: np.ndarray, progress: Progress) -> Scores:
        rows_made.append(rows)

        def scores(question: int, items: np.ndarray) -> np.ndarray:
            pairs.update((question, int(item)) for item in items)
            return items.astype(float)

        return scores

    scorer = type(SCORERS["ssim"])(
        name="own", label="own", formula="", lacks=lambda *_: "", rows=SCORERS["ssim"].rows, make=make
    )
    measure_scorer(shapes, SPEC, scorer, SMALL, Silent())
    asked, answered = {one for one, _ in pairs}, {other for _, other in pairs}
    assert not asked & answered
    assert len(np.unique(rows_made[0])) == len(rows_made[0]) == len(asked | answered)


def test_fewer_items_than_anchors_are_told(shapes: Opened) -> None:
    with pytest.raises(InputError, match="Expected more items than anchors: 100 anchor queries, 12 test queries"):
        measure_scorer(shapes, SPEC, SCORERS["ssim"], ScorerSettings())
    with pytest.raises(InputError, match="anchor items: expected at least 1, got 0"):
        ScorerSettings(anchor_items=0)


def test_scorers_say_what_they_lack(shapes: Opened) -> None:
    usable = usable_scorers(shapes, "none")
    assert usable["edit"] == "The items have no texts."
    assert usable["ssim"] == ""
    assert "explorer lab vectors" in usable["chamfer"]
    with pytest.raises(InputError, match="Edit distance of texts: The items have no texts"):
        measure_scorer(shapes, SPEC, SCORERS["edit"], SMALL)
    with pytest.raises(InputError, match="scorer: expected one of chamfer, edit, ssim; got 'other'"):
        scorer_of("other")


def test_items_as_good_as_the_tenth_count() -> None:
    exact = np.array([[5.0] * 12 + [1.0] * 8])
    assert recalls(exact, np.arange(2, 12)[None])[0] == 1
    assert recalls(exact, np.arange(7, 17)[None])[0] == 0.5
