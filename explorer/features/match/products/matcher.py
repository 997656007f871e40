"""The matcher of products. Macková and Pilát, ProMap: Datasets for Product Mapping in E-commerce."""

from collections.abc import Mapping

import numpy as np

from explorer.base.arrays import Floats, Rows
from explorer.base.progress import Progress
from explorer.features.match.method import Candidates, Compared, MatchMethod, Option, Reasons, Task, candidates
from explorer.features.match.products.comparing import (
    DISTANCES,
    NAME_COS,
    PRICE_RATIO,
    Weighed,
    compared,
    weigh,
)
from explorer.features.match.products.fields import (
    BRAND,
    NAME,
    OPTIONS,
    PRICE,
    SPECIFICATION,
    TEXTS,
    Listings,
    columns_of,
)
from explorer.features.match.products.filtering import REACH, Named, candidate_pairs
from explorer.features.match.products.pictures import (
    AUTO,
    OFF,
    VECTORS,
    WAYS,
    hash_similarities,
    vector_similarities,
    way_of,
)
from explorer.features.match.products.words import spans_of, words_of

PICTURE = "picture"
BY_NAME = Option(
    name="keep",
    label="Candidates a product",
    default=20,
    least=1,
    most=1000,
    help="So many products of the right side are compared with each of the left, the most alike by name.",
)
BY_PRICE = Option(
    name="prices",
    label="Prices must fit",
    default=True,
    help="On, a product that costs less than half or more than twice as much is none to compare. Unknown prices fit.",
)
BY_PICTURE = Option(
    name="pictures",
    label="Pictures",
    default=AUTO,
    choices=WAYS,
    help="By the model's vectors where both sides have them, else by a perceptual hash.",
)
WEIGHTIEST, APART = "descriptives", ", a distance"
WORDS = {"id": "codes", "words": "shared words", "cos": "rare words", WEIGHTIEST: "weightiest words, of 50"}
"""What people call a measure that is not called so."""
HELD = {"id": "codes", "units": "quantities", "numbers": "numbers"}
"""What a text must hold for a measure to say anything."""
DECIDES = (
    "Without anything learned the rare words of the name decide. Words and codes go from −1, nothing shared, to 1, all."
)
DISTANCE = (
    "Numbers and units are distances, as in the authors' code: 0 where all agree, towards 1 the fewer do, and 0 again "
    "where none does."
)
ROUTES = ("words of the name", "words of the name and price")


def propose(task: Task, progress: Progress) -> Candidates:
    """Products that share words of their names and cost about as much, scored by (1 + name_cos) / 2.

    parts: everything that is compared, for learning a mix. InputError without a column of names on both sides.
    """
    left, right, words = _read(task)
    unknown = np.full(len(left), np.nan), np.full(len(right), np.nan)
    prices = (left.prices, right.prices) if task.options.get(BY_PRICE.name, True) else unknown
    keep = int(task.options.get(BY_NAME.name, BY_NAME.default))
    names = words[NAME]
    named = Named(names.left, names.right, prices)
    rows, columns = candidate_pairs(named, keep, same=task.same, progress=progress)
    progress.start("comparing products", 1)
    parts = _parts(task, left, right, words, (rows, columns))
    progress.finish()
    known = np.isfinite(prices[0][rows]) & np.isfinite(prices[1][columns])
    return candidates(
        rows,
        columns,
        (1 + parts[NAME_COS]) / 2,
        routes=ROUTES,
        route=known.astype(np.int8),
        parts=parts,
        about=_about(left, right, named.long),
    )


def explain(task: Task, left: int, right: int) -> Reasons:
    """Every field side by side with its similarities on their scales, words that both have marked."""
    first, second, words = _read(task)
    parts = _parts(task, first, second, words, (np.array([left]), np.array([right])))
    scores = {name: float(values[0]) for name, values in parts.items()}
    fields = [one for name in first.columns for one in _fields(name, first, second, (left, right), scores)]
    if PICTURE in scores:
        fields.append(Compared(name="Picture", score=scores[PICTURE], least=-1 if _by_vectors(task) else 0))
    return Reasons(fields=tuple(fields), notes=(DECIDES, DISTANCE) if any(map(_is_distance, fields)) else (DECIDES,))


def _is_distance(field: Compared) -> bool:
    return field.name.endswith(APART)


Read = tuple[Listings, Listings, Mapping[str, Weighed]]


def _read(task: Task) -> Read:
    """Both sides and their words, read once."""
    read: Read = task.memory.of("products", (), 1, lambda: _listings(task))
    return read


