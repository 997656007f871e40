"""ProMap's files: F1 of the classifiers, our similarities beside the authors', precision split by kind of non-match."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from explorer.base.arrays import Doubles, Floats, Mask
from explorer.base.errors import InputError
from explorer.base.metrics import score_text
from explorer.features.match.bootstrap import bootstrap
from explorer.features.match.learners import LEARNERS, held_out, learn
from explorer.features.match.products.comparing import compared, weigh
from explorer.features.match.products.fields import Listings, columns_of
from explorer.features.match.side import Side
from explorer.io.tables import read_table

IDS, TRUTH, KIND, MATCH = ("id1", "id2"), "match", "match_type", "match"
SEEDS = 5
BEST = "rf"
"""The learner whose precision is split by kind."""


@dataclass(frozen=True)
class Similarities:
    """p pairs of a released file. names: (m,) columns; values: (p, m); same: (p,); ids: (p,) pairs of ids."""

    names: tuple[str, ...]
    values: Doubles
    same: Mask
    ids: tuple[tuple[str, str], ...]


def read_similarities(path: Path) -> Similarities:
    """A file with the columns id1, id2, match and numbers; InputError where one is missing."""
    file = read_table(path)
    table = file.table
    missing = [name for name in (*IDS, TRUTH) if name not in table.column_names]
    if missing:
        raise InputError(
            f"{path.name}: expected the columns id1, id2 and match beside similarities; {missing[0]} is not."
        )
    names = tuple(name for name in table.column_names if name not in (*IDS, TRUTH))
    try:
        values = np.stack([np.asarray(table.column(name).cast(pa.float64()).to_numpy()) for name in names], axis=1)
        same = np.asarray(table.column(TRUTH).cast(pa.float64()).to_numpy()) == 1
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        raise InputError(f"{path.name}: expected numbers in all columns but id1 and id2 ({error}).") from error
    ids = zip(*(table.column(name).cast(pa.string()).to_pylist() for name in IDS), strict=True)
    return Similarities(names, values, same, tuple(ids))


@dataclass(frozen=True)
class Curve:
    """Precision and recall from each threshold on, thresholds (t,) from high to low. others: non-matches counted."""

    thresholds: Floats
    precision: Floats
    recall: Floats
    others: int

    @property
    def average(self) -> float:
        """Average precision: the mean of precision over the steps of recall."""
        return float((np.diff(self.recall, prepend=0) * self.precision).sum())


def precision_by_kind(scores: Floats, kinds: Sequence[str], match: str = MATCH) -> dict[str, Curve]:
    """For each kind of non-match the curve of all matches against these non-matches alone, and "all" against all.

    scores: (p,) higher is more alike; kinds: (p,) such as match, close_nonmatch, medium_nonmatch. Pairs of one score
    are called together. InputError without a match.
    """
    names = np.asarray(kinds, object)
    same = names == match
    if not same.any():
        raise InputError(f"Expected pairs of the kind {match!r}, got none among {len(names)}.")
    others = sorted({str(name) for name in names[~same]})
    made = {kind: _curve(scores[same], scores[names == kind]) for kind in others}
    return {"all": _curve(scores[same], scores[~same]), **made}


def _curve(matches: Floats, others: Floats) -> Curve:
    thresholds = np.unique(np.concatenate([matches, others]))[::-1]
    hits = len(matches) - np.searchsorted(np.sort(matches), thresholds, side="left")
    false = len(others) - np.searchsorted(np.sort(others), thresholds, side="left")
    precision = hits / (hits + false)
    return Curve(
        thresholds.astype(np.float32),
        precision.astype(np.float32),
        (hits / len(matches)).astype(np.float32),
        len(others),
    )


def classifier_scores(
    train: Similarities, test: Similarities, seed: int = 0, learners: Sequence[str] = tuple(LEARNERS)
) -> dict[str, dict[str, Any]]:
    """F1 of learners on released similarities, with an interval; the small network's is the mean of five seeds.

    InputError where the two files have other columns.
    """
    if train.names != test.names:
        raise InputError("Expected the same columns of similarities in both files.")
    found = {}
    for name in learners:
        seeds = range(SEEDS if name == "mlp" else 1)
        called = [
            learn(train.values, train.same, method=name, seed=one).probabilities(test.values) >= 0.5 for one in seeds
        ]
        first = bootstrap(lambda rows, one=called[0]: f1(one[rows], test.same[rows]), test.same, seed)  # type: ignore[misc]
        mean = float(np.mean([f1(one, test.same) for one in called]))
        found[name] = {**first.as_dict(), "mean of seeds": round(mean, 4)}
    return found


def f1(called: Mask, same: Mask) -> float:
    """2 TP / (2 TP + FP + FN), 0 where nothing is called and nothing is the same."""
    total = int(called.sum() + same.sum())
    return 2 * int((called & same).sum()) / total if total else 0.0


def auc(scores: Doubles, same: Mask) -> float:
    """Chance that a match scores above a non-match, ties half."""
    from scipy.stats import rankdata

    alike = int(same.sum())
    return float((rankdata(scores)[same].sum() - alike * (alike + 1) / 2) / (alike * (len(same) - alike)))


def own_similarities(path: Path) -> tuple[dict[str, Floats], list[tuple[str, str]], list[str]]:
    """Our numbers of the pairs of a file of listings (name1, …, name2, …), their ids, and the kind of each pair."""
    table = read_table(path).table
    left, right = (_half(table, end, path.name) for end in ("1", "2"))
    mine, theirs = columns_of(left, right, {})
    first, second = Listings(left, mine), Listings(right, theirs)
    rows = np.arange(len(left))
    ids = zip(*(table.column(name).cast(pa.string()).to_pylist() for name in IDS), strict=True)
    kinds = table.column(KIND).to_pylist() if KIND in table.column_names else [""] * len(rows)
    return compared(first, second, weigh(first, second), rows, rows), list(ids), kinds


def _half(table: pa.Table, end: str, name: str) -> Side:
    """The left or right listings of a table of pairs, whose columns end in 1 or 2."""
    held = {one[:-1]: table.column(one) for one in table.column_names if one.endswith(end) and one[:-1] != "id"}
    if "name" not in held:
        raise InputError(f"{name}: expected listings with the columns name1, name2, id1 and id2.")
    return Side(name=f"{name}, {end}", ids=tuple(map(str, range(table.num_rows))), table=pa.table(held), text="name")


def beside_official(
    own: Mapping[str, Floats], ids: Sequence[tuple[str, str]], official: Similarities
) -> dict[str, dict[str, float]]:
    """For each similarity that both have: correlation of ours with theirs, and the AUC of either.

    Pairs are joined by their two ids: the rows of the two files are in another order.
    """
    place = {pair: row for row, pair in enumerate(official.ids)}
    rows = np.array([place.get(pair, -1) for pair in ids])
    if (rows < 0).any():
        raise InputError(f"Expected every pair in both files, {int((rows < 0).sum())} listings have no similarities.")
    same = official.same[rows]
    found = {}
    for name in official.names:
        theirs = official.values[rows, official.names.index(name)]
        if name in own and theirs.std() > 0 and own[name].std() > 0:
            ours = own[name].astype(np.float64)
            correlation = float(np.corrcoef(ours, theirs)[0, 1])
            found[name] = {"correlation": correlation, "AUC": auc(ours, same), "official AUC": auc(theirs, same)}
    return found


def held_out_f1(
    own: Mapping[str, Floats], ids: Sequence[tuple[str, str]], official: Similarities, seed: int = 0
) -> dict[str, dict[str, Any]]:
    """F1 on the listings' pairs by a forest that saw no pair of the same left listing: our numbers, and theirs."""
    place = {pair: row for row, pair in enumerate(official.ids)}
    rows = np.array([place[pair] for pair in ids])
    same, groups = official.same[rows], [one for one, _ in ids]
    found = {}
    for name, values in (("ours", np.stack(list(own.values()), axis=1)), ("theirs", official.values[rows])):
        called = held_out(values, same, groups, method=BEST, seed=seed) >= 0.5
        found[name] = bootstrap(lambda some, called=called: f1(called[some], same[some]), same, seed).as_dict()  # type: ignore[misc]
    return found


