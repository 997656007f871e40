"""What page and command ask of cut-offs: learn one, list those of a model, use one."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import default_rng

from explorer.base.arrays import check_choice
from explorer.base.errors import InputError, ModelError
from explorer.base.memory import remembered
from explorer.base.progress import Progress, Silent
from explorer.base.weights import same_weights
from explorer.features.cutoff.contract import ADAPTERS, METHODS
from explorer.features.cutoff.cut import KIND, Cutoff, of_head
from explorer.features.cutoff.judged import Judged, Split, check_enough, split_queries
from explorer.features.cutoff.learn import Adapter, LearnSettings, learn
from explorer.features.cutoff.measures import (
    dropped,
    interval,
    kept_precision,
    kept_recall,
    pr_auc,
    precision_at_recall,
    threshold_at_recall,
)
from explorer.features.cutoff.method import Numbers
from explorer.features.cutoff.sources import NEAREST
from explorer.heads.fit import training_folder
from explorer.heads.head import MANIFEST, read_head_folder
from explorer.heads.store import write_head
from explorer.workspace.layout import slug
from explorer.workspace.opened import Opened

RECALL, LEAST_RECALL, MOST_RECALL = 0.95, 0.5, 0.999
WHERE = "cutoffs"


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How to learn: method of `ADAPTERS`; recall: the share of relevant pairs that the threshold is to keep."""

    method: str = ADAPTERS[0]
    recall: float = RECALL
    settings: LearnSettings = LearnSettings()

    def __post_init__(self) -> None:
        """InputError for what cannot be learned."""
        check_choice(self.method, ADAPTERS, "method")
        if not LEAST_RECALL <= self.recall <= MOST_RECALL:
            raise InputError(f"Recall: expected {LEAST_RECALL} to {MOST_RECALL}, got {self.recall}.")


def train(
    opened: Opened, spec: str, judged: Judged, wish: Wish | None = None, progress: Progress | None = None
) -> Cutoff:
    """Learn a cut-off from judged pairs, measure it on queries that had no part in it, and keep it in the workspace.

    The threshold is chosen on the validation queries alone. InputError when too little is judged.
    """
    wish, progress = wish or Wish(), progress or Silent()
    check_enough(judged)
    split = split_queries(judged.answered, default_rng(wish.settings.fit.seed))
    name = slug(f"{spec} {judged.source}")
    folder, key = training_folder(f"cutoff-{opened.name[:40]}"), f"{opened.path} {opened.key} {name}"

    def one(method: str) -> Adapter:
        return learn(
            METHODS[method],
            judged,
            split.learn,
            split.validate,
            folder=folder / method,
            settings=wish.settings,
            progress=progress,
            key=key,
        )

    learned = {"control": one("control"), wish.method: one(wish.method)}
    adapter, control = learned[wish.method], learned["control"]
    thresholds, numbers = measured(judged, split, learned, wish.recall)
    made = Cutoff(
        name=name,
        adapter=adapter,
        threshold=thresholds[wish.method],
        given=control.given(judged.queries[:1]),
        control_threshold=thresholds["control"],
        card={
            "source": judged.source,
            "kind": judged.kind,
            "data": f"{opened.name}, {len(judged):,} queries, {int(judged.known.sum()):,} pairs",
            "recall": wish.recall,
            "queries": {"learned": len(split.learn), "validated": len(split.validate), "tested": len(split.test)},
            "nearest": NEAREST,
            "numbers": numbers,
            "limits": "A reconstruction. Holds for queries and items like these, under this model.",
        },
    )
    weights = str(opened.embeddings(spec).settings.get("weights", ""))
    write_head(_folder(opened) / name, made.as_head(spec, weights), f"# {name}\n\n{made.card['data']}\n")
    return made


def measured(
    judged: Judged, split: Split, learned: dict[str, Adapter], recall: float
) -> tuple[dict[str, float], dict[str, dict[str, Any]]]:
    """Thresholds by method from the validation queries, and what each is worth on the test queries.

    Measures by name, each with its 95 % interval over queries: see `measures`.
    """
    held, test = judged.of(split.validate), judged.of(split.test)
    thresholds, numbers = {}, {}
    for name in ("cosine", *learned):
        seen, asked = (_scores(learned.get(name), part) for part in (held, test))
        at = threshold_at_recall(seen[held.known], held.relevant[held.known], recall)
        measures = {
            "pr_auc": pr_auc,
            "precision_at_95": precision_at_recall(0.95),
            "recall": kept_recall(at),
            "precision": kept_precision(at),
            "dropped": dropped(at),
        }
        thresholds[name] = at
        numbers[name] = {
            what: interval(measure, asked, test.relevant, test.known).as_dict() for what, measure in measures.items()
        }
    return thresholds, numbers


def cutoffs(opened: Opened, spec: str) -> list[Cutoff]:
    """Those that were learned for the weights that made the vectors of a model, the newest first."""
    made = sorted(_folder(opened).glob(f"*/{MANIFEST}"), key=lambda path: path.stat().st_mtime_ns, reverse=True)
    stamps = tuple((path.parent.name, path.stat().st_mtime_ns) for path in made)
    return list(_read(opened, spec, stamps))


@remembered(8)
def _read(opened: Opened, spec: str, stamps: tuple[tuple[str, int], ...]) -> tuple[Cutoff, ...]:
    weights, found = str(opened.embeddings(spec).settings.get("weights", "")), []
    for name, _ in stamps:
        with suppress(ModelError, KeyError, TypeError, ValueError):  # a damaged one can be learned again
            head = read_head_folder(_folder(opened) / name)
            if (head.kind, head.encoder) == (KIND, spec) and same_weights(head.fingerprint, weights):
                found.append(of_head(name, head))
    return tuple(found)


def _scores(adapter: Adapter | None, part: Judged) -> Numbers:
    return part.cosines.astype(np.float64) if adapter is None else adapter.scores(part.queries, part.cosines)


def _folder(opened: Opened) -> Path:
    return opened.workspace.folder(WHERE)
