"""Pairs of questions: folds by first question, lexical baselines, near wrong answers, calibration."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from explorer.base.errors import InputError
from explorer.features.tune.lexical import pair_cosines, token_jaccard
from explorer.features.tune.questions.material import (
    QuestionPairs,
    anchor_triples,
    check_folds,
    fewer,
    folds,
    pairs_of,
)
from explorer.features.tune.questions.measure import by_anchor
from explorer.features.tune.questions.stage_one import near_wrong, stage_one_lesson, stage_one_pairs
from explorer.heads.platt import calibrated

UNIT = np.eye(4, dtype=np.float32)


def some(**changes: list[str]) -> QuestionPairs:
    columns = {
        "first": [f"question {i // 2}" for i in range(40)],
        "second": [f"other {i}" for i in range(40)],
        "labels": ["1", "0"] * 20,
    }
    return pairs_of(**columns | changes)


def test_all_pairs_of_a_first_question_are_on_one_side() -> None:
    pairs = some(first=[f"Question {i // 2}" if i % 2 else f"question  {i // 2} " for i in range(40)])
    assert int(pairs.anchors.max()) == 19  # written otherwise, the same question
    tested = np.concatenate([test for _, test in folds(pairs.anchors)])
    assert sorted(tested) == list(range(40))
    for train, test in folds(pairs.anchors):
        assert not set(pairs.anchors[train]) & set(pairs.anchors[test])


def test_fewer_pairs_are_whole_first_questions_each_part_in_the_next() -> None:
    pairs = some()
    train = next(folds(pairs.anchors))[0]
    few, more = fewer(train, pairs.anchors, 8, 1), fewer(train, pairs.anchors, 16, 1)
    assert len(few) == 8
    assert set(few) < set(more) < set(train)
    assert len(set(pairs.anchors[few])) == 4


def test_labels_and_counts_are_checked() -> None:
    with pytest.raises(InputError, match="Labels of pairs: expected one of 1, .*got 'maybe'"):
        some(labels=["1", "maybe"] * 20)
    with pytest.raises(
        InputError, match="Expected at least 10 pairs that ask the same and 10 that do not, got 40 and 0"
    ):
        some(labels=["yes"] * 40)
    with pytest.raises(InputError, match="Expected at least 10 different first questions, got 1"):
        some(first=["one"] * 40)
    assert len(some(second=["", *(f"o{i}" for i in range(39))]).similar) == 39  # an empty text is left out


def test_pairs_of_one_kind_that_share_a_first_question_are_refused() -> None:
    pairs = some(first=["one"] * 10 + [f"question {i}" for i in range(30)], labels=["1"] * 10 + ["0"] * 30)
    with pytest.raises(InputError, match="Pairs that ask the same stand with 1 of the 31 first questions"):
        check_folds(pairs, (0,))
    turned = some(first=["one"] * 10 + [f"question {i}" for i in range(30)], labels=["0"] * 10 + ["1"] * 30)
    with pytest.raises(InputError, match="Pairs that do not ask the same stand with 1 of the 31"):
        check_folds(turned, (0,))
    check_folds(some(), (0, 1))


def test_texts_without_a_term_are_like_nothing() -> None:
    np.testing.assert_array_equal(pair_cosines(["1", "?"], ["1", "!"], "words"), [0, 0])


def test_lexical_scores_by_hand() -> None:
    first, second = ["red cat", "Blue dog!", ""], ["red dog", "the blue dog", "a"]
    np.testing.assert_allclose(token_jaccard(first, second), [1 / 3, 2 / 3, 0])
    found = pair_cosines(["red cat", "same words", "x y"], ["red cat", "other letters", "red"], "words")
    np.testing.assert_allclose(found, [1, 0, 0], atol=1e-6)
    assert pair_cosines(["nursing"], ["nurses"], "letters")[0] > 0.2


def test_triples_count_ties_half_and_need_both_kinds() -> None:
    scores = np.array([0.9, 0.1, 0.5, 0.5, 0.3], dtype=np.float32)
    similar = np.array([True, False, True, False, True])
    assert anchor_triples(scores, similar, np.array([0, 0, 1, 1, 2])).tolist() == [1.0, 0.5]


def test_wrong_answers_are_those_of_near_questions() -> None:
    rows = np.stack([UNIT[0], UNIT[0] * 0.99 + UNIT[1] * 0.1, UNIT[2], UNIT[2] * 0.99 + UNIT[3] * 0.1]).astype(
        np.float32
    )
    many = np.concatenate([rows, np.repeat(UNIT[3:], 12, axis=0)])
    anchors = np.arange(len(many))
    wrong = near_wrong(many, anchors, np.random.default_rng(0))
    assert (wrong != anchors).all()
    assert wrong[4] >= 3  # among equal ones, never the far first
    lesson = stage_one_lesson(rows, rows, np.array([0, 0, 1, 1]))
    assert lesson.similar.tolist() == [True] * 4 + [False] * 4
    alone = stage_one_lesson(rows, rows, np.zeros(4, dtype=np.int64))
    assert alone.similar.all()  # no other question, no wrong answer


def test_stage_one_never_sees_a_tested_question() -> None:
    pairs = some(answers=[f"answer {i // 2}" for i in range(40)])
    train, test = next(folds(pairs.anchors))
    told = stage_one_pairs(pairs, train)
    assert set(told.questions) == {pairs.first[i] for i in train}
    assert not set(told.questions) & {pairs.first[i] for i in test}
    assert set(stage_one_pairs(some(), train).answers) == {pairs.second[i] for i in train}  # the stand-in


def test_calibration_fits_chances_and_keeps_the_order() -> None:
    rng = np.random.default_rng(0)
    scores = rng.uniform(-3, 3, 4_000).astype(np.float32)
    similar = rng.random(4_000) < 1 / (1 + np.exp(-(2 * scores - 1)))
    found = calibrated(scores, similar)
    assert found.slope == pytest.approx(2, abs=0.2)
    assert found.offset == pytest.approx(-1, abs=0.2)
    assert roc_auc_score(similar, found.probabilities(scores)) == pytest.approx(
        roc_auc_score(similar, scores), abs=1e-4
    )
    assert np.isfinite(found.probabilities(np.array([1e9, -1e9], dtype=np.float32))).all()


def test_intervals_are_over_first_questions() -> None:
    values = np.repeat([1.0, 0.0], 50).astype(np.float32)
    few, many = by_anchor(values, np.repeat([0, 1], 50)), by_anchor(values, np.arange(100))
    assert few.value == many.value == 0.5
    assert few.high - few.low > 2 * (many.high - many.low)
