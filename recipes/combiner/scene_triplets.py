"""Exact triplets from drawn scenes: small families in which the effect of each change is known. Pure.

Only combinations that are free for training are used. A family is a scene b, v1 and v2 that each differ from b in one
attribute, and w that has the changed attribute of v1 and little else of it.
"""

from collections.abc import Hashable, Iterator, Sequence

import numpy as np
from numpy.random import Generator

from explorer.base.arrays import Rows
from explorer.features.conditional.scene_changes import VALUES, changeable, changed, some_of
from explorer.features.conditional.triplets import Triplets
from explorer.scenes.captions import Prompts, attribute_prompts
from explorer.scenes.sample import sample
from explorer.scenes.values import Scene

FAMILY, SHARED = 4, 3
"""Scenes of a family; how many attributes of each scene are asked for among all families."""
ASPECT_WORDS: dict[str, tuple[str, ...]] = {
    "colour": ("colour", "color", "colours"),
    "fill": ("pattern", "texture", "fill"),
    "background": ("background", "place", "ground"),
    "count": ("number", "count", "number of things"),
    "relation": ("arrangement", "layout", "relation"),
    "shape": ("shape", "object", "kind of thing"),
}
SAME = ("{}", "{}", "the same {}", "same {}", "with the same {}")
BUT = ("{}", "{}", "but {}", "like it, but {}")
_OBJECTS = ("shape", "second_shape")
_COLUMNS = (*VALUES, "thing", "second_thing")


def families(count: int, rng: Generator) -> list[list[Scene]]:
    """`count` families of four scenes of combinations that are free for training."""
    found: list[list[Scene]] = []
    while len(found) < count:
        made = _family(sample(rng, split="train"), rng)
        if made is not None:
            found.append(made)
    return found


def _family(base: Scene, rng: Generator) -> list[Scene] | None:
    first, second = (changeable(base)[i] for i in rng.choice(len(changeable(base)), 2, replace=False))
    one = changed(base, rng, [first], split="train")
    other = changed(base, rng, [second], split="train")
    if one is None or other is None:
        return None
    kept = (first, first.replace("shape", "colour")) if first in _OBJECTS else (first,)
    for _ in range(5):
        relative = changed(one, rng, some_of(one, rng, without=kept), split="train")
        if relative is not None and all(getattr(relative, name) == getattr(one, name) for name in kept):
            return [base, one, other, relative]
    return None


def scene_triplets(made: list[list[Scene]], rng: Generator) -> Triplets:
    """The triplets of the families; the items are their scenes, one family after the other."""
    texts: dict[str, int] = {}
    rows: list[tuple[int, int, int, int, int, int]] = []
    prompts = attribute_prompts()
    for number, family in enumerate(made):
        for reference, target, words, column in _questions(family, prompts, rng):
            start = FAMILY * number
            others = [start + i for i in range(FAMILY) if i not in (reference, target)]
            text = texts.setdefault(words, len(texts))
            rows.append((start + reference, text, start + target, *others, column))  # type: ignore[arg-type]
    values = codes(made)
    for reference, target, words, column in _shared(made, values, rng):
        start = reference - reference % FAMILY
        others = [start + i for i in range(FAMILY) if start + i != reference][:2]
        rows.append((reference, texts.setdefault(words, len(texts)), target, *others, column))  # type: ignore[arg-type]
    table = np.array(rows, dtype=np.int64).reshape(len(rows), 6)
    return Triplets(
        reference=table[:, 0],
        condition=table[:, 1],
        target=table[:, 2],
        distractors=table[:, 3:5],
        column=table[:, 5],
        conditions=list(texts),
        values=values,
    )


def _shared(made: list[list[Scene]], values: Rows, rng: Generator) -> Iterator[tuple[int, int, str, int]]:
    """(reference, target, condition, column): for every scene `SHARED` others of any family that share an attribute."""
    scenes = [scene for family in made for scene in family]
    prompts = attribute_prompts()["shape"]
    groups = [_groups(values[:, column]) for column in range(values.shape[1])]
    aspects = [*ASPECT_WORDS, "thing", "second_thing"]
    for row, scene in enumerate(scenes):
        for number in rng.choice(len(aspects), SHARED, replace=False):
            name = aspects[int(number)]
            thing = scene.shape if name == "thing" else scene.second_shape
            if name not in ASPECT_WORDS and not thing:
                continue
            column = _COLUMNS.index(name)
            group = groups[column][int(values[row, column])]
            target = int(group[rng.integers(len(group))])
            if target // FAMILY != row // FAMILY:
                words = ASPECT_WORDS[name] if name in ASPECT_WORDS else prompts[thing]
                yield row, target, _say(SAME, words, rng), column


def _groups(column: Rows) -> list[Rows]:
    order = np.argsort(column, kind="stable")
    return np.split(order, np.cumsum(np.bincount(column))[:-1])


def _questions(family: list[Scene], prompts: Prompts, rng: Generator) -> list[tuple[int, int, str, int]]:
    """(reference, target, condition, column) within a family: four changes, and what v1 and w have in common."""
    base, one, other, relative = family
    found = []
    for place, scene in ((1, one), (2, other)):
        name = next(name for name in VALUES if getattr(scene, name) != getattr(base, name))
        for start, end in ((0, place), (place, 0)):
            value = getattr(family[end], name)
            if value in prompts[name]:
                found.append((start, end, _say(BUT, prompts[name][value], rng), -1))
    name = next(name for name in VALUES if getattr(one, name) != getattr(base, name))
    for start, end in ((1, 3), (3, 1)):
        if name in _OBJECTS:
            column = _COLUMNS.index("thing" if name == "shape" else "second_thing")
            found.append((start, end, _say(SAME, prompts["shape"][getattr(one, name)], rng), column))
        if name in ASPECT_WORDS:
            found.append((start, end, _say(SAME, ASPECT_WORDS[name], rng), _COLUMNS.index(name)))
    return found


def _say(forms: tuple[str, ...], words: Sequence[str], rng: Generator) -> str:
    # The first wording half of the time: it is the one that people use.
    chosen = words[0] if rng.random() < 0.5 else words[int(rng.integers(len(words)))]
    return forms[int(rng.integers(len(forms)))].format(chosen)


def codes(made: list[list[Scene]]) -> Rows:
    """(n, c) codes of the scenes' attributes, and of what thing in what colour each shows first and second."""
    scenes = [scene for family in made for scene in family]
    columns = [[getattr(scene, name) for scene in scenes] for name in VALUES]
    columns.append([(scene.shape, scene.colour) for scene in scenes])
    columns.append([(scene.second_shape, scene.second_colour) for scene in scenes])
    return np.stack([_numbered(column) for column in columns], axis=1)


def _numbered(values: list[Hashable]) -> Rows:
    known: dict[Hashable, int] = {}
    return np.array([known.setdefault(value, len(known)) for value in values], dtype=np.int64)
