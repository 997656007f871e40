"""Scenes that differ from another in chosen attributes and are otherwise like it. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from numpy.random import Generator

from explorer.scenes.heldout import is_held_out
from explorer.scenes.relations import RELATIONS
from explorer.scenes.sample import MAX_SEED, Split, is_valid
from explorer.scenes.values import BACKGROUND_NAMES, COLOUR_NAMES, COUNTS, FILL_NAMES, SHAPE_NAMES, Scene

Value = str | int
VALUES: dict[str, tuple[Value, ...]] = {
    "shape": SHAPE_NAMES,
    "colour": COLOUR_NAMES,
    "fill": FILL_NAMES,
    "background": BACKGROUND_NAMES,
    "count": COUNTS,
    "relation": tuple(RELATIONS),
    "second_shape": SHAPE_NAMES,
    "second_colour": COLOUR_NAMES,
}
"""What makes two scenes alike; size, direction, placement and nuance are free."""

_TRIES = 400


def alike(scene: Scene, other: Scene, but: Collection[str] = ()) -> bool:
    """Whether two scenes agree in all of VALUES, those in `but` aside."""
    return all(getattr(scene, name) == getattr(other, name) for name in VALUES if name not in but)


def changeable(scene: Scene) -> list[str]:
    """The attributes of a scene that can be changed: the second thing's only where there is one."""
    return [name for name in VALUES if scene.second_shape or not name.startswith("second")]


def changed(
    scene: Scene, rng: Generator, names: Collection[str], fixed: dict[str, Any] | None = None, split: Split = "any"
) -> Scene | None:
    """A scene like `scene`, but with another value of each attribute in `names` and the values in `fixed`.

    What is free is drawn anew; a relation that needs a second thing brings one along. None when no scene fits.
    """
    for _ in range(_TRIES):
        drawn = {name: _other(VALUES[name], getattr(scene, name), rng) for name in names}
        made = _dressed(replace(scene, **{**drawn, **(fixed or {})}), rng)
        if made is None or not is_valid(made) or (split != "any" and is_held_out(made) != (split == "held_out")):
            continue
        kept = set(VALUES) - set(names) - set(fixed or {})
        if "relation" in names or "relation" in (fixed or {}):
            kept -= {"second_shape", "second_colour"} if bool(made.second_shape) != bool(scene.second_shape) else set()
        if all(getattr(made, name) == getattr(scene, name) for name in kept):
            return made
    return None


def some_of(scene: Scene, rng: Generator, without: Collection[str] = ()) -> list[str]:
    """A random half of the attributes that can be changed, two at least; none of `without`."""
    names = [name for name in changeable(scene) if name not in without]
    count = max(2, int(rng.binomial(len(names), 0.5)))
    return [names[i] for i in rng.choice(len(names), min(count, len(names)), replace=False)]


def _other(values: Sequence[Value], value: Value, rng: Generator) -> Value:
    rest = [one for one in values if one != value]
    return rest[int(rng.integers(len(rest)))]


def _dressed(scene: Scene, rng: Generator) -> Scene | None:
    """The scene with free things drawn anew, and a second thing exactly where its relation has one."""
    rule = RELATIONS[scene.relation]
    if scene.count not in rule.room:
        return None
    shape, colour = scene.second_shape, scene.second_colour
    if not rule.second_shapes:
        shape, colour = "", ""
    elif not shape:
        shape, colour = str(_other(rule.second_shapes, scene.shape, rng)), str(_other(COLOUR_NAMES, scene.colour, rng))
    sizes = rule.sizes(scene.count)
    nuance = (float(rng.random()), float(rng.random()), float(rng.random()), float(rng.random()))
    return replace(
        scene,
        second_shape=shape,
        second_colour=colour,
        size=sizes[int(rng.integers(len(sizes)))],
        direction=rule.directions[int(rng.integers(len(rule.directions)))],
        seed=int(rng.integers(MAX_SEED)),
        nuance=nuance,
    )
