"""What the demo scenes need so that each page has something to show: a map of elites, answers, campaigns."""

from collections.abc import Iterator

from explorer.features.elites import service
from explorer.features.elites.service import OpenRun, RunSettings
from explorer.features.judgments.service import choose_items, make_campaign
from explorer.features.judgments.settings import Settings
from explorer.features.judgments.store import judgment_store
from explorer.features.judgments.study import Field, KnownQuestion, Study
from explorer.features.judgments.values import TASKS, Answer
from explorer.features.relational.service import PREFIX
from explorer.workspace.embedding import embed
from explorer.workspace.opened import Opened

RUN = RunSettings(
    name="Seen before",
    encoder="pocket",
    axes=("image:brightness", "image:edges"),
    quality="image:symmetry",
    cells=(6, 6),
    evaluations=120,
    start=40,
    batch=20,
    emitter="frontier",
)
JUDGED = "background"


def make_run(opened: Opened) -> OpenRun:
    """A small map of elites."""
    return service.run(opened, RUN)


def make_answers(opened: Opened) -> None:
    """Three people who find the odd background among three, twenty times."""
    judgment_store(opened.workspace).add_answers(_answers(opened))


def _answers(opened: Opened) -> Iterator[Answer]:
    table = opened.dataset.table
    kinds, ids = table.column("background").to_pylist(), opened.dataset.ids
    same = [str(one) for one, kind in zip(ids, kinds, strict=True) if kind == kinds[0]]
    other = [str(one) for one, kind in zip(ids, kinds, strict=True) if kind != kinds[0]]
    for number in range(20):
        items = (same[number % len(same)], same[(number + 1) % len(same)], other[number])
        for who in range(3):
            yield Answer(
                campaign=JUDGED,
                task="odd_one_out",
                annotator=f"p{who}",
                trial=f"t{number}",
                items=items,
                answer=items[2 if who or number % 3 else 0],
            )


def make_campaigns(opened: Opened) -> None:
    """One campaign for each kind of question, and one with everything that may stand around the questions."""
    items = choose_items(opened)
    for task in TASKS:
        arranged = {"items_per_question": 4} if task == "arrangement" else {}
        settings = Settings(task=task, questions=5, study=Study(ask_name=False), **arranged)  # type: ignore[arg-type]
        make_campaign(opened, f"reach {task}", settings, items)
    study = Study(
        words={"en": {"consent": "We keep what you answer.", "welcome": "Good day."}, "de": {"consent": "Wir auch."}},
        practice=(KnownQuestion(items=tuple(items[:3]), answer=items[2], explain="Another shape."),),
        fields=(
            Field(key="age", label="Your age", kind="number", low=18, when="before"),
            Field(key="eyes", label="Glasses", kind="choice", options=("yes", "no"), when="before"),
            Field(key="tired", label="How tired", kind="scale", low=1, high=5, when="before"),
        ),
    )
    make_campaign(opened, "reach study", Settings(task="odd_one_out", questions=5, study=study), items)


def make_models(opened: Opened) -> None:
    """A second model, and the logic of all images."""
    embed(opened.workspace, "histogram")
    embed(opened.workspace, f"{PREFIX}pocket-relational")
