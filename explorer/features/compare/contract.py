"""The measures by name, and what other features may use of the comparison of representations."""

from explorer.base.arrays import check_choice
from explorer.features.compare import cca, cka, neighbours, predictivity, procrustes, rsa
from explorer.features.compare.activations import Activations
from explorer.features.compare.cca import pwcca_distance
from explorer.features.compare.checks import channels_as_features
from explorer.features.compare.cka import linear_cka
from explorer.features.compare.method import Measure
from explorer.features.compare.networks import PREFIX, is_network, load_network, network_names, network_stamp
from explorer.features.compare.procrustes import procrustes_distance

__all__ = [
    "METHODS",
    "METRICS",
    "NEEDS",
    "PREFIX",
    "Activations",
    "Measure",
    "channels_as_features",
    "get_measure",
    "is_network",
    "linear_cka",
    "load_network",
    "network_names",
    "network_stamp",
    "procrustes_distance",
    "pwcca_distance",
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
