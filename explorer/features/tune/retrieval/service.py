"""Pictures are tuned without losing the words: trained, measured before and after, kept as models of the workspace."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from explorer.base.arrays import Floats, check_choice
from explorer.base.errors import InputError
from explorer.base.progress import Progress
from explorer.base.settings import check_name
from explorer.encoders.base import Encoder
from explorer.encoders.pocket import PocketEncoder, load_tower
from explorer.encoders.specs import canonical
from explorer.encoders.tuned import SIDES
from explorer.features.tune.retrieval.material import Material, material_of
from explorer.features.tune.retrieval.measures import STATES, Measured, compare, look, measured_from
from explorer.features.tune.retrieval.side import Side, block_side, head_side
from explorer.features.tune.retrieval.stages import TEXTS, USUAL, Course, StageSettings, realign, tune_pictures
from explorer.features.tune.retrieval.views import MOST_PICTURES, block_inputs
from explorer.features.tune.service import check_new
from explorer.heads.head import Head, heads_root, list_heads, read_head
from explorer.heads.store import write_head
from explorer.workspace.answers import answer_path, keep_answer, models_stamp, read_answer
from explorer.workspace.opened import Opened
from explorer.workspace.preparing import prepare

LEARNS = {"head": "A matrix on frozen vectors", "block": "The last block of pocket"}
PLACE, MADE_FROM = "tune/pictures", "pictures and words"
KEPT = {"realigned": "", "mcip": "-mcip"}
"""The states that become models, and how the names of these end."""
_FORMAT = 1


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is tuned on what.

    model: spec of the model below. column: with the labels. split: column that says which items are for the test, ""
    for one called split, else at random. captions: further columns whose values are captions. learns: of LEARNS. name:
    of the results, `tuned:<name>` and `tuned:<name>-mcip`.
    """

    model: str
    column: str
    learns: str = "head"
    split: str = ""
    captions: tuple[str, ...] = ()
    name: str = "pictures"
    settings: StageSettings


@dataclass(frozen=True, kw_only=True)
class Report:
    """The states side by side. items: pictures learned from, watched, tested. queries: texts by kind, and how many of
    these were captions that were learned from. steps: of each training, the ones that were kept.
    """

    states: tuple[Measured, ...]
    items: tuple[int, int, int]
    labels: int
    queries: dict[str, tuple[int, int]]
    captions: int
    said: str
    steps: dict[str, int] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "states": [one.as_dict() for one in self.states]}


@dataclass(frozen=True, kw_only=True)
class Trained:
    """weights: of the heads by state, of those in KEPT. kind: of these heads."""

    report: Report
    kind: str
    weights: dict[str, dict[str, Floats]]


def plan_of(
    model: str,
    column: str,
    learns: str,
    *,
    split: str = "",
    captions: Sequence[str] = (),
    name: str = "pictures",
    steps: int = 0,
    rate: float = 0.0,
    seed: int = 0,
) -> Plan:
    """A plan with the usual settings of what learns, but for those that are given."""
    usual = USUAL[check_choice(learns, LEARNS, "what learns")]
    settings = replace(usual, steps=steps or usual.steps, rate=rate or usual.rate, seed=seed)
    return Plan(
        model=model,
        column=column,
        learns=learns,
        split=split,
        captions=tuple(captions),
        name=name,
        settings=settings,
    )


def report_of(opened: Opened, plan: Plan, progress: Progress) -> Report:
    """Train and measure, without making models."""
    return train(opened, opened.encoder(canonical(plan.model)), plan, progress).report


def tune_and_keep(opened: Opened, plan: Plan, progress: Progress) -> Report:
    """Train, measure, and make both results models of the workspace, with vectors, index and map.

    Raises InputError where something is missing to learn from, ModelError when a loss is no number any more.
    """
    for suffix in KEPT.values():
        _check_free(opened, check_name(plan.name + suffix))
    base = opened.encoder(canonical(plan.model))
    trained = train(opened, base, plan, progress)
    for state, weights in trained.weights.items():
        _write(opened, base, plan, trained=trained, state=state, weights=weights)
    for state in trained.weights:
        prepare(opened.workspace, f"tuned:{plan.name}{KEPT[state]}", progress=progress)
    return trained.report


def train(opened: Opened, base: Encoder, plan: Plan, progress: Progress) -> Trained:
    """The three trainings and the measures before and after; nothing becomes a model. The report is kept."""
    check_choice(plan.learns, LEARNS, "what learns")
    if plan.learns == "block" and not isinstance(base, PocketEncoder):
        raise InputError(f"Only pocket’s last block can be tuned, not that of {base.spec}. Tune a head on it instead.")
    seed = plan.settings.seed
    material = material_of(opened, base, plan.column, split=plan.split, columns=plan.captions, seed=seed)
    key = "|".join(map(str, _parts(opened, plan)))
    course = Course(
        material=material,
        side=_side(opened, base, material, plan, progress),
        settings=plan.settings,
        name=plan.name,
        key=key,
        progress=progress,
    )
    trained = _trained(course)
    keep_answer(report_path(opened, plan), {"format": _FORMAT, **trained.report.as_dict()})
    return trained


