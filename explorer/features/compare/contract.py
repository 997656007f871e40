"""The registry of measures: what each is, what it does not see, and what its numbers mean."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from explorer.base.arrays import check_choice
from explorer.features.compare import cca, cka, neighbours, predictivity, procrustes, rsa
from explorer.features.compare.families import Centred
from explorer.features.compare.neighbours import Lists
from explorer.features.compare.predictivity import Split
from explorer.features.compare.rsa import Pairs

Family = Literal["moments", "lists", "pairs", "split"]
FAMILIES: dict[str, Callable[..., Any]] = {
    "moments": Centred.of,
    "lists": Lists.of,
    "pairs": Pairs.of,
    "split": Split.of,
}


@dataclass(frozen=True)
class Measure:
    """One way to say how alike two representations A (n, d) and B (n, e) of the same items are.

    score: of a prepared pair of its `family`. formula, centring, invariant (what it does not see), cost: in words.
    group: heading under which it is listed. direction: "both" when swapping A and B changes nothing, else "A to B" or
    "B to A". best: the value of a perfect match; higher: larger values mean more alike. metric: it is a metric
    (symmetric, triangle inequality) and may be drawn as distances. needs: items for each dimension below which a
    warning is shown. most: largest number of items that are used. meaning: how much is a lot. source: paper.
    """

    key: str
    title: str
    group: str
    family: Family
    score: Callable[[Any], float]
    formula: str
    centring: str
    invariant: str
    cost: str
    meaning: str
    source: str
    direction: str = "both"
    best: float = 1.0
    higher: bool = True
    metric: bool = False
    needs: float = 0.0
    most: int = 1_000_000_000


_MEAN = "each dimension's mean is taken away"
_TURN = "rotation, reflection, one scale for all dimensions, shift"
_LINEAR = "any invertible linear map of either side, shift"
_FEATURES = "O(n (d + e)²) in one pass, memory O((d + e)²)"
_RSA_MOST, _KENDALL_MOST, _LIST_MOST, _SPLIT_MOST = 500, 150, 5_000, 2_000


def _of_moments(score: Callable[[Any], float]) -> Callable[[Any], float]:
    return lambda prepared: score(prepared.moments)


_CKA = [
    Measure(
        "cka_debiased",
        "Linear CKA, debiased",
        "CKA",
        "moments",
        _of_moments(cka.debiased_cka),
        "HSIC(A, B) / √(HSIC(A, A) · HSIC(B, B)), unbiased estimates of HSIC with linear kernels",
        _MEAN,
        _TURN,
        _FEATURES,
        "0 is chance at any number of items. Led by the few directions with most variance: above 0.9 these agree, "
        "though small ones may differ.",
        "Kornblith et al. 2019; Székely & Rizzo 2014",
        needs=0.5,
    ),
    Measure(
        "cka",
        "Linear CKA, biased",
        "CKA",
        "moments",
        _of_moments(cka.biased_cka),
        "‖AᵀB‖² / (‖AᵀA‖ · ‖BᵀB‖)",
        _MEAN,
        _TURN,
        _FEATURES,
        "The form most papers report. With few items for many dimensions it is high for anything: compare with the "
        "shuffled value, not with 0.",
        "Kornblith et al. 2019",
        needs=5,
    ),
    Measure(
        "cka_angle",
        "Angle of linear CKA",
        "CKA",
        "moments",
        _of_moments(cka.cka_angle),
        "arccos(biased linear CKA), in radians",
        _MEAN,
        _TURN,
        _FEATURES,
        "0 is the same up to rotation and scale, π/2 = 1.57 nothing shared. A metric, so that "
        "several models can be laid out by it.",
        "Williams et al. 2021",
        best=0.0,
        higher=False,
        metric=True,
        needs=5,
    ),
    Measure(
        "cka_rbf",
        "CKA with an RBF kernel",
        "CKA",
        "pairs",
        lambda pairs: cka.rbf_cka_of_distances(pairs.x.of("squared"), pairs.y.of("squared")),
        "biased CKA of exp(−d² / 2 median d²)",
        "the kernel table is centred",
        "rotation, reflection, scale, shift",
        f"O(m²) pairs of a sample of at most {_RSA_MOST} items",
        "Sees curved structure that linear CKA misses; read it beside the shuffled value.",
        "Kornblith et al. 2019",
        needs=1,
        most=_RSA_MOST,
    ),
]
_CCA_MEANING = (
    "Every direction counts alike, also those that are noise. With n items the mean square of unrelated sides is "
    "already max(d, e) / (n − 1)."
)
_CCA = [
    Measure(
        "cca",
        "CCA, mean",
        "CCA",
        "moments",
        _of_moments(cca.mean_cca),
        "mean of the canonical correlations ρ",
        _MEAN,
        _LINEAR,
        f"{_FEATURES}, O(d³)",
        _CCA_MEANING,
        "Hotelling 1936; Raghu et al. 2017",
        needs=10,
    ),
    Measure(
        "cca_squared",
        "CCA, mean squared",
        "CCA",
        "moments",
        _of_moments(cca.mean_squared_cca),
        "mean of ρ²",
        _MEAN,
        _LINEAR,
        f"{_FEATURES}, O(d³)",
        _CCA_MEANING,
        "Kornblith et al. 2019",
        needs=10,
    ),
    Measure(
        "svcca",
        "SVCCA",
        "CCA",
        "moments",
        _of_moments(cca.svcca),
        "mean of ρ after each side keeps the principal directions with 99 % of its variance",
        _MEAN,
        _TURN,
        f"{_FEATURES}, O(d³)",
        "As CCA, without the directions that hold almost no variance.",
        "Raghu et al. 2017",
        needs=10,
    ),
    Measure(
        "pwcca_ab",
        "PWCCA, weights of A",
        "CCA",
        "moments",
        _of_moments(cca.pwcca_from_x),
        "1 − Σ wᵢ ρᵢ, wᵢ ∝ Σⱼ |⟨hᵢ, aⱼ⟩| over the dimensions aⱼ of A",
        _MEAN,
        "of B: any invertible linear map; of A: scale, shift, order of dimensions",
        f"{_FEATURES}, O(d³)",
        "How much of what A uses is missing in B. Not symmetric: look at both directions.",
        "Morcos et al. 2018",
        direction="A to B",
        best=0.0,
        higher=False,
        needs=10,
    ),
    Measure(
        "pwcca_ba",
        "PWCCA, weights of B",
        "CCA",
        "moments",
        _of_moments(cca.pwcca_from_y),
        "1 − Σ wᵢ ρᵢ, wᵢ ∝ Σⱼ |⟨hᵢ, bⱼ⟩| over the dimensions bⱼ of B",
        _MEAN,
        "of A: any invertible linear map; of B: scale, shift, order of dimensions",
        f"{_FEATURES}, O(d³)",
        "How much of what B uses is missing in A. Not symmetric: look at both directions.",
        "Morcos et al. 2018",
        direction="B to A",
        best=0.0,
        higher=False,
        needs=10,
    ),
]
_PROCRUSTES = [
    Measure(
        "procrustes",
        "Procrustes, squared",
        "Procrustes",
        "moments",
        _of_moments(procrustes.procrustes_squared),
        "2 − 2 ‖AᵀB‖⁎ (sum of singular values), A and B of Frobenius norm 1",
        _MEAN,
        _TURN,
        f"{_FEATURES}, O(d³)",
        "0 is the same up to rotation and scale, 2 nothing shared. Stricter than CKA: all directions must fit.",
        "Schönemann 1966; Ding et al. 2021",
        best=0.0,
        higher=False,
        needs=5,
    ),
    Measure(
        "procrustes_length",
        "Procrustes distance",
        "Procrustes",
        "moments",
        _of_moments(procrustes.procrustes_length),
        "√(2 − 2 ‖AᵀB‖⁎)",
        _MEAN,
        _TURN,
        f"{_FEATURES}, O(d³)",
        "The square root of the squared one: 0 to 1.41, a metric.",
        "Williams et al. 2021",
        best=0.0,
        higher=False,
        metric=True,
        needs=5,
    ),
    Measure(
        "procrustes_angle",
        "Procrustes angle",
        "Procrustes",
        "moments",
        _of_moments(procrustes.procrustes_angle),
        "arccos ‖AᵀB‖⁎, in radians",
        _MEAN,
        _TURN,
        f"{_FEATURES}, O(d³)",
        "0 is the same up to rotation and scale, π/2 = 1.57 nothing shared. A metric.",
        "Williams et al. 2021",
        best=0.0,
        higher=False,
        metric=True,
        needs=5,
    ),
]
_RSA_NAMES = {
    "spearman": ("Spearman", "rank correlation", "1 is the same order of all pairs, 0 chance."),
    "kendall": (
        "Kendall",
        "τ-b",
        "Share of pairs of pairs in the same order minus those in opposite order; lower than Spearman.",
    ),
    "cosine": (
        "cosine",
        "cosine",
        "Near 1 for anything, because dissimilarities are positive: only the shuffled value tells.",
    ),
}


def _rsa(kind: str, comparison: str) -> Measure:
    name, words, meaning = _RSA_NAMES[comparison]
    what = "1 − correlation across dimensions" if kind == "correlation" else "1 − cosine"
    scale = "scale of each item, rotation" if kind == "cosine" else "scale and shift of each item"
    invariant = f"{scale}{'' if comparison == 'cosine' else ', any rising function of the dissimilarities'}"
    most = _KENDALL_MOST if comparison == "kendall" else _RSA_MOST
    return Measure(
        f"rsa_{kind}_{comparison}",
        f"RSA: {kind}, {name}",
        "RSA",
        "pairs",
        lambda pairs: rsa.COMPARISONS[comparison](pairs, kind),
        f"{words} of {what} over all pairs of items",
        "within an item, over its dimensions" if kind == "correlation" else "none",
        invariant,
        f"O(m²) pairs of a sample of at most {most} items",
        meaning,
        "Kriegeskorte et al. 2008",
        most=most,
    )


_RSA = [_rsa(kind, comparison) for kind in ("correlation", "cosine") for comparison in _RSA_NAMES]
_NEAR = [
    Measure(
        "mutual_knn",
        "Mutual nearest neighbours",
        "Neighbours",
        "lists",
        neighbours.mutual_knn_of,
        f"mean share of the {neighbours.K} nearest items (cosine) that A and B have in common",
        "none",
        "whatever keeps the order of the nearest: rotation, scale of each item",
        "O(n²) products in blocks, memory O(n k)",
        "What a person sees when searching: 0.5 means that half of the first ten results are the same. Chance is "
        "k / (n − 1), so it falls as items are added.",
        "Huh et al. 2024",
        most=_LIST_MOST,
    ),
    Measure(
        "cknna",
        "CKNNA",
        "Neighbours",
        "lists",
        neighbours.cknna_of,
        f"debiased CKA of cosines, only between items that are among the {neighbours.K} nearest on both sides",
        "by the unbiased estimate",
        "rotation, scale of each item",
        "O(n²) products in blocks, memory O(n k)",
        "Between mutual neighbours and CKA: local structure, weighted by similarity. Swapping A and B may change it a "
        "little, because being near is not mutual.",
        "Huh et al. 2024",
        most=_LIST_MOST,
    ),
]


def _linear(key: str, direction: str, part: str) -> list[Measure]:
    source, target = ("A", "B") if direction == "A to B" else ("B", "A")
    return [
        Measure(
            f"predict_{key}",
            f"Linear predictivity, {direction}",
            "Prediction",
            "split",
            lambda split: predictivity.explained(getattr(split, part)),
            f"share of the variance of held-out {target} explained by ridge regression from {source}",
            _MEAN,
            f"shift; of {target}: rotation, scale",
            "one SVD of half of the items, O(n d²)",
            f"1: {source} holds all of {target} linearly; 0: no better than the mean; below 0: worse than that.",
            "Yamins et al. 2014",
            direction=direction,
            needs=2,
            most=_SPLIT_MOST,
        ),
        Measure(
            f"match_{key}",
            f"Direct matching residual, {direction}",
            "Prediction",
            "split",
            lambda split: predictivity.residual(getattr(split, part)),
            f"‖{source}Wᵀ + b − {target}‖² / ‖{target}‖² on held-out items, [W b] = pinv([{source} 1]) {target}",
            "none; the bias b takes its place",
            f"of {source}: any invertible affine map; of {target}: rotation, scale",
            "one pseudo-inverse of half of the items, O(n d²)",
            f"0: an affine map turns {source} into {target} exactly. Without a penalty it is large for few items.",
            "Csiszárik et al. 2021",
            direction=direction,
            best=0.0,
            higher=False,
            needs=10,
            most=_SPLIT_MOST,
        ),
    ]


_PREDICTION = _linear("ab", "A to B", "there") + _linear("ba", "B to A", "back")
MEASURES: dict[str, Measure] = {
    measure.key: measure for measure in (*_CKA, *_NEAR, *_CCA, *_PROCRUSTES, *_RSA, *_PREDICTION)
}
METRICS = [key for key, measure in MEASURES.items() if measure.metric]


def get_measure(key: str) -> Measure:
    """The measure of this name; InputError lists the known ones."""
    return MEASURES[check_choice(key, MEASURES, "measure")]
