"""How well TabSim, the words of each part and mixes of them tell tables that are alike: AUC and F1 on other pairs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from explorer.base.arrays import Floats, Mask, Rows, check_choice
from explorer.base.errors import InputError
from explorer.base.metrics import score_text
from explorer.base.progress import Progress
from explorer.features.match.bootstrap import bootstrap
from explorer.features.match.tables.content import PARTS
from explorer.features.match.tables.head import Mix, tabsim_of
from explorer.features.match.tables.pairs import TablePairs
from explorer.features.match.tables.tabsim import SIMILAR, halves
from explorer.features.match.tables.teaching import cosines_of, fitted_mix, head_of, teach
from explorer.features.match.tables.tfidf import mean_of_told
from explorer.features.match.tables.training import TableSettings
from explorer.heads.fit import training_folder

LAST, UNSEEN = "last", "unseen"
SPLITS = {
    LAST: "the last quarter of the pairs; most of their tables were met in training",
    UNSEEN: "pairs of tables that no pair of the training has; pairs with one such table are left out",
}


@dataclass(frozen=True)
class Split:
    """Places of pairs to learn from and to test on."""

    learn: Rows
    test: Rows


def split_last(pairs: TablePairs, share: float = 0.25) -> Split:
    """The first pairs to learn from, the last `share` of them to test on."""
    cut = int(len(pairs) * (1 - share))
    return Split(np.arange(cut), np.arange(cut, len(pairs)))


def split_unseen(pairs: TablePairs, rng: np.random.Generator, share: float = 0.35) -> Split:
    """A `share` of the tables is held out; pairs of two such tables test, pairs of two others teach, the rest rests."""
    held = np.zeros(len(pairs.tables), bool)
    held[rng.permutation(len(held))[: round(share * len(held))]] = True
    count = held[pairs.left].astype(int) + held[pairs.right]
    return Split(rng.permutation(np.flatnonzero(count == 0)), np.flatnonzero(count == 2))


def seen(pairs: TablePairs, split: Split) -> dict[str, int]:
    """How many test pairs have both, one or none of their tables in the pairs to learn from."""
    known = np.zeros(len(pairs.tables), bool)
    known[np.concatenate([pairs.left[split.learn], pairs.right[split.learn]])] = True
    count = known[pairs.left[split.test]].astype(int) + known[pairs.right[split.test]]
    return {"both": int((count == 2).sum()), "one": int((count == 1).sum()), "none": int((count == 0).sum())}


def auc(scores: Floats, same: Mask) -> float:
    """Chance that a pair that is alike scores above one that is not, ties half."""
    from scipy.stats import rankdata

    ranks = rankdata(scores)
    alike = int(same.sum())
    return float((ranks[same].sum() - alike * (alike + 1) / 2) / (alike * (len(same) - alike)))


def f1(called: Mask, same: Mask) -> float:
    """2 TP / (2 TP + FP + FN), 0 where nothing is called and nothing is alike."""
    total = int(called.sum() + same.sum())
    return 2 * int((called & same).sum()) / total if total else 0.0


def best_threshold(scores: Floats, same: Mask) -> float:
    """The score from which on calling pairs alike gives the highest F1."""
    values = np.unique(scores)
    return float(values[int(np.argmax([f1(scores >= value, same) for value in values]))])


def evaluate(
    pairs: TablePairs, split: Split, settings: TableSettings, folder: Path, *, progress: Progress, seed: int = 0
) -> dict[str, Any]:
    """Every way on one split; thresholds of the words are chosen on the pairs to learn from, TabSim's is 0.5.

    The mixes are logistic regressions: of the words on all pairs to learn from; with the network on those that the
    network was not fitted to. InputError where the test pairs are all alike or all not.
    """
    same, test = pairs.same, split.test
    if not len(test) or same[test].all() or not same[test].any():
        raise InputError(f"Expected test pairs of both kinds, got {int(same[test].sum())} alike of {len(test)}.")
    taught = teach(pairs.take(split.learn), settings, folder, progress=progress)
    learned, asked = cosines_of(pairs, split.learn), cosines_of(pairs, test)
    ways = _ways_of_words(learned, asked, same[split.learn])
    rows = tabsim_of(head_of(taught, {}), "evaluated").read(pairs.tables)[0]
    distances = halves(rows[pairs.left[test]], rows[pairs.right[test]])[0]
    ways["TabSim"] = (-distances, -SIMILAR)
    ways["TabSim and words, learned"] = (taught.mix.of(distances, asked), 0.5)
    return {
        "pairs": len(test),
        "alike": int(same[test].sum()),
        "learned from": len(split.learn),
        "tables met": seen(pairs, split),
        "epochs": [taught.trained.best, taught.trained.epochs],
        "ways": {name: _scores(*way, same[test], seed) for name, way in ways.items()},
    }


def _ways_of_words(
    learned: Mapping[str, Floats], asked: Mapping[str, Floats], same: Mask
) -> dict[str, tuple[Floats, float]]:
    """Scores of the test pairs and the threshold of each way that looks at words alone."""
    ways: dict[str, tuple[Floats, float]] = {}
    told: dict[str, Callable[[Mapping[str, Floats]], Floats]] = {
        **{f"TF-IDF {part}": lambda one, part=part: np.nan_to_num(one[part]) for part in PARTS},  # type: ignore[misc]
        "TF-IDF caption and header, mean": lambda one: np.nan_to_num(mean_of_told([one["caption"], one["header"]])),
    }
    for name, score in told.items():
        ways[name] = (score(asked), best_threshold(score(learned), same))
    mix: Mix = fitted_mix(np.zeros(len(same), np.float32), learned, same)
    ways["words, learned"] = (mix.of(np.zeros(len(asked["caption"]), np.float32), asked), 0.5)
    return ways


def _scores(scores: Floats, threshold: float, same: Mask, seed: int) -> dict[str, Any]:
    called = scores >= threshold
    return {
        "AUC": bootstrap(lambda rows: auc(scores[rows], same[rows]), same, seed).as_dict(),
        "F1": bootstrap(lambda rows: f1(called[rows], same[rows]), same, seed).as_dict(),
        "threshold": round(float(threshold), 4),
    }


def format_report(report: Mapping[str, Any]) -> str:
    """A report of `evaluate` as text."""
    met = report["tables met"]
    lines = [
        f"{report['pairs']} pairs, {report['alike']} alike; learned from {report['learned from']}; both tables met in "
        f"training: {met['both']}, one: {met['one']}, none: {met['none']}. Epoch {report['epochs'][0]} of "
        f"{report['epochs'][1]}.",
        f"{'way':34} {'AUC':24} F1",
    ]
    for name, way in report["ways"].items():
        lines.append(f"{name:34} {score_text(way['AUC']):24} {score_text(way['F1'])}")
    return "\n".join(lines)


def run_eval(pairs: TablePairs, split: str, epochs: int, seed: int, progress: Progress) -> dict[str, Any]:
    """What `explorer eval match tables` does; split: a name of `SPLITS`."""
    check_choice(split, SPLITS, "split")
    rng = np.random.default_rng(seed)
    chosen = split_last(pairs) if split == LAST else split_unseen(pairs, rng)
    settings = TableSettings(epochs=epochs, seed=seed)
    folder = training_folder(f"tables-evaluated-{split}-{seed}")
    return {"split": SPLITS[split], **evaluate(pairs, chosen, settings, folder, progress=progress, seed=seed)}
