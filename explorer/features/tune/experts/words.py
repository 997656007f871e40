"""What was found about domains, in words."""

from explorer.features.tune.experts.learn import EXPERTS, SHARED, SINGLE
from explorer.features.tune.experts.measure import ALL, LABELS, UNTUNED, DomainReport

OTHERS = (
    "In the authors' own tables experts are not equal to one model a domain: with 5 domains of abstracts their ROC AUC "
    "is 0.855 against 0.904 on COPD and 0.823 against 0.920 on cancer, and above the shared model in all five."
)


def said(report: DomainReport) -> str:
    """The report in a sentence."""
    means = {way: mean_of(report, way) for way in (UNTUNED, SHARED, EXPERTS, SINGLE)}
    told = ", ".join(f"{LABELS[way]} {value:.3f}" for way, value in means.items())
    return f"F1max, mean of {len(report.domains)} domains: {told}. Learned from {report.trained:,} pairs."


def mean_of(report: DomainReport, way: str) -> float:
    """The mean of F1max over domains, each with its own threshold."""
    found = [one.best.f1 for one in report.scores if one.way == way and one.domain != ALL]
    return sum(found) / len(found)


def table(report: DomainReport) -> str:
    """A line for each way and domain."""
    lines = [f"{'':24}{'':24}{'F1max':28}{'threshold':12}{'F1, threshold chosen before':30}{'ROC AUC':10}pairs"]
    for row in rows_of(report):
        lines.append(
            f"{row['domain'][:22]:24}{row['way']:24}{row['F1max']:28}{row['threshold']:12}"
            f"{row['F1, threshold chosen before']:30}{row['ROC AUC']:10}{row['pairs']}"
        )
    return "\n".join([*lines, ABOUT, OTHERS])


def rows_of(report: DomainReport) -> list[dict[str, str]]:
    """A row for each domain and way."""
    ordered = sorted(report.scores, key=lambda one: (one.domain == ALL, one.domain))
    return [
        {
            "domain": one.domain or "all, one threshold",
            "way": LABELS[one.way],
            "F1max": f"{one.best.f1:.3f} ({one.best.low:.3f} to {one.best.high:.3f})",
            "threshold": f"{one.best.threshold:.3f}".replace("-", "−"),
            "F1, threshold chosen before": f"{one.chosen:.3f}",
            "ROC AUC": f"{one.auc:.3f}",
            "pairs": f"{one.pairs:,}",
        }
        for one in ordered
    ]


ABOUT = (
    "F1max: the best F1 over all thresholds of the cosine, which is chosen on the tested pairs themselves; beside it "
    "the F1 of a threshold chosen on other pairs. 95 % intervals by resampling pairs. Pairs that are not alike: the "
    "second text of one of the five others of the domain whose first text shares most letters."
)
