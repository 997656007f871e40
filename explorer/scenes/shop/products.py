"""The products of the shop."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from numpy.random import PCG64, Generator

from explorer.scenes.shop.words import BRANDS, COLOURS, KINDS, SERIES, Kind

EACH = 20
"""Products of a kind."""
Choice = TypeVar("Choice")


@dataclass(frozen=True, kw_only=True)
class Product:
    """One thing that the shop sells. size: in the unit of its kind; weight: in grams; price: in euros."""

    id: str
    kind: str
    brand: str
    series: str
    colour: str
    material: str
    size: float
    weight: int
    price: float
    sentences: tuple[str, ...]

    @property
    def sort(self) -> Kind:
        """What kind of thing it is."""
        return KINDS[self.kind]

    @property
    def name(self) -> str:
        """Brand, series, kind, size and colour."""
        return f"{self.brand} {self.series} {self.kind} {number(self.size)} {self.sort.unit}, {self.colour}"

    @property
    def description(self) -> str:
        """Three or four sentences."""
        return " ".join(self.sentences)

    def attributes(self) -> Mapping[str, object]:
        """Values for the columns of the data set."""
        told = {"name": self.name, "brand": self.brand, "description": self.description}
        known = {"kind": self.kind, "colour": self.colour, "material": self.material, "weight": self.weight}
        measured = {"specification": self.specification, "price": self.price, "category": self.sort.category}
        return {**told, **measured, **known}

    @property
    def specification(self) -> str:
        """What can be measured, each with its unit."""
        sort = self.sort
        measured = f"{sort.measure}: {number(self.size)} {sort.unit}"
        return f"{measured}; material: {self.material}; colour: {self.colour}; weight: {self.weight} g"


@cache
def shop_products(seed: int = 0) -> tuple[Product, ...]:
    """400 products, 20 of each of 20 kinds, always the same for a seed. No two have the same name."""
    rng = Generator(PCG64(seed))
    made: list[Product] = []
    names: set[str] = set()
    for kind in KINDS.values():
        wanted = len(made) + EACH
        while len(made) < wanted:
            one = _product(kind, len(made), rng)
            if one.name not in names:
                names.add(one.name)
                made.append(one)
    return tuple(made)


def _product(kind: Kind, place: int, rng: Generator) -> Product:
    brand, series, colour = one_of(tuple(BRANDS), rng), one_of(SERIES, rng), one_of(COLOURS, rng)
    material, size = one_of(kind.materials, rng), one_of(kind.sizes, rng)
    share = float(rng.random()) ** 2
    price = round(kind.price[0] + share * (kind.price[1] - kind.price[0])) - 0.05
    opening = one_of(
        (
            f"The {series} by {brand} is {_article(colour)} {colour} {kind.name} of {material}.",
            f"{_article(colour).capitalize()} {colour} {kind.name} of {material}, from the series {series} by {brand}.",
            f"{brand} makes this {kind.name} of {material} in {colour}.",
        ),
        rng,
    )
    uses = [kind.uses[n] for n in rng.permutation(len(kind.uses))[: rng.integers(1, 3)]]
    return Product(
        id=f"P{place + 1:03d}",
        kind=kind.name,
        brand=brand,
        series=series,
        colour=colour,
        material=material,
        size=size,
        weight=int(round(kind.weight[0] + float(rng.random()) * (kind.weight[1] - kind.weight[0]))),
        price=price,
        sentences=(opening, *uses, one_of(kind.care, rng)),
    )


def _article(word: str) -> str:
    return "an" if word[0] in "aeio" else "a"


def number(value: float) -> str:
    """A number without a needless point."""
    return f"{value:g}"


def one_of(choices: Sequence[Choice], rng: Generator) -> Choice:
    """One of the choices, each as likely."""
    return choices[int(rng.integers(len(choices)))]
