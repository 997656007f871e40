"""The measures by name, and what other features may use of the comparison of representations."""

from explorer.base.arrays import check_choice
from explorer.features.compare import cca, cka, neighbours, predictivity, procrustes, rsa
from explorer.features.compare.cca import pwcca_distance
from explorer.features.compare.checks import LEAST, channels_as_features, check_pair
from explorer.features.compare.cka import linear_cka
from explorer.features.compare.kept import compare_folder, stamp
from explorer.features.compare.method import Measure
from explorer.features.compare.procrustes import align, procrustes_distance

__all__ = [
    "LEAST",
    "METHODS",
    "METRICS",
    "NEEDS",
    "Measure",
    "align",
    "channels_as_features",
    "check_pair",
    "compare_folder",
    "get_measure",
    "linear_cka",
    "procrustes_distance",
    "pwcca_distance",
    "stamp",
]
NEEDS = {"direction": "every item has a vector with a direction: not all zero, for a correlation not all one number"}
METHODS: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        *cka.MEASURES,
        *neighbours.MEASURES,
        *cca.MEASURES,
        *procrustes.MEASURES,
        *rsa.MEASURES,
        *predictivity.MEASURES,
    )
}
METRICS = [name for name, measure in METHODS.items() if measure.metric]


def get_measure(name: str) -> Measure:
    """The measure of this name; InputError lists the known ones."""
    return METHODS[check_choice(name, METHODS, "measure")]
