"""One to one with a way out: the best total, against a dense program of scipy; what stays alone."""

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from explorer.base.arrays import Doubles
from explorer.base.errors import InputError
from explorer.features.match.hungarian import assign_with_reject, reject_of, top_scores, usual_reject, usual_repeat
from explorer.features.match.method import Candidates, candidates


def all_pairs(scores: Doubles) -> Candidates:
    left, right = np.indices(scores.shape).reshape(2, -1)
    return candidates(left, right, scores.ravel(), routes=("string",))


def links(scores: Doubles, **how: float) -> dict[int, int]:
    pairs = all_pairs(np.asarray(scores))
    places = assign_with_reject(pairs, np.asarray(scores).shape, **how)  # type: ignore[arg-type]
    return dict(zip(pairs.left[places].tolist(), pairs.right[places].tolist(), strict=True))


@pytest.mark.parametrize(("rows", "columns"), [(6, 9), (9, 6), (12, 12), (1, 5), (5, 1)])
@pytest.mark.parametrize(("copies", "repeat", "reject"), [(1, 0.0, -1.0), (1, 0.0, 0.6), (3, 0.1, 0.3), (2, 0.0, 0.5)])
def test_the_total_is_that_of_a_dense_program(
    rows: int, columns: int, copies: int, repeat: float, reject: float
) -> None:
    scores = np.random.default_rng(rows * columns).random((rows, columns)).astype(np.float32).astype(np.float64)
    pairs = all_pairs(scores)
    places = assign_with_reject(pairs, scores.shape, reject=reject, copies=copies, repeat=repeat)
    uses = np.bincount(pairs.right[places], minlength=columns)
    least = float(np.float32(reject))
    total = (pairs.scores[places] - least).sum() - repeat * (uses * (uses - 1) / 2).sum()
    wide = np.hstack([*(scores - least - place * repeat for place in range(copies)), np.zeros((rows, rows))])
    mine, theirs = linear_sum_assignment(-wide)
    assert total == pytest.approx(wide[mine, theirs].sum(), abs=1e-4)
    assert uses.max(initial=0) <= copies
    assert len(np.unique(pairs.left[places])) == len(places)


def test_a_thing_whose_title_is_missing_stays_alone_and_takes_no_one_elses() -> None:
    scores = np.array([[0.9, 0.1], [0.2, 0.15]])
    assert links(scores, reject=-1.0) == {0: 0, 1: 1}  # forced: the false match that a plain assignment makes
    assert links(scores, reject=0.5) == {0: 0}


def test_two_copies_of_a_title_both_find_it_where_copies_are_allowed() -> None:
    scores = np.array([[0.9, 0.1], [0.8, 0.2]])
    assert links(scores, reject=0.0) == {0: 0, 1: 1}
    assert links(scores, reject=0.0, copies=2, repeat=0.3) == {0: 0, 1: 0}
    assert links(scores, reject=0.0, copies=2, repeat=0.7) == {0: 0, 1: 1}


def test_one_drawn_to_a_wrong_title_by_a_little_gives_way() -> None:
    scores = np.array([[0.9, 0.2], [0.62, 0.6]])
    assert links(scores, reject=0.3) == {0: 0, 1: 1}


def test_equal_scores_zeros_and_none_at_all() -> None:
    assert len(links(np.zeros((3, 3)), reject=0.0)) == 3
    assert links(np.full((2, 2), 0.5), reject=0.6) == {}
    none = all_pairs(np.zeros((0, 4)))
    assert not len(assign_with_reject(none, (2, 4)))


def test_what_makes_no_sense_is_told() -> None:
    pairs = all_pairs(np.ones((2, 2)))
    for wrong in ({"copies": 0}, {"copies": 101}, {"repeat": -1.0}, {"reject": np.nan}):
        with pytest.raises(InputError, match="One to one: expected"):
            assign_with_reject(pairs, (2, 2), **wrong)


def test_best_scores_of_each_in_order_with_gaps() -> None:
    pairs = candidates(np.array([3, 3, 1, 3]), np.array([0, 1, 2, 5]), np.array([0.2, 0.9, 0.5, 0.4]), routes=("x",))
    top = top_scores(pairs)
    assert top[0, 0] == pytest.approx(0.5)
    assert np.isnan(top[0, 1:]).all()
    assert top[1] == pytest.approx([0.9, 0.4, 0.2])


@pytest.mark.parametrize("alone", [0.0, 0.2, 0.5])
def test_the_usual_score_keeps_what_has_a_partner_and_drops_most_of_the_others(alone: float) -> None:
    rng = np.random.default_rng(0)
    chance = np.sort(rng.normal(0.3, 0.05, (400, 3)), axis=1)[:, ::-1]
    top = chance.copy()
    has = np.arange(400) >= alone * 400
    top[has, 1:] = chance[has, :2]
    top[has, 0] = rng.normal(0.8, 0.07, has.sum())
    kept = top[:, 0] >= usual_reject(top)
    assert kept[has].mean() > 0.97
    assert not alone or kept[~has].mean() < 0.2
    assert usual_repeat(top) > 0


def test_too_little_to_tell_takes_all() -> None:
    assert usual_reject(np.array([[0.4, 0.2, 0.1], [0.6, np.nan, np.nan]])) == 0.4
    assert usual_reject(np.empty((0, 3))) == 0
    assert usual_repeat(np.array([[0.4, np.nan, np.nan]])) == 0


def test_copies_on_the_right_are_no_chance() -> None:
    """Each of 40 things has its like three times on the right, and the score of these wavers in its last decimals."""
    rng = np.random.default_rng(0)
    scores = np.sort(rng.normal(0.2, 0.03, (40, 40)).clip(0, 0.4), axis=1)
    like = np.where(rng.random(40) < 0.5, 1.0, 0.8).astype(np.float32)
    whole = np.concatenate([np.repeat(like[:, None], 3, axis=1) + rng.normal(0, 1e-7, (40, 3)), scores], axis=1)
    pairs = all_pairs(whole)
    assert 0.3 < reject_of(pairs) <= 0.801
    assert usual_reject(top_scores(pairs)) > 0.99
    few = all_pairs(np.concatenate([np.eye(40) * like[:, None], np.eye(40) * like[:, None]], axis=1))
    assert len(assign_with_reject(few, (40, 80))) == 40
