"""Whether anything stands out: many results that agree need less than one, and a few very near ones suffice."""

import numpy as np
import pytest

from explorer.search.relevance import DEPTHS, needed, standing_out


def test_what_is_nearer_to_other_words_does_not_stand_out() -> None:
    assert standing_out(np.full(50, 0.7)) == 0
    assert standing_out(np.array([1.4, 0.9, 0.8, *np.full(47, 0.5)])) == 0


def test_a_few_very_near_items_stand_out_alone() -> None:
    assert standing_out(np.array([1.9, 1.8, *np.full(48, 0.4)])) == 2


def test_many_items_that_agree_need_less() -> None:
    assert standing_out(np.full(50, 0.8)) == 50
    assert standing_out(np.array([*np.full(50, 0.85), *np.full(100, 0.5)])) == 50


def test_one_strong_group_ends_where_its_items_end() -> None:
    assert standing_out(np.array([*np.full(20, 1.6), *np.full(30, 1.1)])) == 20
    assert standing_out(np.array([*np.linspace(1.1, 0.9, 20), *np.full(30, 0.6)])) == 20


@pytest.mark.parametrize("few", [0, 1, 2])
def test_small_collections_are_judged_by_what_there_is(few: int) -> None:
    assert standing_out(np.full(few, 2.0)) == few
    assert standing_out(np.full(few, 1.0)) == 0


def test_what_is_needed_falls_with_the_depth_and_then_stays() -> None:
    levels = needed(np.array([*DEPTHS, 500]))
    assert levels[0] == 1.46 and (np.diff(levels[:-1]) < 0).all() and levels[-1] == levels[-2]
    assert standing_out(np.array([np.nan, 2.0])) == 1
