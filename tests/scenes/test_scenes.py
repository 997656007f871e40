"""The world of scenes: determinism, truth of its answers, validity, and the held-out split."""

import hashlib
from collections import Counter
from dataclasses import replace
from math import hypot

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import default_rng

from explorer.scenes import (
    HELD_OUT_RELATION_SHAPE,
    HELD_OUT_SHAPE_COLOUR,
    RELATIONS,
    Scene,
    anonymous_caption,
    attribute_prompts,
    attributes,
    caption,
    demo_scenes,
    from_genotype,
    genotype,
    is_held_out,
    is_valid,
    mutate,
    parse,
    place,
    render,
    repair,
    sample,
)
from explorer.scenes.backgrounds import BACKGROUNDS, INK
from explorer.scenes.fills import FILLS
from explorer.scenes.palette import BASE
from explorer.scenes.shapes import SHAPES, contours
from explorer.scenes.values import (
    BACKGROUND_NAMES,
    COLOUR_NAMES,
    COUNTS,
    DIRECTIONS,
    FILL_NAMES,
    SHAPE_NAMES,
    SIZE_NAMES,
)

SCENES = demo_scenes(2000)
VOCABULARY: dict[str, tuple[str | int, ...]] = {
    "shape": SHAPE_NAMES,
    "colour": COLOUR_NAMES,
    "fill": FILL_NAMES,
    "size": SIZE_NAMES,
    "count": COUNTS,
    "background": BACKGROUND_NAMES,
    "relation": tuple(RELATIONS),
    "direction": DIRECTIONS,
    "second_shape": SHAPE_NAMES,
    "second_colour": COLOUR_NAMES,
}
FIXED = {
    Scene(
        shape="star",
        colour="red",
        fill="striped",
        size="small",
        count=3,
        background="sand",
        relation="growing",
        direction="right",
        seed=7,
    ): "8edfcca0e654aaae",
    Scene(
        shape="fish",
        colour="yellow",
        fill="solid",
        size="medium",
        count=4,
        background="night sky",
        relation="inside",
        direction="",
        second_shape="circle",
        second_colour="teal",
        seed=1,
    ): "a292459710ffdffc",
    Scene(
        shape="ring",
        colour="white",
        fill="dotted",
        size="large",
        count=2,
        background="brick wall",
        relation="path",
        direction="up",
        second_shape="tree",
        second_colour="green",
        seed=12,
    ): "952dbafa7125f566",
}


def _hash(scene: Scene) -> str:
    return hashlib.sha256(render(scene, 96).tobytes()).hexdigest()[:16]


def test_the_same_scene_always_gives_the_same_pixels() -> None:
    assert {_hash(scene) for scene in FIXED} == set(FIXED.values())
    assert all(is_valid(scene) for scene in FIXED)


def test_registries_cover_the_vocabularies() -> None:
    assert set(SHAPES) == set(SHAPE_NAMES)
    assert set(FILLS) == set(FILL_NAMES)
    assert set(BASE) == set(COLOUR_NAMES)
    assert set(BACKGROUNDS) == set(INK) == set(BACKGROUND_NAMES)


def test_sampling_is_deterministic_valid_and_covers_every_value() -> None:
    assert demo_scenes(50, 4) == demo_scenes(50, 4) != demo_scenes(50, 5)
    assert all(is_valid(scene) for scene in SCENES)
    for name, values in VOCABULARY.items():
        tally = Counter(attributes(scene)[name] for scene in SCENES)
        assert min(tally[value] for value in values) >= 15, name
    counts = Counter(scene.count for scene in SCENES)
    assert min(counts.values()) > 0.05 * len(SCENES)


def test_allowed_limits_the_sampled_values() -> None:
    rng = default_rng(0)
    scenes = [sample(rng, {"count": [2, 9], "colour": ["red"]}) for _ in range(50)]
    assert {scene.count for scene in scenes} == {2, 9}
    assert {scene.colour for scene in scenes} == {"red"}
    with pytest.raises(ValueError, match="no scene"):
        sample(rng, {"relation": ["single"], "count": [5]})


def test_splits_keep_to_the_held_out_combinations() -> None:
    rng = default_rng(1)
    for _ in range(1500):
        scene = sample(rng, split="train")
        assert (scene.shape, scene.colour) not in HELD_OUT_SHAPE_COLOUR
        assert (scene.second_shape, scene.second_colour) not in HELD_OUT_SHAPE_COLOUR
        assert (scene.relation, scene.shape) not in HELD_OUT_RELATION_SHAPE
    assert all(is_held_out(sample(rng, split="held_out")) for _ in range(300))


