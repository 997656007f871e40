"""The stored mutants still fit the code. That the tests notice them, `make mutants` says."""

from collections import Counter
from pathlib import Path

import pytest

from tools.mutants import INVALID, KILLED, ROOT, SURVIVED, Mutant, chosen, read_mutants, summary

MUTANTS = read_mutants()


def test_there_are_at_least_sixty_different_ones() -> None:
    assert len({(one.file, one.find, one.replace) for one in MUTANTS}) == len(MUTANTS) >= 60


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: f"{Path(one.file).stem}: {one.why}")
def test_each_can_be_planted_and_has_tests(mutant: Mutant) -> None:
    assert mutant.why and mutant.tests
    source = (ROOT / mutant.file).read_text(encoding="utf-8")
    assert mutant.planted(source) is not None, f"{mutant.find!r} stands {source.count(mutant.find)} times in the file"
    for test in mutant.tests:
        file, _, name = test.partition("::")
        assert f"def {name}" in (ROOT / file).read_text(encoding="utf-8"), test


def test_what_does_not_fit_is_not_planted() -> None:
    fault = Mutant("one.py", "1 +", "1 -", "", ())
    assert fault.planted("a = 1 + 2") == "a = 1 - 2"
    assert fault.planted("a = 2") is None and fault.planted("a = 1 + 2\nb = 1 + 2") is None
    assert Mutant("one.py", "1 +", "1 (", "", ()).planted("a = 1 + 2") is None, "no Python"
    assert Mutant("one.py", "1 +", "1 +", "", ()).planted("a = 1 + 2") is None, "no change"


def test_a_part_is_chosen_by_words() -> None:
    some = chosen(MUTANTS, ["explorer/index"])
    assert some and all(one.file.startswith("explorer/index/") for one in some)
    assert chosen(MUTANTS, []) == MUTANTS and chosen(MUTANTS, ["no such file"]) == []


@pytest.mark.parametrize(
    ("killed", "survived", "invalid", "well"), [(90, 10, 0, True), (89, 11, 0, False), (99, 0, 1, False)]
)
def test_nine_of_ten_are_wanted_and_all_must_fit(killed: int, survived: int, invalid: int, well: bool) -> None:
    text, found = summary(Counter({KILLED: killed, SURVIVED: survived, INVALID: invalid}))
    assert found is well
    assert text.startswith(f"{killed} of {killed + survived} mutants killed")
