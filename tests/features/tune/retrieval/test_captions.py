"""Pseudo-captions: numbered once, drawn from an item's own, blank ones never."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from explorer.features.tune.retrieval.captions import gather, label_name

texts = st.lists(
    st.lists(st.sampled_from(["a pear", "a  pear", "fruit", " ", "", "green", "-"]), max_size=5), max_size=8
)


@given(texts)
def test_each_item_has_its_own_different_captions(lists: list[list[str]]) -> None:
    found = gather(lists)
    assert len(set(found.texts)) == len(found.texts)
    for mine, numbers in zip(lists, found.of_rows, strict=True):
        wanted = {" ".join(text.split()) for text in mine} - {"", "-"}
        assert {found.texts[number] for number in numbers if number >= 0} == wanted


def test_belongs_and_draw_agree() -> None:
    found = gather([["a", "b", "c"], ["b"], [], ["d", "a"]])
    belongs = found.belongs(np.array([0, 1, 2, 3]))
    assert belongs.sum(axis=1).tolist() == [3, 1, 0, 2]
    assert found.some.tolist() == [True, True, False, True]
    rows = np.array([0, 1, 3] * 50)
    drawn = found.draw(rows, np.random.default_rng(0))
    assert belongs[rows, drawn].all()
    assert set(drawn[rows == 0].tolist()) == {0, 1, 2}


def test_a_number_is_no_name() -> None:
    assert label_name("12") == ""
    assert label_name("red_delicious ") == "red delicious"