def known_report(opened: Opened, plan: Plan) -> Report | None:
    """What `train` found for this plan, None before; another one whenever items or vectors change."""
    told = read_answer(report_path(opened, plan))
    if told is None or told.get("format") != _FORMAT:
        return None
    return report_from(told)


def report_from(told: dict[str, Any]) -> Report:
    """Back from `Report.as_dict`."""
    return Report(
        states=tuple(measured_from(one) for one in told["states"]),
        items=tuple(told["items"]),
        labels=told["labels"],
        queries={kind: (count, known) for kind, (count, known) in told["queries"].items()},
        captions=told["captions"],
        said=told["said"],
        steps=told["steps"],
    )


def report_path(opened: Opened, plan: Plan) -> Path:
    """Where the report of a plan is kept."""
    return answer_path(opened, PLACE, _parts(opened, plan), models_stamp(opened.workspace, canonical(plan.model)))


def _parts(opened: Opened, plan: Plan) -> Sequence[object]:
    tags = opened.tag_store.version()
    return (
        canonical(plan.model),
        plan.column,
        plan.learns,
        plan.split,
        plan.captions,
        tags,
        asdict(plan.settings),
        _FORMAT,
    )


def _side(opened: Opened, base: Encoder, material: Material, plan: Plan, progress: Progress) -> Side:
    if plan.learns == "head" or not isinstance(base, PocketEncoder):
        return head_side(material.vectors)
    if len(material.rows) > MOST_PICTURES:
        raise InputError(
            f"The last block learns from at most {MOST_PICTURES:,} pictures with a label, for what goes into it is "
            f"kept on disk, and there are {len(material.rows):,}. Tune a head, or take a smaller collection."
        )
    parts = (plan.column, plan.split, plan.settings.seed, _FORMAT)
    folder = answer_path(opened, "tune/blocks", parts, base.fingerprint, suffix="")
    plain, views = block_inputs(
        opened, base, material.rows, learned=len(material.train), folder=folder, progress=progress
    )
    return block_side(lambda: load_tower(base.files), plain, views)


def _trained(course: Course) -> Trained:
    material, side = course.material, course.side
    values = {"untuned": look(material, material.vectors[material.test])}
    steps: dict[str, int] = {}
    weights: dict[str, dict[str, Floats]] = {}
    for state, captions, stage in (("tuned", False, TEXTS), ("mcip", True, f"mcip-{TEXTS}")):
        pictures, fitted = tune_pictures(course, captions=captions)
        found = side.vectors(pictures, material.test)
        texts, fitted_texts = realign(course, pictures, stage)
        aligned = "realigned" if state == "tuned" else f"{state}-realigned"
        values[state] = look(material, found)
        values[aligned] = look(material, found, texts["texts.weight"])
        steps |= {state: fitted.best_step, aligned: fitted_texts.best_step}
        kept = side.arrays(pictures)
        weights[aligned if state == "tuned" else state] = {**kept, **texts} if state == "tuned" else _alone(side, kept)
    report = Report(
        states=tuple(compare({state: values[state] for state in STATES})),
        items=(len(material.train), len(material.watch), len(material.test)),
        labels=len(set(material.codes[material.train].tolist())),
        queries={kind: (len(one.texts), one.known) for kind, one in material.queries.items()},
        captions=len(material.captions.texts),
        said=material.said,
        steps=steps,
    )
    return Trained(report=report, kind=side.kind, weights=weights)


def _alone(side: Side, pictures: dict[str, Floats]) -> dict[str, Floats]:
    """The weights of a head whose texts stay as they are."""
    import numpy as np

    if side.kind != SIDES:
        return pictures
    return {**pictures, "texts.weight": np.eye(pictures["pictures.weight"].shape[1], dtype=np.float32)}


def _write(
    opened: Opened, base: Encoder, plan: Plan, *, trained: Trained, state: str, weights: dict[str, Floats]
) -> None:
    name = plan.name + KEPT[state]
    card = {
        "made_from": MADE_FROM,
        "workspace": opened.workspace.name,
        "column": plan.column,
        "learns": plan.learns,
        "state": state,
        "settings": asdict(plan.settings),
        "report": trained.report.as_dict(),
    }
    head = Head(kind=trained.kind, encoder=base.spec, fingerprint=base.fingerprint, weights=weights, card=card)
    said = (
        f"{STATES[state]}. Learned from {trained.report.items[0]:,} pictures of {opened.name} by {plan.column}; "
        f"{LEARNS[plan.learns].lower()} on {base.spec}."
    )
    write_head(heads_root() / name, head, f"# tuned:{name}\n\n{said}\n")


def _check_free(opened: Opened, name: str) -> None:
    """InputError when there is a model of this name, unless it was made here in this way: that one is replaced."""
    card = read_head(name).card if name in list_heads() else {}
    if (card.get("made_from"), card.get("workspace")) != (MADE_FROM, opened.workspace.name):
        check_new(opened, name)
