"""Small tables of the shop and its suppliers: each subject twice, in other words and with other rows."""

from collections.abc import Callable, Sequence

from numpy.random import PCG64, Generator

from explorer.scenes.shop.products import Product, number

Cells = tuple[tuple[str, ...], Sequence[tuple[str, ...]]]
"""Header and rows."""
Write = Callable[[Sequence[Product]], Cells]


def _prices(some: Sequence[Product]) -> Cells:
    return ("Product", "Brand", "Price"), [(one.name, one.brand, f"{one.price:.2f}") for one in some]


def _prices_again(some: Sequence[Product]) -> Cells:
    rows = [(one.brand, f"{one.series} {one.kind}", f"{one.price * 1.02:.2f} EUR") for one in some]
    return ("Maker", "Article", "Retail price"), rows


def _sizes(some: Sequence[Product]) -> Cells:
    rows = [(one.id, number(one.size), one.sort.unit, str(one.weight)) for one in some]
    return ("Number", some[0].sort.measure.capitalize(), "Unit", "Weight g"), rows


def _sizes_again(some: Sequence[Product]) -> Cells:
    rows = [(f"{one.series} {one.id}", f"{number(one.size)} {one.sort.unit}", f"{one.weight / 1000:g}") for one in some]
    return ("Item no.", some[0].sort.measure, "Weight kg"), rows


def _stock(some: Sequence[Product]) -> Cells:
    rows = [(one.id, one.colour, one.material, str(one.weight % 40)) for one in some]
    return ("Id", "Colour", "Material", "Pieces in stock"), rows


def _stock_again(some: Sequence[Product]) -> Cells:
    rows = [(one.material, one.colour, str(one.weight % 37), one.id) for one in some]
    return ("made of", "color", "qty on hand", "ref"), rows


SUBJECTS: tuple[tuple[str, tuple[str, str], tuple[Write, Write]], ...] = (
    ("prices", ("Prices of {} this year", "What {} cost"), (_prices, _prices_again)),
    ("sizes", ("Sizes and weights of {}", "{} measured"), (_sizes, _sizes_again)),
    ("stock", ("Stock of {} in the store", "Inventory {}"), (_stock, _stock_again)),
)
OF = ("mug", "tent", "fountain pen", "flower pot")
ROWS = 8


def shop_tables(
    products: Sequence[Product], seed: int = 3
) -> list[tuple[str, str, tuple[str, ...], Sequence[tuple[str, ...]]]]:
    """Name, subject, header and rows of each table; two of a subject show the same kind, half of their rows alike."""
    rng = Generator(PCG64(seed))
    made = []
    for kind in OF:
        some = [one for one in products if one.kind == kind]
        for subject, captions, writers in SUBJECTS:
            order = rng.permutation(len(some))
            parts = (order[:ROWS], order[ROWS // 2 : ROWS // 2 + ROWS])
            for caption, write, part in zip(captions, writers, parts, strict=True):
                header, rows = write([some[n] for n in part])
                name = caption.format(some[0].sort.plural)
                made.append((f"{name[0].upper()}{name[1:]}", f"{kind} {subject}", header, rows))
    return made
