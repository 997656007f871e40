"""Units of measure as shops write them, each with its base unit and how many of these it is."""

from dataclasses import dataclass

_BASES: dict[str, dict[float, str]] = {
    "m": {
        1: "m meter meters metre metres",
        1e-3: "mm millimeter millimeters millimetre millimetres",
        1e-2: "cm centimeter centimeters centimetre centimetres",
        1e3: "km kilometer kilometers",
        0.0254: "in inch inches",
        0.3048: "ft foot feet",
        0.9144: "yd yds yard yards",
    },
    "g": {
        1: "g gr gram grams",
        1e-3: "mg milligram milligrams",
        1e-6: "mcg µg",
        1e3: "kg kgs kilogram kilograms kilo",
        28.349523: "oz ounce ounces",
        453.59237: "lb lbs pound pounds",
    },
    "l": {
        1: "l liter liters litre litres",
        1e-3: "ml milliliter milliliters millilitre millilitres cc",
        1e-2: "cl",
        0.1: "dl",
        0.02957353: "floz|fl oz|fl ounce|fl ounces",
        3.785411784: "gal gallon gallons",
        0.946352946: "qt quart quarts",
        0.473176473: "pt pint pints",
    },
    "w": {1: "w watt watts", 1e3: "kw kilowatt kilowatts"},
    "v": {1: "v volt volts"},
    "ah": {1: "ah", 1e-3: "mah"},
    "a": {1: "amp amps ampere amperes"},
    "hz": {1: "hz hertz", 1e3: "khz", 1e6: "mhz", 1e9: "ghz"},
    "b": {1e6: "mb megabyte", 1e9: "gb gigabyte", 1e12: "tb terabyte"},
    "rpm": {1: "rpm"},
    "db": {1: "db dba decibel decibels"},
    "btu": {1: "btu btus"},
    "mp": {1: "mp megapixel megapixels"},
    "%": {1: "% percent"},
    "s": {1: "sec secs second seconds", 60: "min mins minute minutes", 3600: "hr hrs hour hours"},
    "month": {1: "month months", 12: "year years yr yrs"},
    "piece": {1: "ct count counts pc pcs piece pieces pk pack packs"},
    "sheet": {1: "sheet sheets"},
    "cup": {1: "cup cups"},
}
UNITS: dict[str, tuple[str, float]] = {
    name: (base, factor)
    for base, sizes in _BASES.items()
    for factor, names in sizes.items()
    for name in (names.split("|") if "|" in names else names.split())
}
"""By written name: the base unit, and how many of it one is."""
DEVIATION = 0.05


@dataclass(frozen=True)
class Quantity:
    """A number with its unit, or several (10×5 cm). unit: the base. values: in it."""

    unit: str
    values: tuple[float, ...]


def agreeing(first: tuple[Quantity, ...], second: tuple[Quantity, ...]) -> tuple[int, int]:
    """How many values of two lists agree within 5 % in the same unit, and how many there are to agree.

    Two of several values each are compared value by value, and count as many; one of one with one of several does not
    agree.
    """
    matches, total = 0, len(first) + len(second)
    for a in first:
        for b in second:
            if a.unit != b.unit or (len(a.values) > 1) != (len(b.values) > 1):
                continue
            matches += sum(_near(x, y) for x in a.values for y in b.values)
            total += len(a.values) + len(b.values) - 2
    return matches, total


def _near(a: float, b: float) -> bool:
    return (1 - DEVIATION) * b < a < (1 + DEVIATION) * b
