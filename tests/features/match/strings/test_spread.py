import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from explorer.features.match.strings.spread import row_pairs, rows_of_pairs

PLACES = st.lists(st.integers(-1, 3), min_size=1, max_size=7).map(lambda one: [*one, 0, 1, 2, 3])


@settings(max_examples=40, deadline=None)
@given(PLACES, PLACES, st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=8))
def test_pairs_of_names_become_all_pairs_of_their_rows(
    left: list[int], right: list[int], pairs: set[tuple[int, int]]
) -> None:
    first, second = np.array(sorted(pairs), np.int64).reshape(-1, 2).T
    places = np.array(left), np.array(right)
    rows, others, which = rows_of_pairs(first, second, places)
    expected = [(a, b) for a, x in enumerate(left) for b, y in enumerate(right) if (x, y) in pairs]
    assert sorted(zip(rows.tolist(), others.tolist(), strict=True)) == expected
    assert (places[0][rows] == first[which]).all() and (places[1][others] == second[which]).all()
    assert row_pairs(first, second, places) == len(expected)


@settings(max_examples=40, deadline=None)
@given(PLACES, st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3)).map(sorted).map(tuple), max_size=8))
def test_within_one_list_a_pair_of_rows_stands_once(places: list[int], pairs: set[tuple[int, int]]) -> None:
    first, second = np.array(sorted(pairs), np.int64).reshape(-1, 2).T
    both = np.array(places), np.array(places)
    rows, others, _ = rows_of_pairs(first, second, both, same=True)
    count = len(places)
    expected = [
        (a, b)
        for a in range(count)
        for b in range(a + 1, count)
        if places[a] >= 0 <= places[b] and tuple(sorted((places[a], places[b]))) in pairs
    ]
    assert sorted(zip(rows.tolist(), others.tolist(), strict=True)) == expected


def test_the_best_names_fill_up_what_is_kept_of_a_row() -> None:
    places = np.array([0, 0]), np.array([0, 0, 0, 1, 1, 2])
    first, second = np.array([0, 0, 0]), np.array([1, 0, 2])  # the best of a name first
    rows, others, which = rows_of_pairs(first, second, places, keep=4)
    assert np.bincount(rows).tolist() == [4, 4]
    assert others[rows == 0].tolist() == [3, 4, 0, 1] and which[rows == 0].tolist() == [0, 0, 1, 1]
