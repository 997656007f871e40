"""The relations: how things stand to each other, and which counts and sizes each allows."""

from collections.abc import Callable
from dataclasses import dataclass, field

from explorer.scenes import arrange
from explorer.scenes.layout import Layout, Plan
from explorer.scenes.values import RADII, SHAPE_NAMES, SIZE_NAMES

ROOMY: tuple[str, ...] = ("circle", "square", "hexagon", "flower")
"""Shapes wide enough to hold or hide other things."""

SIDES: tuple[str, ...] = ("left", "right")
ALL_WAYS: tuple[str, ...] = ("left", "right", "up", "down")


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation: its layout, its allowed counts with the largest radius for each, and its options."""

    arrange: Callable[[Plan], Layout]
    room: dict[int, float]
    directions: tuple[str, ...] = ("",)
    second_shapes: tuple[str, ...] = field(default=())

    @property
    def counts(self) -> tuple[int, ...]:
        """The counts of main things this relation allows."""
        return tuple(self.room)

    def sizes(self, count: int) -> tuple[str, ...]:
        """Count -> the sizes that fit. KeyError for a count that is not allowed."""
        return tuple(size for size in SIZE_NAMES if RADII[size] <= self.room[count])


def _line(counts: range, length: float = 0.96) -> dict[int, float]:
    return {n: min(0.14, length / (2.1 * n)) for n in counts}


def _steps(*bands: tuple[range, float]) -> dict[int, float]:
    return {n: room for counts, room in bands for n in counts}


S, M, L = RADII["small"], RADII["medium"], RADII["large"]
ANY = SHAPE_NAMES

RELATIONS: dict[str, Relation] = {
    "single": Relation(arrange.single, {1: L}),
    "scattered": Relation(arrange.scattered, _steps((range(2, 6), L), (range(6, 10), M))),
    "growing": Relation(arrange.growing, _line(range(3, 8)), ALL_WAYS),
    "fading": Relation(arrange.fading, _line(range(3, 8)), ALL_WAYS),
    "stack": Relation(arrange.stack, {n: 0.84 / (1.86 * n) for n in range(2, 7)}),
    "stairs": Relation(arrange.stairs, _line(range(3, 7), 0.9), SIDES),
    "big and small": Relation(arrange.big_and_small, {2: L}, SIDES),
    "mirrored": Relation(arrange.mirrored, {2: L, 4: L, 6: L, 8: M}),
    "outcast": Relation(arrange.outcast, _steps((range(4, 6), M), (range(6, 10), S)), ALL_WAYS),
    "spiral": Relation(arrange.spiral, _steps((range(6, 10), M))),
    "grid with a gap": Relation(arrange.grid_with_a_gap, {3: L, 5: L, 7: M, 8: L, 9: M}),
    "odd one": Relation(arrange.odd_one, _steps((range(3, 9), L)), second_shapes=ANY),
    "around": Relation(arrange.around, _steps((range(4, 8), L), (range(8, 10), M)), second_shapes=ANY),
    "inside": Relation(arrange.inside, {1: L, 2: L, 3: M, 4: M}, second_shapes=ROOMY),
    "alternating": Relation(arrange.alternating, {2: M, 3: S, 4: M, 5: M}, second_shapes=ANY),
    "path": Relation(arrange.path, {1: L, 2: L, 3: M, 4: M, 5: S}, ALL_WAYS, ANY),
    "balance": Relation(arrange.balance, {1: L, 2: M, 3: M, 4: M}, SIDES, ANY),
    "hidden": Relation(arrange.hidden, {1: L, 2: M, 3: M}, ("left", "right", "up"), ROOMY),
    "pointing": Relation(arrange.pointing, {1: L, 2: L, 3: L, 4: M, 5: M}, ALL_WAYS, ANY),
}
