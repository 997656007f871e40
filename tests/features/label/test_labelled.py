"""What people say together: the majority counts, ties and items that are gone do not."""

from dataclasses import replace

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.label.labelled import Labelled, check_enough, few_words, labelled, lonely, majority
from explorer.workspace.label_store import Given
from tests.features.label.conftest import items_of

DATA = items_of(["a", "b", "c", "d"])


def said(**labels: str) -> list[Given]:
    """One letter a person and item: said(a="cat dog") is two people on item a."""
    return [
        Given(item, f"person {number}", "" if label == "-" else label)
        for item, words in labels.items()
        for number, label in enumerate(words.split())
    ]


def of(**labels: str) -> Labelled:
    return labelled(["cat", "dog", "bird"], said(**labels), DATA)


@pytest.mark.parametrize(
    ("labels", "counts"),
    [([], ""), (["cat"], "cat"), (["cat", "dog"], ""), (["cat", "dog", "dog"], "dog"), (["a", "b", "c"], "")],
)
def test_the_majority_counts_and_a_tie_is_none(labels: list[str], counts: str) -> None:
    assert majority(labels) == counts


def test_rows_codes_and_what_does_not_count() -> None:
    found = of(d="cat", a="dog dog cat", b="cat dog", c="- -", gone="cat")
    assert found.rows.tolist() == [0, 3] and found.codes.tolist() == [1, 0]
    assert found.counts.tolist() == [1, 1, 0]
    assert (found.disputed, found.ties, found.gone) == (2, 1, 1)
    assert found.labellers == {"person 0": 4, "person 1": 2, "person 2": 1}


def test_a_skip_is_no_vote() -> None:
    assert of(a="cat -").codes.tolist() == [0] and of(a="cat -").disputed == 0


def test_what_is_too_little_is_said() -> None:
    with pytest.raises(InputError, match="No item has a label yet"):
        check_enough(of())
    with pytest.raises(InputError, match="No item has a label yet.* 1 labelled items are not in the data now"):
        check_enough(of(gone="cat"))
    with pytest.raises(InputError, match="All labels are 'cat'. Label items of at least one other kind"):
        check_enough(of(a="cat", b="cat"))
    check_enough(of(a="cat", b="dog"))
    assert lonely(of(a="cat", b="dog", c="dog")) == ["cat"]
    assert few_words(of(a="cat", b="dog", c="dog")).startswith("Labels with fewer than 5 items: 2 of 2.")
    many = replace(of(a="cat"), rows=np.arange(5), codes=np.zeros(5, int))
    assert few_words(many) == ""
