"""The four tasks on scenes: solved by who knows both halves of the question, by nobody who knows one."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from explorer.base.arrays import Rows
from explorer.features.conditional.genecis import places_of_targets
from explorer.features.conditional.scene_changes import VALUES
from explorer.features.conditional.scene_tasks import ASPECTS, GALLERY, TASKS, Task, Template, templates
from explorer.scenes import Scene, is_held_out, is_valid

COUNT = 15


@cache
def made(task: Task) -> list[Template]:
    return templates(task, COUNT, 3)


def before(task: Task, score: Callable[[Template, Scene], float]) -> Rows:
    """How many items score at least as well as the target."""
    similar = np.array([[score(one, scene) for scene in one.gallery] for one in made(task)], dtype=float)
    found = places_of_targets(similar, np.array([one.target for one in made(task)]))
    return found.before + found.tied


def shared(one: Template, scene: Scene) -> int:
    return sum(getattr(scene, name) == getattr(one.reference, name) for name in VALUES)


def has_words(one: Template, scene: Scene) -> bool:
    """All that the words alone tell: an aspect's name is true of every picture."""
    if one.task == "focus attribute":
        return True
    if one.task == "focus object":
        return getattr(one.reference, one.aspect) in (scene.shape, scene.second_shape)
    return bool(getattr(scene, one.aspect) == getattr(one.gallery[one.target], one.aspect))


@pytest.mark.parametrize("task", TASKS)
def test_known_attributes_solve_every_template(task: Task) -> None:
    assert (before(task, lambda one, scene: one.answers(scene)) == 0).all()


@pytest.mark.parametrize("task", TASKS)
def test_the_picture_alone_solves_none(task: Task) -> None:
    assert (before(task, shared) > 0).mean() >= 0.95


@pytest.mark.parametrize("task", TASKS)
def test_the_words_alone_solve_none(task: Task) -> None:
    assert (before(task, has_words) > 0).all()


@pytest.mark.parametrize("task", TASKS)
def test_distractors_share_one_half_each(task: Task) -> None:
    for one in made(task):
        others = [scene for place, scene in enumerate(one.gallery) if place != one.target]
        alike = [shared(one, scene) >= shared(one, one.gallery[one.target]) for scene in others]
        assert sum(alike) >= 6, "pictures like the reference that lack the condition"
        if task != "focus attribute":
            assert sum(bool(has_words(one, scene)) for scene in others) >= 7, "pictures with the condition alone"


@pytest.mark.parametrize("task", TASKS)
def test_galleries_are_sound(task: Task) -> None:
    for one in made(task):
        pictures = {*one.gallery, one.reference}
        assert len(one.gallery) == GALLERY == 15 and len(pictures) == 16, "the reference is never in the gallery"
        assert all(is_valid(scene) and is_held_out(scene) for scene in pictures)
        assert sum(one.answers(scene) for scene in one.gallery) == 1
        stated = one.as_dict()
        assert len(stated["gallery"]) == 14 and stated["target"] not in stated["gallery"]


@pytest.mark.parametrize("task", TASKS)
def test_the_target_stands_anywhere(task: Task) -> None:
    assert len({one.target for one in made(task)}) >= 6


def test_templates_are_the_same_again_and_others_with_another_seed() -> None:
    first = templates("change object", 3, 3)
    assert first == made("change object")[:3] != templates("change object", 3, 4)


def test_aspects_are_attributes() -> None:
    assert set(ASPECTS) < set(VALUES)
