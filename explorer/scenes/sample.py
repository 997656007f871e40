"""Sampling, repairing and mutating scenes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Literal, TypeVar

from numpy.random import Generator

from explorer.scenes.heldout import is_held_out
from explorer.scenes.relations import RELATIONS
from explorer.scenes.values import (
    BACKGROUND_NAMES,
    CLASHES,
    COLOUR_NAMES,
    COUNTS,
    FILL_NAMES,
    NUANCE_NAMES,
    SHAPE_NAMES,
    SIZE_NAMES,
    Scene,
    attributes,
    far_apart,
)

Split = Literal["train", "held_out", "any"]
Allowed = Mapping[str, Collection[str | int]]
T = TypeVar("T")

MAX_TRIES = 5000
MAX_SEED = 2**31


def _pick(rng: Generator, options: Sequence[T]) -> T:
    return options[int(rng.integers(len(options)))]


def sample(rng: Generator, allowed: Allowed | None = None, split: Split = "any") -> Scene:
    """A random valid scene.

    `allowed` limits attributes to the given values; `split` "train" gives only scenes without a held-out
    combination, "held_out" only scenes with one. Raises ValueError when nothing fits both.
    """
    limits = {name: frozenset(values) for name, values in (allowed or {}).items()}
    for _ in range(MAX_TRIES):
        scene = _draw(rng, limits)
        if scene is not None and (split == "any" or is_held_out(scene) == (split == "held_out")):
            return scene
    raise ValueError(f"no scene of split {split!r} found with {dict(limits)}")


def _draw(rng: Generator, limits: Mapping[str, frozenset[str | int]]) -> Scene | None:
    """A scene from freely drawn attributes, or None when they do not fit together or break a limit."""

    def choose(name: str, options: Sequence[T]) -> T | None:
        kept = [o for o in options if name not in limits or o in limits[name]]
        return _pick(rng, kept) if kept else None

    if rng.integers(2):
        relation = choose("relation", tuple(RELATIONS))
        count = choose("count", RELATIONS[relation].counts) if relation else None
    else:
        count = choose("count", COUNTS)
        relation = choose("relation", [name for name, r in RELATIONS.items() if count in r.room])
    if relation is None or count is None:
        return None
    rule = RELATIONS[relation]
    shape, background = choose("shape", SHAPE_NAMES), choose("background", BACKGROUND_NAMES)
    seen = [c for c in COLOUR_NAMES if c not in CLASHES.get(background or "", ())]
    colour = choose("colour", seen)
    second_shape = choose("second_shape", [s for s in rule.second_shapes if s != shape] or [""])
    sizes = rule.sizes(count)
    sizes += sizes[-1:]  # the largest twice: crowded relations allow only small ones
    second_colour = choose("second_colour", [c for c in seen if far_apart(c, colour or "")] if second_shape else [""])
    fill, size = choose("fill", FILL_NAMES), choose("size", sizes)
    direction = choose("direction", rule.directions)
    if None in (shape, background, colour, second_shape, second_colour, fill, size, direction):
        return None
    nuance = (float(rng.random()), float(rng.random()), float(rng.random()), float(rng.random()))
    return Scene(
        shape=str(shape),
        colour=str(colour),
        fill=str(fill),
        size=str(size),
        count=count,
        background=str(background),
        relation=relation,
        direction=str(direction),
        second_shape=str(second_shape),
        second_colour=str(second_colour),
        seed=int(rng.integers(MAX_SEED)),
        nuance=nuance,
    )


def _keep_or_first(value: T, options: Sequence[T]) -> T:
    return value if value in options else options[0]


def repair(scene: Scene) -> Scene:
    """A scene of known words that may not fit together -> the nearby valid one; a valid scene stays as it is."""
    rule = RELATIONS[scene.relation]
    count = min(rule.counts, key=lambda n: (abs(n - scene.count), n))
    size = scene.size if scene.size in rule.sizes(count) else rule.sizes(count)[-1]
    background = scene.background
    if scene.colour in CLASHES[background]:
        start = BACKGROUND_NAMES.index(background)
        turns = BACKGROUND_NAMES[start:] + BACKGROUND_NAMES[:start]
        background = next(b for b in turns if scene.colour not in CLASHES[b])
    shapes = [s for s in rule.second_shapes if s != scene.shape] or [""]
    colours = [c for c in COLOUR_NAMES if far_apart(c, scene.colour) and c not in CLASHES[background]]
    return replace(
        scene,
        count=count,
        size=size,
        background=background,
        direction=_keep_or_first(scene.direction, rule.directions),
        second_shape=_keep_or_first(scene.second_shape, shapes),
        second_colour=_keep_or_first(scene.second_colour, colours if rule.second_shapes else [""]),
        nuance=_unit(scene.nuance),
    )


def _unit(nuance: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    a, b, c, d = (min(1.0, max(0.0, value)) for value in nuance)
    return a, b, c, d


def is_valid(scene: Scene) -> bool:
    """Scene -> whether its words are known and fit together."""
    known = (
        scene.shape in SHAPE_NAMES
        and scene.colour in COLOUR_NAMES
        and scene.fill in FILL_NAMES
        and scene.size in SIZE_NAMES
        and scene.background in BACKGROUND_NAMES
        and scene.relation in RELATIONS
    )
    return known and scene.seed >= 0 and repair(scene) == scene


def options(scene: Scene, name: str) -> tuple[str | int, ...]:
    """Scene and attribute name -> the values to choose from (others may need `repair`). KeyError if unknown."""
    rule = RELATIONS[scene.relation]
    clashing = CLASHES[scene.background]
    seconds = [c for c in COLOUR_NAMES if far_apart(c, scene.colour) and c not in clashing]
    second: tuple[str | int, ...] = tuple(seconds) if rule.second_shapes else ("",)
    table: dict[str, tuple[str | int, ...]] = {
        "shape": SHAPE_NAMES,
        "colour": COLOUR_NAMES,
        "fill": FILL_NAMES,
        "size": rule.sizes(scene.count),
        "count": rule.counts,
        "background": BACKGROUND_NAMES,
        "relation": tuple(RELATIONS),
        "direction": rule.directions,
        "second_shape": tuple(s for s in rule.second_shapes if s != scene.shape) or ("",),
        "second_colour": second,
    }
    return table[name]


def mutate(scene: Scene, rng: Generator) -> Scene:
    """A valid scene -> another valid one: one attribute, the seed or the nuance changed (held-out or not).

    An attribute's change brings along what must change with it, such as the second thing of a new relation.
    """
    while (child := _mutated(scene, rng)) == scene:
        pass  # a nuance at its limit may stay where it is
    return child


def _mutated(scene: Scene, rng: Generator) -> Scene:
    genes = [n for n, value in attributes(scene).items() if set(options(scene, n)) - {value}]
    gene = _pick(rng, [*genes, "seed", "nuance"])
    if gene == "seed":
        return replace(scene, seed=int(rng.integers(MAX_SEED)))
    if gene == "nuance":
        moved = list(scene.nuance)
        moved[int(rng.integers(len(NUANCE_NAMES)))] += float(rng.normal(0, 0.2))
        return replace(scene, nuance=_unit((moved[0], moved[1], moved[2], moved[3])))
    others = [value for value in options(scene, gene) if value != attributes(scene)[gene]]
    changes: dict[str, str | int] = {gene: _pick(rng, others)}
    return repair(replace(scene, **changes))  # type: ignore[arg-type]
