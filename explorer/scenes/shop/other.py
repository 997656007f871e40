"""Another catalogue of the same shop: written by somebody else, in a hurry."""

from collections.abc import Sequence
from dataclasses import dataclass

from numpy.random import PCG64, Generator

from explorer.scenes.shop.products import Product, number, one_of
from explorer.scenes.shop.words import BRANDS

SHORT = {
    "capacity": "cap.",
    "diameter": "diam.",
    "material": "mat.",
    "weight": "wt.",
    "length": "len.",
    "height": "ht.",
    "porcelain": "porc.",
    "stoneware": "stonew.",
    "aluminium": "alu",
    "polyester": "poly",
    "tennis racket": "racket",
    "fountain pen": "fount. pen",
    "watering can": "water can",
    "sleeping bag": "sleeping-bag",
    "light bulb": "bulb",
    "black": "blk",
    "white": "wht",
    "yellow": "yel.",
    "purple": "violet",
    "gray": "grey",
}
UNITS = {"l": ("ml", 1000), "cm": ("mm", 10), "g": ("kg", 0.001), "mm": ("cm", 0.1), "ml": ("l", 0.001)}
KNOWN, TWINS = 300, 40
"""So many products stand in the other catalogue, and so many of its rows are of none of them."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A row of the other catalogue. same_as: id of the product, "" for none; price: None where it is missing."""

    sku: str
    title: str
    maker: str
    details: str
    specs: str
    cost: float | None
    group: str
    same_as: str


def other_listings(products: Sequence[Product], seed: int = 1) -> tuple[Listing, ...]:
    """300 of the products as others write them, and 40 that are not among them, in another order.

    Typing errors, abbreviations, other order of words, other units, fields left out, prices moved by up to a tenth.
    """
    rng = Generator(PCG64(seed))
    shown = [products[n] for n in rng.permutation(len(products))]
    known, unknown = shown[:KNOWN], shown[KNOWN : KNOWN + TWINS]
    rows = [_listing(one, one.id, rng) for one in known]
    rows += [_listing(_changed(one, rng), "", rng) for one in unknown]
    return tuple(
        Listing(**{**vars(rows[n]), "sku": f"X{place + 1:03d}"}) for place, n in enumerate(rng.permutation(len(rows)))
    )


def _changed(product: Product, rng: Generator) -> Product:
    """Much the same, but another model: another series, size and price."""
    from dataclasses import replace

    size = one_of([value for value in product.sort.sizes if value != product.size], rng)
    old = product.series
    series = f"{old[::-1].capitalize()}o"
    sentences = tuple(text.replace(old, series) for text in product.sentences)
    return replace(product, series=series, size=size, price=round(product.price * 1.4, 2), sentences=sentences)


def _listing(product: Product, same_as: str, rng: Generator) -> Listing:
    sort = product.sort
    maker = one_of(BRANDS[product.brand], rng) if rng.random() < 0.6 else product.brand
    size, unit = _in_other_unit(product.size, sort.unit, rng)
    words = [maker, product.series, product.kind, f"{size}{unit}", product.colour]
    order = one_of(((0, 1, 2, 3, 4), (1, 2, 4, 3, 0), (2, 0, 1, 4, 3), (4, 2, 1, 3, 0)), rng)
    title = shortened(" ".join(words[n] for n in order), rng)
    weight, weight_unit = _in_other_unit(float(product.weight), "g", rng)
    measured = (
        f"{sort.measure} {size} {unit}, material {product.material}, {product.colour}, weight {weight} {weight_unit}"
    )
    moved = product.price * (0.9 + 0.2 * float(rng.random()))
    kept = list(product.sentences)[int(rng.random() < 0.3) :]
    return Listing(
        sku="",
        title=misspelt(title, rng) if rng.random() < 0.5 else title,
        maker="" if rng.random() < 0.15 else maker,
        details="" if rng.random() < 0.2 else misspelt(" ".join(reversed(kept)), rng),
        specs="" if rng.random() < 0.15 else shortened(measured, rng),
        cost=None if rng.random() < 0.1 else round(moved, 2),
        group=sort.category if rng.random() < 0.8 else sort.category.upper(),
        same_as=same_as,
    )


def _in_other_unit(value: float, unit: str, rng: Generator) -> tuple[str, str]:
    if unit not in UNITS or rng.random() < 0.5:
        return number(value), unit
    other, factor = UNITS[unit]
    return number(round(value * factor, 6)), other


def shortened(text: str, rng: Generator) -> str:
    """Some words as people shorten them."""
    for word, short in SHORT.items():
        if word in text and rng.random() < 0.4:
            text = text.replace(word, short)
    return text


def misspelt(text: str, rng: Generator) -> str:
    """One or two letters left out, said twice or with their neighbour's place; spaces stay."""
    for _ in range(int(rng.integers(1, 3))):
        places = [n for n in range(1, len(text) - 1) if text[n].isalpha() and text[n + 1].isalpha()]
        if not places:
            return text
        n = one_of(places, rng)
        text = one_of(
            (text[:n] + text[n + 1 :], text[:n] + text[n] + text[n:], text[:n] + text[n + 1] + text[n] + text[n + 2 :]),
            rng,
        )
    return text