def test_about_a_ninth_of_the_pairs_is_held_out_and_every_value_stays_common() -> None:
    assert 0.1 <= len(HELD_OUT_SHAPE_COLOUR) / (len(SHAPE_NAMES) * len(COLOUR_NAMES)) <= 0.12
    assert 0.1 <= len(HELD_OUT_RELATION_SHAPE) / (len(RELATIONS) * len(SHAPE_NAMES)) <= 0.12
    for pairs in (HELD_OUT_SHAPE_COLOUR, HELD_OUT_RELATION_SHAPE):
        for side in (0, 1):
            assert max(Counter(pair[side] for pair in pairs).values()) <= 3


def test_captions_are_true() -> None:
    for scene in SCENES:
        reading, text = parse(caption(scene)), caption(scene)
        truth = {name: value for name, value in attributes(scene).items() if value != ""}
        assert {**truth, **reading} == truth, text
        assert truth.keys() - reading.keys() <= {"size"}, text


def test_anonymous_captions_tell_the_relation_only() -> None:
    for scene in SCENES[:500]:
        text = anonymous_caption(scene)
        assert "{things}" in text
        assert ("{second}" in text) == bool(scene.second_shape)
        assert parse(text)["relation"] == scene.relation
        assert not {"shape", "colour", "fill", "size", "background"} & parse(text).keys()


def test_the_count_is_the_number_of_separate_things_within_the_picture() -> None:
    for scene in SCENES:
        things = place(scene).things
        assert sum(not thing.second for thing in things) == scene.count
        assert any(thing.second for thing in things) == bool(scene.second_shape)
        for i, one in enumerate(things):
            assert max(abs(one.x), abs(one.y)) + one.radius <= 0.5
            for other in things[:i]:
                if one.layer == other.layer:
                    assert hypot(one.x - other.x, one.y - other.y) >= 0.92 * (one.radius + other.radius), scene


def test_hidden_things_stay_visible_by_half() -> None:
    rng = default_rng(2)
    for _ in range(100):
        scene = sample(rng, {"relation": ["hidden"]})
        *peeking, cover = place(scene).things
        assert all(hypot(t.x - cover.x, t.y - cover.y) >= cover.radius * 0.95 for t in peeking)


@pytest.mark.parametrize("relation", RELATIONS)
def test_every_relation_renders_at_odd_sizes(relation: str) -> None:
    scene = sample(default_rng(3), {"relation": [relation]})
    assert render(scene, 61).size == (61, 61)
    plain = replace(scene, direction="", second_shape="", second_colour="", seed=5, nuance=(0.5, 0.5, 0.5, 0.5))
    assert all(is_valid(repair(replace(plain, count=count))) for count in RELATIONS[relation].counts)


@pytest.mark.parametrize("shape", SHAPE_NAMES)
def test_every_shape_renders_in_every_fill(shape: str) -> None:
    pictures = {
        render(
            Scene(shape=shape, colour="blue", fill=fill, size="large", count=1, background="sand", relation="single"),
            33,
        ).tobytes()
        for fill in FILL_NAMES
    }
    assert len(pictures) == len(FILL_NAMES)
    assert all(hypot(x, y) <= 1.36 and max(abs(x), abs(y)) <= 1.07 for line in contours(shape) for x, y in line)


def test_too_small_pictures_and_unknown_words_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 8"):
        render(SCENES[0], 7)
    with pytest.raises(KeyError):
        render(
            Scene(shape="blob", colour="red", fill="solid", size="small", count=1, background="sand", relation="single")
        )


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_mutation_keeps_validity_and_genotypes_round_trip(seed: int) -> None:
    rng = default_rng(seed)
    scene = sample(rng)
    for _ in range(8):
        child = mutate(scene, rng)
        assert is_valid(child) and child != scene
        assert from_genotype(genotype(child)) == child
        scene = child


def test_prompts_cover_every_value_and_never_share_a_phrase() -> None:
    prompts = attribute_prompts()
    assert prompts.keys() == VOCABULARY.keys()
    for name, values in VOCABULARY.items():
        assert set(prompts[name]) == set(values)
        phrases = [phrase for texts in prompts[name].values() for phrase in set(texts)]
        assert len(phrases) == len(set(phrases)), name
        assert min(len(texts) for texts in prompts[name].values()) >= 2
        assert not any("{" in phrase for phrase in phrases)