def run_eval(
    train: Path, test: Path, listings: Path | None, seed: int = 0, learners: Sequence[str] = tuple(LEARNERS)
) -> dict[str, Any]:
    """What `explorer eval match products` does."""
    learned_from, asked = read_similarities(train), read_similarities(test)
    report: dict[str, Any] = {
        "pairs": [len(learned_from.same), len(asked.same)],
        "F1": classifier_scores(learned_from, asked, seed, learners),
    }
    if listings is None:
        return report
    own, ids, kinds = own_similarities(listings)
    report["similarities"] = beside_official(own, ids, asked)
    report["held out F1"] = held_out_f1(own, ids, asked, seed)
    kind_of = dict(zip(ids, kinds, strict=True))
    if any(kinds):
        scores = learn(learned_from.values, learned_from.same, method=BEST, seed=seed).probabilities(asked.values)
        curves = precision_by_kind(scores, [kind_of[pair] for pair in asked.ids])
        report["average precision"] = {name: [round(one.average, 4), one.others] for name, one in curves.items()}
    return report


def format_report(report: Mapping[str, Any]) -> str:
    """A report of `run_eval` as text."""
    lines = [f"Learned from {report['pairs'][0]} pairs, tested on {report['pairs'][1]}.", f"{'learner':24} F1"]
    for name, one in report["F1"].items():
        more = f", mean of {SEEDS} seeds {one['mean of seeds']:.3f}" if name == "mlp" else ""
        lines.append(f"{LEARNERS[name].label:24} {score_text(one)}{more}")
    for name, (value, others) in report.get("average precision", {}).items():
        lines.append(f"Average precision of {LEARNERS[BEST].label.lower()} against {name} ({others}): {value:.3f}")
    for name, one in report.get("held out F1", {}).items():
        lines.append(
            f"F1 of {LEARNERS[BEST].label.lower()} on held-out pairs of the listings, {name}: {score_text(one)}"
        )
    if "similarities" in report:
        lines.append(f"{'similarity':36} correlation  AUC    official AUC")
    for name, one in report.get("similarities", {}).items():
        lines.append(f"{name:36} {one['correlation']:.3f}        {one['AUC']:.3f}  {one['official AUC']:.3f}")
    return "\n".join(lines)
