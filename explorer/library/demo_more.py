"""What the demo of scenes makes after it has opened, so that no page is empty: models, simulated answers, two maps."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from explorer.base.arrays import Doubles
from explorer.base.progress import Progress
from explorer.base.settings import home, workspaces_root
from explorer.features.compare.layers import collect_layers, load_layers
from explorer.features.compare.service import ITEMS as LAYER_ITEMS
from explorer.features.elites import service as elites
from explorer.features.judgments.learning.simulated import column_features
from explorer.features.judgments.making import questions_for
from explorer.features.judgments.settings import Settings
from explorer.features.judgments.simulated_people import Crowd, answer_campaign, is_answered
from explorer.features.judgments.store import judgment_store
from explorer.workspace.demo import FURTHER_MODELS, is_scenes_demo
from explorer.workspace.folder import Workspace
from explorer.workspace.jobs import Job, jobs_of, start
from explorer.workspace.layout import is_workspace
from explorer.workspace.mapping import whole_manifest
from explorer.workspace.opened import Opened, open_shared
from explorer.workspace.preparing import missing_steps, prepare

CAMPAIGN = "Odd one out by colour (simulated)"
SEEN = {"colour": 1.0, "shape": 0.35, "fill": 0.2}
"""Columns that the simulated people see, and how much each counts."""
MODELS, NOTES = ("pocket", *FURTHER_MODELS), "notes"
LAYERS_OF = ("pocket", "histogram")
"""Models whose layers the view Layers of Compare shows at once."""


@dataclass(frozen=True, kw_only=True)
class Amount:
    """How much is made. people, questions, items: of the campaign; share: of the evaluations of each map."""

    people: int = 20
    questions: int = 240
    items: int = 60
    per_question: int = 5
    share: float = 1.0


@dataclass(frozen=True)
class Search:
    """A MAP-Elites map of the demo: its name, axes and quality, and the other settings."""

    name: str
    axes: tuple[str, ...]
    quality: str
    evaluations: int
    more: dict[str, Any] = field(default_factory=dict)


SEARCHES = (
    Search("Stars drawn anew", ("image:brightness", "image:edges"), "prompt:a star", 300, {"space": "scenes"}),
    Search("Hearts few to many", ("image:brightness", "column:count"), "prompt:a heart", 800),
)
CELLS, FINER = (9, 9), "umap"


def missing(workspace: Workspace) -> list[str]:
    """What is not there yet, in words; [] when all is."""
    lacking = [f"model {spec}" for spec in MODELS if missing_steps(workspace, spec)]
    lacking += [f"finer map {spec}" for spec in MODELS if not whole_manifest(workspace, spec, FINER)]
    if not is_answered(judgment_store(workspace), CAMPAIGN):
        lacking.append(f"answers {CAMPAIGN}")
    lacking += [f"layers {spec}" for spec in LAYERS_OF if not load_layers(workspace, spec, LAYER_ITEMS)]
    return [*lacking, *(f"map {one.name}" for one in SEARCHES if not elites.has_ended(workspace, one.name))]


def make_more(workspace: Workspace, progress: Progress, amount: Amount | None = None) -> None:
    """Make what is missing. What is there stays; what was interrupted is gone on with, or made anew."""
    wanted = amount or Amount()
    for spec in MODELS:
        if missing_steps(workspace, spec):
            prepare(workspace, spec, method="pca", progress=progress)
    opened = open_shared(workspace.path)
    _simulate(opened, wanted, progress)
    for spec in LAYERS_OF:
        collect_layers(workspace, spec, items=LAYER_ITEMS, progress=progress)
    for one in SEARCHES:
        _search(opened, one, wanted, progress)
    for spec in MODELS:  # the finer maps last: every page has something to show without them
        prepare(workspace, spec, method=FINER, progress=progress)


def start_more(workspace: Workspace) -> Job:
    """Make what is missing as a job of low priority; the one that runs already, if there is one."""
    title = "Fill the demo: models, simulated answers, maps"
    return start(workspace.path, ["demo", workspace.path.name], title, background=True)


def start_missing(workspace: Workspace) -> None:
    """As `start_more`, where `workspace` is the demo of scenes and lacks anything."""
    if is_scenes_demo(workspace) and missing(workspace):
        start_more(workspace)


def start_notes() -> Job | None:
    """Make the demo of notes as such a job; None where it is there."""
    if is_workspace(workspaces_root() / NOTES):
        return None
    return start(home(), ["demo", NOTES], "Make the demo of notes", makes=NOTES, background=True)


def is_filling(workspace: Workspace) -> bool:
    """Whether that job is running."""
    return any(job.state == "running" and job.args[:1] == ("demo",) for job in jobs_of(workspace.path))


def _simulate(opened: Opened, amount: Amount, progress: Progress) -> None:
    items = np.arange(min(amount.items, len(opened.dataset)))
    ids: Sequence[str] = opened.dataset.ids[items].tolist()
    settings = Settings(
        task="odd_one_out",
        condition="by colour",
        instruction="Which one has another colour than the other two?",
        questions=amount.questions,
        answers_per_question=amount.per_question,
        per_person=-(-amount.questions * amount.per_question // amount.people),
    )
    answer_campaign(
        judgment_store(opened.workspace),
        CAMPAIGN,
        settings,
        item_ids=ids,
        pool=questions_for(opened, settings, ids),
        crowd=Crowd(count=amount.people, features=_seen(opened)[items]),
        progress=progress,
    )


def _seen(opened: Opened) -> Doubles:
    """(n, f) what the simulated people see of each item."""
    parts = [weight * column_features([opened.dataset.column(name).to_numpy(object)]) for name, weight in SEEN.items()]
    return np.concatenate(parts, axis=1)


def _search(opened: Opened, one: Search, amount: Amount, progress: Progress) -> None:
    settings = elites.asked(
        opened,
        one.name,
        one.axes,
        one.quality,
        encoder="pocket",
        cells=CELLS,
        evaluations=max(int(one.evaluations * amount.share), 20),
        start=min(100, max(int(100 * amount.share), 10)),
        **one.more,
    )
    elites.ensure(opened, settings, progress)
