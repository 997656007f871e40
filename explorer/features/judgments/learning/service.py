"""What pages, library and commands ask for when something is learned from people."""

from dataclasses import dataclass

import numpy as np

from explorer.base.arrays import Mask, Rows
from explorer.base.errors import InputError
from explorer.base.memory import remembered
from explorer.base.progress import Progress
from explorer.features.judgments.agreement.columns import telling_columns
from explorer.features.judgments.agreement.judged import tag_campaigns
from explorer.features.judgments.learning.groups import GroupSettings, Labels
from explorer.features.judgments.learning.placing import fit_places
from explorer.features.judgments.learning.sirl import SirlReport, simulate_sirl
from explorer.features.judgments.learning.tuning import TAGS, groups_of
from explorer.heads.batches import balanced_batch
from explorer.heads.ms_loss import PairLoss, ms_loss, pairs_of, recall_at_1
from explorer.workspace.opened import Opened
from explorer.workspace.preparing import prepare

SHOWN = GroupSettings(batch=40, per_group=5)


@dataclass(frozen=True, kw_only=True)
class GroupBatch:
    """A batch of items of several groups, and how hard the loss moves its pairs.

    rows: (m,) items, the groups side by side. labels: (m,) their groups. same: (m, m) True for pairs of one group.
    recall: share of the items whose nearest other one is of their group.
    """

    rows: Rows
    labels: Labels
    same: Mask
    pairs: PairLoss
    recall: float

    @property
    def kept(self) -> float:
        """Share of the pairs that the mining keeps."""
        return float(self.pairs.weights.astype(bool).sum() / max(self.same.size - len(self.same), 1))


def group_names(opened: Opened) -> list[str]:
    """Where groups come from: columns with few values, and "tags:<campaign>"."""
    columns = [name for name, kind in telling_columns(opened.dataset).items() if kind == "values"]
    return [*columns, *(f"{TAGS}{name}" for name in tag_campaigns(opened))]


def models_to_learn_on(opened: Opened, *, tuned: bool = True) -> list[str]:
    """Specs of the encoders that have looked at the items; without those that learned before, unless `tuned`."""
    left_out = ("precomputed:",) if tuned else ("tuned:", "precomputed:")
    return [spec for spec in opened.encoders if not spec.startswith(left_out)]


@remembered(16)
def group_batch(opened: Opened, spec: str, name: str, last: int) -> GroupBatch:
    """Which pairs of a batch drive the loss. name: one of `group_names`. last: number of the newest judgment.

    Raises InputError when fewer than two groups have items.
    """
    labels, embeddings = groups_of(opened, name), opened.embeddings(spec)
    usable = np.flatnonzero((labels != "") & embeddings.present)
    if len(np.unique(labels[usable])) < 2:
        raise InputError("Fewer than two groups have items here.")
    codes = np.unique(labels[usable], return_inverse=True)[1]
    rows = usable[balanced_batch(codes, SHOWN.groups, SHOWN.per_group, np.random.default_rng(0))]
    rows = rows[np.argsort(labels[rows].astype(str), kind="stable")]
    vectors, chosen = np.asarray(embeddings.vectors[rows], dtype=np.float32), labels[rows]
    return GroupBatch(
        rows=rows,
        labels=chosen,
        same=pairs_of(chosen)[0],
        pairs=ms_loss(vectors, chosen),
        recall=recall_at_1(vectors, chosen),
    )


@remembered(16)
def simulated_people(opened: Opened, spec: str, columns: tuple[str, ...]) -> SirlReport:
    """Both stages of SIRL with simulated people who care about these columns, beside the baselines."""
    return simulate_sirl(opened, spec, columns)


def place_items(opened: Opened, campaign: str, *, dim: int, loss: str, progress: Progress, condition: str = "") -> str:
    """Places from answers alone, with index and map, as vectors of the workspace; how good they are, in words."""
    placed = fit_places(opened, campaign, dim=dim, loss=loss, progress=progress, condition=condition)
    prepare(opened.workspace, placed.spec, method="pca", progress=progress)
    return f"{placed.text}\nIt is in the list of models now, with a map."
