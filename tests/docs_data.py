"""What the readers of the guide have at hand: the demo, a few photos, and files of answers of the forms it shows."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from explorer.base.progress import Silent
from explorer.features.judgments import campaigns
from explorer.features.judgments.asking.people import Arrival, person_for
from explorer.features.judgments.asking.way import respond
from explorer.features.judgments.store import judgment_store
from explorer.features.judgments.store.asked import Question
from explorer.workspace.demo import create_scenes_demo
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source
from explorer.workspace.preparing import prepare_all
from tests.conftest import COLOURS
from tests.docs_blocks import blocks_of

SCENES = 160
PEOPLE = ("ann", "bo")


def make_scenes(home: Path) -> None:
    """The demo in a home, prepared, with fewer scenes than it has."""
    prepare_all(create_scenes_demo(home / "workspaces", Silent(), count=SCENES), Silent())


def lay_out(page: str, home: Path, folder: Path) -> None:
    """Put what a page names beside its sentences into the home, and into the working folder."""
    if page in READY:
        READY[page](home, folder)


def photos_of_a_holiday(home: Path, folder: Path) -> None:
    """Twelve pictures in ~/Pictures/holiday."""
    draw_pictures(Path.home() / "Pictures" / "holiday", 12)


def function_of_your_own(home: Path, folder: Path) -> None:
    """The file mine.py, as the page shows it."""
    (code,) = [block.text for block in blocks_of("elites.md") if block.info == "python"]
    (folder / "mine.py").write_text(code, encoding="utf-8")


def answers_from_elsewhere(home: Path, folder: Path) -> None:
    """Collections with published judgments, in small, and the files of their answers."""
    for name, count in (("things", 6), ("materials", 6), ("objects92", 4)):
        import_source(draw_pictures(folder / f"{name} pictures", count), home / "workspaces" / name)
    (folder / "test_triplets.csv").write_text("1,2,3,3,ann\n4,5,6,1,bo\n", encoding="utf-8")
    votes = {"answers": [[0, 1, 2], [3, 4, 5]], "agreement": [[3, 1], [0, 2]]}
    (folder / "answers_train.json").write_text(json.dumps(votes), encoding="utf-8")
    distances = np.abs(np.subtract.outer(np.arange(4.0), np.arange(4.0)))
    np.savez(folder / "rdms.npz", rdms=np.stack([distances, distances**2]))


def frame_of_a_study(home: Path, folder: Path) -> None:
    """The file study.json, as the page shows it."""
    (text,) = [block.text for block in blocks_of("studies.md") if block.info == "text"]
    (folder / "study.json").write_text(text, encoding="utf-8")


READY: dict[str, Callable[[Path, Path], None]] = {
    "studies.md": frame_of_a_study,
    "README.md": photos_of_a_holiday,
    "elites.md": function_of_your_own,
    "annotate.md": answers_from_elsewhere,
}


def draw_pictures(folder: Path, count: int) -> Path:
    """A folder of discs in six colours."""
    folder.mkdir(parents=True)
    for number in range(count):
        image = Image.new("RGB", (48, 32), "white")
        ImageDraw.Draw(image).ellipse((number, 4, number + 20, 24), fill=COLOURS[number % len(COLOURS)])
        image.save(folder / f"{number:02d}.png")
    return folder


def people_answer(workspace: Workspace) -> None:
    """Two people answer all that the open campaigns of a workspace ask."""
    store = judgment_store(workspace)
    for campaign in campaigns.campaigns(store):
        for person in PEOPLE if campaign.state == "open" else ():
            key = person_for(store, campaign, Arrival(via="link", name=person)).key
            reply = respond(store, campaign.name, key)
            while reply.questions:
                given = [_answer(campaign.settings.task, one) for one in reply.questions]
                reply = respond(store, campaign.name, key, given)
                assert {one.status for one in reply.acknowledged} == {"stored"}, reply.acknowledged


def _answer(task: str, question: Question) -> dict[str, Any]:
    answers: dict[str, Any] = {
        "odd_one_out": question.items[0],
        "pair_rating": 1 + len(question.trial) % 7,
        "arrangement": [[place / 10, 0.5] for place in range(len(question.items))],
    }
    return {"kind": "answer", "trial": question.trial, "answer": answers[task], "rt_ms": 700}


def copy_home(prepared: Path, home: Path) -> None:
    """A home of a page's own, so that no page finds what another one made."""
    shutil.copytree(prepared, home)
