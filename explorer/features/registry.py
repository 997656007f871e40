"""All features that have methods, and their registries; for the command `explorer methods` and the guide's tables."""

from collections.abc import Mapping
from importlib import import_module

from explorer.base.arrays import check_choice
from explorer.base.method import MethodCard

FEATURES = {
    "conditional": "Conditional similarity: alike in one respect",
    "relational": "Relational similarity: same logic, different look",
    "compare": "Comparing representations: how alike two models are",
    "replacing": "Replacing a model: bridges, stitching, compatibility, merging",
    "judgments": "Judgments of people: what to ask, and models that learn from the answers",
    "elites": "MAP-Elites: emitters",
    "cutoff": "Cutting off what is irrelevant",
    "diagnose": "Diagnose: what is wrong with an embedding, an index, a collection",
    "lab": "Search lab: ways to search",
    "label": "Label: from few labels to all items",
    "tune": "Tune: losses, and what learns with them",
    "match": "Match: which of these is the same as which of those",
}
"""Folder of each feature, and what it is called."""
HEAD = "| Name | Method | Formula | Needs | Beside it stands | Trained | Source |"


def methods_of(feature: str) -> Mapping[str, MethodCard]:
    """All methods of a feature by name; InputError that lists the features for an unknown one.

    A feature with methods of several kinds names them all in `ALL_METHODS` of its contract.
    """
    contract = import_module(f"explorer.features.{check_choice(feature, FEATURES, 'feature')}.contract")
    found: Mapping[str, MethodCard] = getattr(contract, "ALL_METHODS", contract.METHODS)
    return found


def table_of(feature: str) -> str:
    """The methods of a feature as a table in Markdown."""
    lines = [HEAD, "|---|---|---|---|---|---|---|"]
    for method in methods_of(feature).values():
        cells = (
            f"`{method.name}`",
            method.label,
            method.formula,
            ", ".join(method.needs),
            f"`{method.baseline}`" if method.baseline else "",
            method.trained,
            method.source,
        )
        lines.append("| " + " | ".join(cell.replace("|", "∣").strip() or "–" for cell in cells) + " |")
    return "\n".join(lines)


def page() -> str:
    """The page of the guide that lists all methods."""
    head = (
        "# All methods\n\n"
        "Every method by feature, with its formula, what it needs, and the baseline that stands beside it.\n"
        "Made from the registries by `explorer methods --markdown`; how to add one: "
        "[four places](adding_a_method.md).\n"
    )
    parts = [f"## {title}\n\n{table_of(feature)}\n" for feature, title in FEATURES.items()]
    return "\n".join([head, *parts])
