"""Titles: copies are told apart, duplicates are no wrong answers, ties share their places."""

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.tune.losses.mnr import mnr
from explorer.features.tune.titles.loss import masked_mnr
from explorer.features.tune.titles.material import Titles, split_titles, titles_of
from explorer.features.tune.titles.ranking import best_of_entries, recalls
from explorer.features.tune.titles.texts import TitleTexts, partners_of

ENTRIES = ("nurse", "baker", "pilot", "teacher")


def some(count: int = 80, attributes: list[str] | None = None) -> Titles:
    titles = [f"{ENTRIES[i % 4]} {i // 8}" for i in range(count)]  # each twice
    return titles_of(titles, [ENTRIES[i % 4] for i in range(count)], attributes)


def test_rows_without_title_or_entry_are_left_out_and_too_few_are_refused() -> None:
    found = titles_of(["a ", "", "b"] * 40, ["x", "y", ""] * 20 + ["x", "y", "z", "w", "v", "u"] * 10)
    assert found.titles[0] == "a"
    assert all(found.titles)
    assert len(found.titles) == len(found.codes)
    with pytest.raises(InputError, match="expected at least 40 titles of 4 entries, got 2 of 2"):
        titles_of(["a", "b"], ["x", "y"])
    with pytest.raises(InputError, match="every title means another entry"):
        titles_of([f"t{i}" for i in range(50)], [f"e{i}" for i in range(50)])


def test_names_that_are_addresses_are_no_texts() -> None:
    titles = [f"t{i}" for i in range(60)]
    assert not titles_of(titles, [f"http://esco/{i % 4}" for i in range(60)]).named
    assert some().named


def test_parts_share_no_title_and_copies_are_known() -> None:
    found = some()
    split = split_titles(found, seed=3)
    parts = [set(part.tolist()) for part in (split.train, split.watch, split.test)]
    assert sum(map(len, parts)) == len(set.union(*parts)) == 80
    known = {found.titles[i].lower() for i in split.train} | set(ENTRIES)
    assert split.copies.tolist() == [found.titles[i] in known for i in split.test]
    assert split.copies.any()


def test_entries_of_one_title_each_leave_nothing_to_measure_on() -> None:
    found = titles_of([f"t{i}" for i in range(42)], [f"http://esco/{min(i, 39)}" for i in range(42)])
    with pytest.raises(InputError, match="42 titles of 40 entries whose names are no texts"):
        split_titles(found)


def test_a_title_written_as_an_entry_is_a_copy() -> None:
    found = titles_of(
        ["Nurse "] + [f"{ENTRIES[i % 4]} {i}" for i in range(60)], ["nurse", *(ENTRIES[i % 4] for i in range(60))]
    )
    for seed in range(20):
        split = split_titles(found, seed=seed)
        if 0 in split.test:
            assert split.copies[split.test.tolist().index(0)]
            return
    raise AssertionError("the title was never tested")


def test_partners_are_others_of_the_same_entry() -> None:
    found = some(attributes=["skill"] * 80)
    split = split_titles(found)
    texts = TitleTexts(found)
    assert len(texts.texts) == 80 + 80 + 4
    assert texts.texts[80] == "nurse 0: skill"
    asked, right = partners_of(texts, split).draw(30, np.random.default_rng(0))
    assert (texts.codes[asked] == texts.codes[right]).all()
    assert (asked % 80 != right).all()
    assert not np.isin(right, np.concatenate([split.test, split.watch])).any()
    assert 5 < (asked >= 80).sum() < 25


def test_what_is_the_same_is_no_wrong_answer() -> None:
    import torch

    rng = np.random.default_rng(0)
    a, b = (torch.nn.functional.normalize(torch.tensor(rng.normal(size=(4, 8))), dim=1) for _ in range(2))
    nothing = torch.eye(4, dtype=torch.bool)
    assert float(masked_mnr(a, b, nothing)) == pytest.approx(float(mnr(a, b)), abs=1e-9)
    assert float(masked_mnr(a, b, ~nothing | nothing)) == pytest.approx(0, abs=1e-9)
    same = nothing.clone()
    same[0, 1] = True
    logits = (20 * a @ b.T).numpy()
    logits[0, 1] = -np.inf
    expected = np.mean([np.log(np.exp(row).sum()) - row[i] for i, row in enumerate(logits)])
    assert float(masked_mnr(a, b, same)) == pytest.approx(expected, abs=1e-9)


def test_an_entry_is_as_near_as_its_nearest_text_and_ties_share_places() -> None:
    similar = np.array([[0.1, 0.9, 0.5, 0.9]], dtype=np.float32)
    scores = best_of_entries(similar, np.array([0, 0, 2, 1]), 4)
    np.testing.assert_array_equal(scores, np.array([[0.9, 0.9, 0.5, -np.inf]], dtype=np.float32))
    found = recalls(np.repeat(scores, 4, axis=0), np.arange(4), (1, 2, 3))
    np.testing.assert_array_equal(found[1], [0.5, 0.5, 0, 0])
    np.testing.assert_array_equal(found[2], [1, 1, 0, 0])
    np.testing.assert_array_equal(found[3], [1, 1, 1, 0])  # an entry without texts is never found