def _listings(task: Task) -> Read:
    mine, theirs = columns_of(task.left, task.right, task.options)
    left = Listings(task.left, mine)
    right = left if task.same else Listings(task.right, theirs)
    return left, right, weigh(left, right)


def _by_vectors(task: Task) -> bool:
    return way_of(task.left, task.right, str(task.options.get(BY_PICTURE.name, AUTO))) == VECTORS


def _parts(
    task: Task, left: Listings, right: Listings, words: Mapping[str, Weighed], pairs: tuple[Rows, Rows]
) -> dict[str, Floats]:
    rows, columns = pairs
    parts = compared(left, right, words, rows, columns)
    way = way_of(task.left, task.right, str(task.options.get(BY_PICTURE.name, AUTO)))
    if way != OFF:
        measure = vector_similarities if way == VECTORS else hash_similarities
        parts[PICTURE] = measure(task.left, task.right, rows, columns)
    return parts


def _about(left: Listings, right: Listings, long: bool) -> dict[str, object]:
    columns = ", ".join(_compares(field, column, right.columns[field]) for field, column in left.columns.items())
    notes = _notes(left, right)
    if long:
        notes.append(f"The lists are long: a name meets about {REACH:,} others, by its rarest words.")
    return {"compares": columns, **({"notes": " ".join(notes)} if notes else {})}


def _compares(field: str, mine: str, theirs: str) -> str:
    both = mine if mine == theirs else f"{mine} with {theirs}"
    return f"{both} as {field.replace('_', ' ')}"


def _notes(left: Listings, right: Listings) -> list[str]:
    notes = []
    for one in (left,) if left is right else (left, right):
        missing = int((~np.isfinite(one.prices)).sum()) if PRICE in one.columns else 0
        if missing:
            notes.append(
                f"{one.side.name}: {missing} of {len(one)} have no price that can be read; they fit any price."
            )
    return notes


def _fields(
    field: str, first: Listings, second: Listings, rows: tuple[int, int], scores: dict[str, float]
) -> list[Compared]:
    """A field as it is written, with its first similarity, then its other similarities by themselves."""
    mine, theirs = (_written(one, field, row) for one, row in zip((first, second), rows, strict=True))
    label = field.replace("_", " ").capitalize()
    if field == PRICE:
        return [Compared(name=label, left=mine, right=theirs, score=scores[PRICE_RATIO])]
    if field == BRAND:
        return [Compared(name=label, left=mine, right=theirs, score=scores[BRAND], least=-1)]
    both = (first.read[field][rows[0]], second.read[field][rows[1]]) if field in first.read else ()
    silent = [name for name, held in HELD.items() if not any(getattr(one, held) for one in both)]
    told = [
        name
        for name in scores
        if name.startswith(f"{field}_") and name != PRICE_RATIO and name.removeprefix(f"{field}_") not in silent
    ]
    marks = _marks(mine, theirs) if field in TEXTS else ((), ())
    whole = Compared(name=label, left=mine, right=theirs, left_spans=marks[0], right_spans=marks[1])
    return [whole, *(_measure(label, field, name, scores[name]) for name in told)]


def _written(listings: Listings, field: str, row: int) -> str:
    if field == SPECIFICATION and listings.specifications[row]:
        return "; ".join(f"{key}: {value}" for key, value in listings.specifications[row].items())
    return listings.side.strings(listings.columns[field])[row]


def _measure(label: str, field: str, name: str, score: float) -> Compared:
    measure = name.removeprefix(f"{field}_")
    said = WORDS.get(measure, measure.replace("_", " ")) + (APART if measure in DISTANCES else "")
    most = float("inf") if measure == WEIGHTIEST else 1.0  # a short text has few of the fifty: no bar against it
    return Compared(name=f"{label}: {said}", score=score, least=0 if measure.startswith("key") else -1, most=most)


Marks = tuple[tuple[tuple[int, int], float], ...]


def _marks(first: str, second: str) -> tuple[Marks, Marks]:
    """Where words stand that both texts have."""
    shared = set(words_of(first)) & set(words_of(second))
    both = [tuple((span, 1.0) for span, words in spans_of(one) if shared & set(words)) for one in (first, second)]
    return both[0], both[1]


PRODUCTS = MatchMethod(
    name="products",
    label="Products, field by field",
    formula="(1 + name_cos) / 2 of products that share words and cost about as much; all fields as parts",
    source="Macková and Pilát 2023, ProMap: Datasets for Product Mapping in E-commerce",
    kind="records",
    baseline="tfidf",
    propose=propose,
    explain=explain,
    options=(*OPTIONS, BY_PRICE, BY_PICTURE, BY_NAME),
)
