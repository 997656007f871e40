"""Closed lists: titles with and without attributes, questions with a head, probabilities, abstention, measuring."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from explorer.base.arrays import Floats, Rows
from explorer.base.errors import InputError, ModelError
from explorer.base.progress import Silent
from explorer.encoders.pool import POOL
from explorer.features.match.best import Best, Scored
from explorer.features.match.method import Candidates, Task
from explorer.features.match.ranked import evaluate, matchers
from explorer.features.match.ranked.closed import entry_codes, one_an_entry
from explorer.features.match.ranked.evaluate import measure_list, measure_pairs
from explorer.features.match.ranked.matchers import QUESTIONS, TITLES, head_probabilities
from explorer.features.match.side import Side
from explorer.features.match.sides import side_of_strings
from explorer.features.tune.contract import PairSettings, Titles, Vectors, pairs_of, titles_of
from explorer.heads.head import Head

JOBS = ("plumber", "baker", "nurse", "driver", "welder", "teacher", "farmer", "miner")


def bag(texts: Sequence[str]) -> Floats:
    """A small working model: words by hash, unit rows."""
    found = np.zeros((len(texts), 256), np.float32)
    for row, text in enumerate(texts):
        for word in text.lower().replace(":", " ").split():
            found[row, sum(ord(letter) * 7**place for place, letter in enumerate(word)) % 256] += 1
    return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True), np.float32)


def task(method: object, left: Side, right: Side, same: bool = False, **options: object) -> Task:
    card = TITLES if method == "titles" else QUESTIONS
    usual = {one.name: one.default for one in card.options}
    return Task(left=left, right=right, same=same, options={**usual, **options}, embed=bag)  # type: ignore[dict-item]


def first_answers(pairs: Candidates) -> dict[int, int]:
    rows, first = np.unique(pairs.left, return_index=True)
    return dict(zip(rows.tolist(), pairs.right[first].tolist(), strict=True))


def asked(known: str = "") -> Side:
    """Eighty titles, half of them of the list in other words, half about something else."""
    rng = np.random.default_rng(0)
    words = ["alpha", "beta", "gamma", "delta", "omega"]
    titles, meant = [], []
    for number in range(80):
        job = JOBS[number % 8]
        inside = number % 2 == 0
        titles.append(f"{rng.choice(words)} {job if inside else rng.choice(words)} {number}")
        meant.append(job if inside else JOBS[(number + 1) % 8])
    if known == "some":
        meant = [one if row < 40 else "" for row, one in enumerate(meant)]
    table = pa.table({"title": titles, "right": meant})
    return Side(name="asked", ids=tuple(map(str, range(80))), table=table, text="title")


LIST = side_of_strings(JOBS, "jobs", [f"j{number}" for number in range(8)])


def test_titles_rank_the_whole_list_and_abstain_below_a_score() -> None:
    side = side_of_strings(["Senior plumber", "bakr", "zzz"], "asked")
    found = TITLES.propose(task("titles", side, LIST), Silent())
    assert len(found) == 24 and first_answers(found) == {0: 0, 1: 1, 2: first_answers(found)[2]}
    np.testing.assert_allclose(found.scores, (found.parts["letters"] + found.parts["meaning"]) / 2, atol=1e-6)
    assert found.about["scores"] == "similarities, no probabilities" and found.routes == ("similarity",)
    some = TITLES.propose(task("titles", side, LIST, least=0.2, keep=1), Silent())
    assert first_answers(some) == {0: 0, 1: 1} and some.about["without an answer"] == 1


def test_one_part_alone_may_be_the_score() -> None:
    side = side_of_strings(["Senior plumber", "bakr"], "asked")
    for by in ("letters", "meaning"):
        found = TITLES.propose(task("titles", side, LIST, by=by), Silent())
        np.testing.assert_array_equal(found.scores, found.parts[by])
        assert len(TITLES.explain(task("titles", side, LIST, by=by), 0, 0).fields) == 2
    bare = replace(task("titles", side, LIST, by="meaning"), embed=None)
    with pytest.raises(InputError, match="needs a model that reads texts"):
        TITLES.propose(bare, Silent())
    assert set(TITLES.propose(replace(task("titles", side, LIST), embed=None), Silent()).parts) >= {"letters"}


def test_attributes_are_read_by_the_model_and_not_by_letters() -> None:
    table = pa.table({"title": ["specialist", "specialist"], "skills": ["baker", ""]})
    side = Side(name="asked", ids=("1", "2"), table=table, text="title")
    without = TITLES.propose(task("titles", side, LIST, keep=8), Silent())
    with_them = TITLES.propose(task("titles", side, LIST, keep=8, attributes="skills"), Silent())
    assert first_answers(with_them)[0] == 1
    for pairs in (without, with_them):
        letters = {(a, b): s for a, b, s in zip(pairs.left, pairs.right, pairs.parts["letters"], strict=True)}
        assert all(letters[0, right] == letters[1, right] for right in range(8))
    told = TITLES.explain(task("titles", side, LIST, attributes="skills"), 0, 1)
    assert told.fields[1].left == "specialist: baker" and told.fields[1].score > 0.5


def test_an_entry_with_several_texts_stands_once_by_its_nearest() -> None:
    table = pa.table({"t": ["nurse", "carer", "registered nurse", "cook", "chef"], "entry": ["N", "N", "N", "C", ""]})
    right = Side(name="list", ids=tuple("abcde"), table=table, text="t")
    assert len(set(entry_codes(right, "entry").tolist())) == 3
    found = TITLES.propose(task("titles", side_of_strings(["registered nurse"], "x"), right, entry="entry"), Silent())
    assert sorted(found.right.tolist()) == [2, 3, 4] and found.right[0] == 2
    scores = np.array([[0.5, 0.7, 0.7, 0.1], [0.0, 0.0, 0.0, 0.0]], np.float32)

    def score(rows: Rows) -> Scored:
        return Scored(scores[rows], {})

    only = one_an_entry(score, np.array([1, 0, 0, 1]))(np.arange(2)).total
    np.testing.assert_array_equal(np.isfinite(only), [[True, True, False, False], [True, True, False, False]])


def test_known_answers_make_probabilities_and_their_error_is_told() -> None:
    found = TITLES.propose(task("titles", asked(), LIST, known="right", keep=3), Silent())
    assert found.routes == ("probability",)
    assert "probabilities learned from 80 known answers; off by 0.0" in str(found.about["scores"])
    assert found.scores.min() >= 0 and found.scores.max() <= 1
    inside = found.scores[(found.left % 2 == 0) & (found.right == found.left % 8)]
    assert inside.min() > 0.8
    kept = TITLES.propose(task("titles", asked("some"), LIST, known="right", least=0.5), Silent())
    answered = set(first_answers(kept))
    assert answered >= set(range(0, 80, 2)) and len(answered) < 43  # what is not in the list gets no answer
    assert kept.about["without an answer"] == 80 - len(answered)
    stairs = TITLES.propose(task("titles", asked(), LIST, known="right", curve="isotonic"), Silent())
    assert stairs.scores.max() == pytest.approx(1.0, abs=0.05)


def test_few_known_answers_make_none_and_odd_ones_are_named() -> None:
    side = asked("some")
    few = Side(name="few", ids=side.ids[:6], table=side.table.slice(0, 6), text="title")
    found = TITLES.propose(task("titles", few, LIST, known="right"), Silent())
    assert "at least 10 each are needed" in str(found.about["scores"])
    odd = Side(name="odd", ids=("1", "2"), table=pa.table({"t": ["a", "b"], "k": ["j3", "pilot"]}), text="t")
    with pytest.raises(InputError, match="odd, column k, row 2: expected an id or a text of jobs, got 'pilot'"):
        TITLES.propose(task("titles", odd, LIST, known="k"), Silent())


def test_one_list_and_texts_without_letters() -> None:
    side = side_of_strings(["red cat", "red cats", "–"], "mine")
    found = QUESTIONS.propose(task("questions", side, side, same=True), Silent())
    assert (found.left < found.right).all() and len(found) == 3
    assert found.scores[(found.left == 0) & (found.right == 1)][0] == found.scores.max()
    told = QUESTIONS.explain(task("questions", side, side), 0, 1)
    assert [one.name for one in told.fields] == ["letters", "meaning"]


def test_what_is_empty_has_no_answer_and_is_none() -> None:
    asked_of, listed = side_of_strings(["red cat", " "], "mine"), side_of_strings(["", "red cat"], "list")
    found = QUESTIONS.propose(task("questions", asked_of, listed), Silent())
    assert list(zip(found.left.tolist(), found.right.tolist(), strict=True)) == [(0, 1)]
    assert found.about["without an answer"] == 1
    twins = side_of_strings(["red cat", "red cats"], "mine")
    assert QUESTIONS.propose(task("questions", twins, twins, same=True), Silent()).about["without an answer"] == 0


@pytest.fixture
def made_head(monkeypatch: pytest.MonkeyPatch) -> Head:
    """A head that says yes when the vectors agree in every number, on the small model."""
    dim = 256
    weights = {
        "weight0": np.concatenate([-np.ones((1, dim)), np.zeros((1, dim))], axis=1).astype(np.float32),
        "bias0": np.full(1, 20.0, np.float32),
        "weight1": np.ones((1, 1), np.float32),
        "bias1": np.full(1, -10.0, np.float32),
        "calibration": np.array([1.0, 0.0], np.float32),
    }

    class Small:
        spec, fingerprint = "sentence:small", "f"

        def encode_texts(self, texts: Sequence[str]) -> Floats:
            return bag(texts)

    monkeypatch.setattr(POOL, "get", lambda spec: Small())
    return Head(kind="question pairs", encoder="sentence:small", fingerprint="f", weights=weights)


def test_a_head_gives_the_probabilities(made_head: Head, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matchers, "read_head", lambda name: made_head)
    left, right = (
        side_of_strings(["how to bake", "", "who drives"], "asked"),
        side_of_strings(["how to weld", "how to bake"], "faq"),
    )
    found = QUESTIONS.propose(task("questions", left, right, head="mine", least=0.5), Silent())
    assert first_answers(found) == {0: 1} and found.scores[0] > 0.99
    assert "of which about half were the same" in str(found.about["scores"])
    assert found.about["without an answer"] == 2  # an empty question has none either
    other = Head(kind=made_head.kind, encoder=made_head.encoder, fingerprint="g", weights=made_head.weights)
    with pytest.raises(ModelError):
        head_probabilities(other, task("questions", left, right), Best(found.left, found.right, found.scores, {}))


def titles(attributes: bool = True) -> Titles:
    rng = np.random.default_rng(0)
    names, meant, skills = [], [], []
    for number in range(240):
        job = JOBS[number % 8]
        names.append(job if number % 24 == 0 else f"{['head', 'young', 'old'][rng.integers(3)]} {job}{number}")
        meant.append(job)
        skills.append(f"skill of {job}" if attributes else "")
    return titles_of(names, meant, skills if attributes else None)


def test_lists_are_measured_with_and_without_attributes_and_copies_stand_apart() -> None:
    side = side_of_strings(["x"], "x")
    report = measure_list(titles(), Task(left=side, right=side, embed=bag))
    by = {(one.way, one.attributes): one for one in report.scores}
    assert set(by) == {("letters", False), ("meaning", False), ("both", False), ("meaning", True), ("both", True)}
    assert by["meaning", True].recalls[0].value > by["meaning", False].recalls[0].value
    assert report.copies > 0 and report.tested == 48
    assert all(one.recalls[0].items == report.tested - report.copies for one in report.scores)
    copies = by["letters", False].copies
    assert copies is not None and copies[0].value == 1 and copies[0].items == report.copies
    assert all(one.recalls[0].value <= one.recalls[1].value <= one.recalls[2].value for one in report.scores)
    assert len(measure_list(titles(attributes=False), Task(left=side, right=side, embed=bag)).scores) == 3


def test_pairs_are_measured_by_first_question(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    rng = np.random.default_rng(0)
    first, second, labels = [], [], []
    for number in range(80):
        words = [f"w{one}" for one in rng.integers(0, 40, 5)]
        same = number % 2 == 0
        first.append(" ".join(words))
        second.append(" ".join(words[:3] if same else [f"w{one}" for one in rng.integers(0, 40, 4)]))
        labels.append("1" if same else "0")
    pairs = pairs_of(first, second, labels)
    settings = PairSettings(steps=6, every=3, hidden=4)
    found = {one.way: one for one in measure_pairs(pairs, Vectors(pairs, bag), settings)}
    assert set(found) == set(evaluate.LABELS) - {"both"}
    assert found["jaccard"].auc > 0.9 and found["jaccard"].right.value > 0.8
    for one in found.values():
        assert set(one.errors) == {"platt", "isotonic"}
        assert 0 <= one.errors["platt"].low <= one.errors["platt"].high <= 1


def test_of_several_known_answers_in_a_cell_it_is_said_that_one_is_taken() -> None:
    table = pa.table({"job": ["pilot"], "k": ["0|1"]})
    left = Side(name="odd", ids=("a",), table=table, text="job")
    right = side_of_strings(["pilot", "baker"], "jobs", ["0", "1"])
    with pytest.raises(InputError, match="got '0|1' .1 such rows.. One answer a row is taken, not several."):
        TITLES.propose(task("titles", left, right, known="k"), Silent())
