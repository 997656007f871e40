"""Triplets from scenes, captions and columns: what the card asks of them."""

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.conditional.caption_triplets import caption_triplets
from explorer.features.conditional.column_triplets import column_triplets
from explorer.features.conditional.facts import Fact, facts_of
from explorer.features.conditional.scene_changes import VALUES
from explorer.features.conditional.triplets import check_enough, joined
from explorer.features.relational.contract import read_lexicon
from explorer.scenes import is_held_out
from recipes.combiner.scene_triplets import FAMILY, families, scene_triplets

CAPTIONS = [
    "A brown dog on a sofa",
    "A dog on the beach",
    "Two dogs in a car",
    "a dog under a table",
    "A white dog near a tree",
    "a cat on a sofa",
    "A cat in a box",
    "a bird on the beach",
    "a cat in a car",
    "horse",
]


@pytest.mark.parametrize(
    ("caption", "expected"),
    [
        ("A brown dog on a sofa", {Fact("dog", "on", "sofa"), Fact("dog", "", "brown")}),
        ("Two dogs in a car.", {Fact("dog", "in", "car")}),
        ("a dog, a cat and a bird", set()),
        ("the car is red", {Fact("car", "", "red")}),
        ("a dog near another dog", set()),
        ("Dog is sitting next to the table", {Fact("dog", "sitting next to", "table")}),
        ("", set()),
    ],
)
def test_facts(caption: str, expected: set[Fact]) -> None:
    found = {fact for fact in facts_of(caption, read_lexicon()) if fact.object != "two"}
    assert found == expected


def test_caption_triplets_are_as_the_card_says() -> None:
    lexicon = read_lexicon()
    made = caption_triplets(CAPTIONS, lexicon, np.random.default_rng(0))
    assert len(made) >= 10
    for row in range(len(made)):
        start, end, words = made.reference[row], made.target[row], made.conditions[made.condition[row]]
        thing = words.split()[-1]
        one, other = facts_of(CAPTIONS[start], lexicon), facts_of(CAPTIONS[end], lexicon)
        subjects = {f.subject for f in one} & {f.subject for f in other if f"{f.relation} {f.object}".strip() == words}
        assert start != end and subjects == {"dog"}, "only dogs have five captions"
        assert thing not in {fact.object for fact in one}, "the reference says nothing of the condition"
        wrong = made.distractors[row, 0]
        if wrong >= 0:
            assert thing in {f.object for f in facts_of(CAPTIONS[wrong], lexicon) if f.subject != "dog"}


def test_too_few_triplets_say_how_many_are_needed() -> None:
    with pytest.raises(InputError, match="expected at least 50, got 0.*a dog on a sofa"):
        caption_triplets(["one", "two words"], read_lexicon(), np.random.default_rng(0), least=50)
    with pytest.raises(InputError, match="at least 50, got 7"):
        check_enough(7, 50, "")


def test_column_triplets_share_what_the_condition_says() -> None:
    rng = np.random.default_rng(0)
    codes = np.stack([rng.integers(-1, 3, 60), rng.integers(0, 4, 60)], axis=1)
    names = (("red", "green", "blue"), ("a", "b", "c", "d"))
    made = column_triplets(codes, ("colour", "kind"), names, rng)
    focus = made.column >= 0
    assert focus.any() and (~focus).any()
    for row in np.flatnonzero(focus):
        column = made.column[row]
        value = codes[made.reference[row], column]
        assert value >= 0 and codes[made.target[row], column] == value and made.target[row] != made.reference[row]
        assert made.distractors[row, 0] < 0 or codes[made.distractors[row, 0], column] != value
        assert ("colour", "kind")[column] in made.conditions[made.condition[row]]
    for row in np.flatnonzero(~focus):
        start, end = codes[made.reference[row]], codes[made.target[row]]
        assert (start == end).sum() == 1, "one column kept, the other changed"
        value = names[int(np.flatnonzero(start != end)[0])][int(end[start != end][0])]
        assert made.conditions[made.condition[row]].endswith(value)


def test_scene_triplets_never_use_held_out_combinations_and_are_exact() -> None:
    made = families(30, np.random.default_rng(1))
    scenes = [scene for family in made for scene in family]
    assert not any(is_held_out(scene) for scene in scenes)
    triplets = scene_triplets(made, np.random.default_rng(2))
    order = list(VALUES)
    for row in range(len(triplets)):
        start, end = scenes[triplets.reference[row]], scenes[triplets.target[row]]
        column = triplets.column[row]
        if 0 <= column < len(order):
            assert getattr(start, order[column]) == getattr(end, order[column])
        if column < 0:
            differ = [name for name in order if getattr(start, name) != getattr(end, name)]
            assert triplets.reference[row] // FAMILY == triplets.target[row] // FAMILY
            assert len([name for name in differ if not name.startswith("second")]) <= 1
            assert len(differ) == 1 or "relation" in differ
        assert triplets.target[row] not in triplets.distractors[row]


def test_what_answers_as_well_is_known() -> None:
    made = families(12, np.random.default_rng(3))
    triplets = scene_triplets(made, np.random.default_rng(4))
    every = np.arange(len(triplets))
    items = np.arange(len(triplets.values))
    found = triplets.answers(every, items)
    assert found[every, triplets.target].all()
    for row in every[:40]:
        column = triplets.column[row]
        same = triplets.values[:, column] == triplets.values[triplets.reference[row], column]
        expected = (items == triplets.target[row]) | (same if column >= 0 else False)
        assert (found[row] == expected).all()


def test_joined_sets_keep_their_meaning() -> None:
    parts = [scene_triplets(families(5, np.random.default_rng(seed)), np.random.default_rng(seed)) for seed in (5, 6)]
    whole = joined(parts)
    cut, items = len(parts[0]), len(parts[0].values)
    assert len(whole) == cut + len(parts[1])
    row = cut + 3
    assert whole.target[row] == parts[1].target[3] + items
    assert whole.conditions[whole.condition[row]] == parts[1].conditions[parts[1].condition[3]]
    answers = whole.answers(np.array([row]), np.arange(len(whole.values)))[0]
    assert not answers[:items].any() and (answers[items:] == parts[1].answers(np.array([3]), np.arange(20))[0]).all()


def test_a_reference_never_shows_what_is_asked_for() -> None:
    captions = [f"a {mark} dog on a sofa" for mark in ("brown", "white", "black")] + [
        "a dog in a car",
        "a dog on grass",
    ]
    made = caption_triplets(captions, read_lexicon(), np.random.default_rng(0))
    asked = [made.conditions[text] for text in made.condition]
    assert "on sofa" in asked
    assert {int(row) for row, words in zip(made.reference, asked, strict=True) if words == "on sofa"} <= {3, 4}
