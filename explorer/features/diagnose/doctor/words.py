"""What the index doctor found, in sentences for people."""

from explorer.features.diagnose.doctor.metrics import METRICS
from explorer.features.diagnose.doctor.report import SAME, Diagnosis


def recommendation(found: Diagnosis) -> list[str]:
    """What to do, a sentence or two a stage: the metric, the index, the vectors."""
    return [_metric(found), _index(found), _vectors(found)]


def _metric(found: Diagnosis) -> str:
    if found.alike:
        return "Metric: nothing to choose. All vectors have one length, so Euclid, inner product and cosine rank alike."
    best = found.metrics[found.best]
    cosine = found.metrics["cosine"]
    if found.best == "cosine":
        return (
            f"Metric: stay with cosine, by which this app searches: label recall {cosine.exact.recall.value:.1%}; "
            + _others(found)
        )
    return (
        f"Metric: {METRICS[found.best]} finds {best.against.value:.1%} more of what the labels ask for than cosine "
        f"(95 % interval {best.against.low:+.1%} to {best.against.high:+.1%}). This app searches by cosine: the "
        "lengths of these vectors carry something that it does not see."
    )


def _others(found: Diagnosis) -> str:
    words = [
        f"{METRICS[name]} {one.exact.recall.value:.1%} (difference {one.against.low:+.1%} to {one.against.high:+.1%})"
        for name, one in found.metrics.items()
        if name != "cosine"
    ]
    return "; ".join(words) + "."


def _index(found: Diagnosis) -> str:
    one, point = found.metrics[found.best], found.enough(found.best)
    if point is None:
        return (
            f"Index: no number of candidates that was tried comes within {SAME:.1%} of the label recall of exact "
            "search. Search exactly, or look for items that the graph does not lead to."
        )
    return (
        f"Index: ef {point.ef:,} is enough. It finds {point.recall.value:.1%} of the exact answer, and its label "
        f"recall is {point.task.value:.1%}, by exact search {one.exact.recall.value:.1%}. More candidates cost time "
        "and bring nothing for these labels."
    )


def _vectors(found: Diagnosis) -> str:
    one = found.metrics[found.best].exact
    lost = 1 - one.recall.value
    if found.items <= one.k:
        return (
            f"Vectors: nothing can be told of them. All {found.items:,} items are among the {one.k:,} nearest, so "
            "chance finds as much; bring more items."
        )
    if one.recall.low <= found.chance:
        return (
            f"Vectors: they say nothing of these labels. {one.recall.value:.1%} of what the labels ask for is among "
            f"the {one.k:,} nearest, by chance {found.chance:.1%}. Another model, or a fix of this one under Geometry, "
            "can change that; an index cannot."
        )
    if lost < 0.05:
        return "Vectors: they hold what these labels ask for; exact search finds nearly all of it."
    return (
        f"Vectors: {lost:.1%} is lost before any index comes in, by exact search over all items (chance finds "
        f"{found.chance:.1%}). Another model, or a fix of this one under Geometry, can change that; an index cannot."
    )


def lengths_words(found: Diagnosis) -> str:
    """What is known of the lengths of the vectors."""
    if found.known:
        return "Metrics are compared on the vectors as they were brought, with their own lengths."
    return (
        "The lengths of these vectors are not known: models give vectors of length 1 here, and vectors that were "
        "brought by an earlier version lost theirs; import them again to compare metrics."
        if found.model.startswith("precomputed:")
        else "This model gives vectors of length 1, so metrics can only be compared for vectors that you bring."
    )


def advice_words(found: Diagnosis) -> str:
    """What the tree comes to, and what the measurement says about it."""
    took = found.advice
    family = "a graph" if took.family == "graph" else "partitions"
    said = (
        f"It comes to {METRICS[took.metric]} and {family}: on its authors’ data {', '.join(took.methods)} led there. "
    )
    if not found.alike:
        measured = found.metrics[took.metric].exact.recall.value
        best = found.metrics[found.best].exact.recall.value
        agrees = took.metric == found.best or measured >= best
        said += (
            "The measurement above agrees on the metric. "
            if agrees
            else f"The measurement above disagrees: {METRICS[took.metric]} finds {measured:.1%}, {METRICS[found.best]} "
            f"{best:.1%}. Believe the measurement. "
        )
    return said + "Its other question, the relative angle RA, is defined in no source that we found and is left out."
