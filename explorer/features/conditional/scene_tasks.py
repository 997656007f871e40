"""The four tasks of GeneCIS (Vaze et al. 2023) on drawn scenes: {focus, change} x {attribute, object}. Pure.

A template is a reference, a condition in words, and a gallery of one target and 14 distractors. Seven distractors are
like the reference and lack the condition, seven have to do with the condition and are not like the reference, so that
neither half of the question gives the answer. All pictures are of combinations that training never sees.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from numpy.random import PCG64, Generator

from explorer.base.errors import InputError
from explorer.features.conditional.scene_changes import VALUES, Value, alike, changed, some_of
from explorer.scenes.captions import attribute_prompts
from explorer.scenes.genotype import genotype
from explorer.scenes.sample import sample
from explorer.scenes.values import Scene

Task = Literal["focus attribute", "change attribute", "focus object", "change object"]
TASKS: tuple[Task, ...] = ("focus attribute", "change attribute", "focus object", "change object")
ASPECTS: dict[str, str] = {
    "colour": "colour",
    "fill": "pattern",
    "background": "background",
    "count": "number",
    "relation": "arrangement",
}
"""Attribute -> the word that a condition calls it by; the shape is the object."""

SIDE = 7
GALLERY = 2 * SIDE + 1
_TRIES = 400


@dataclass(frozen=True, kw_only=True)
class Template:
    """One question. aspect: the attribute that it is about ("shape" or "second_shape" for an object).

    condition: the words. gallery: 15 scenes, the target at the position `target`; never the reference.
    """

    task: Task
    aspect: str
    condition: str
    reference: Scene
    gallery: tuple[Scene, ...]
    target: int

    @property
    def focus(self) -> bool:
        """True for "the same in this respect", False for "like it, but"."""
        return self.task.startswith("focus")

    def answers(self, scene: Scene) -> bool:
        """Whether `scene` is a right answer, by its known attributes."""
        if self.task == "focus attribute":
            return bool(getattr(scene, self.aspect) == getattr(self.reference, self.aspect))
        if self.task == "focus object":
            return _thing(self.reference, self.aspect) in (_thing(scene, "shape"), _thing(scene, "second_shape"))
        target = self.gallery[self.target]
        return alike(scene, target) and alike(scene, self.reference, but=(self.aspect,))

    def as_dict(self) -> dict[str, Any]:
        """The template in the form of GeneCIS's JSON files, with scenes in the place of image ids."""
        pictures = [_plain(scene) for scene in self.gallery]
        target = pictures.pop(self.target)
        return {
            "task": self.task,
            "condition": self.condition,
            "reference": _plain(self.reference),
            "target": target,
            "gallery": pictures,
        }


def templates(task: Task, count: int, seed: int) -> list[Template]:
    """`count` templates of one task; the same seed gives the same ones."""
    rng = Generator(PCG64([TASKS.index(task), seed]))
    found: list[Template] = []
    for _ in range(count * _TRIES):
        if len(found) == count:
            return found
        made = MAKERS[task](sample(rng, split="held_out"), rng)
        if made is not None:
            found.append(made)
    raise InputError(f"No {count} templates of the task {task!r} could be made.")


def _focus_attribute(reference: Scene, rng: Generator) -> Template | None:
    aspect = _pick(list(ASPECTS), rng)
    target = _loosely(reference, rng, keep=(aspect,))
    like = [changed(reference, rng, [aspect], split="held_out") for _ in range(SIDE)]
    unlike = [_loosely(reference, rng, keep=(), change=(aspect,)) for _ in range(SIDE)]
    asked = _Asked("focus attribute", aspect, ASPECTS[aspect], reference)
    return _template(asked, target, like + unlike, rng)


def _change_attribute(reference: Scene, rng: Generator) -> Template | None:
    return _change("change attribute", _pick(list(ASPECTS), rng), reference, rng)


def _change_object(reference: Scene, rng: Generator) -> Template | None:
    return _change("change object", "shape", reference, rng)


def _change(task: Task, aspect: str, reference: Scene, rng: Generator) -> Template | None:
    """The target has another value and is otherwise alike; seven lack the value, seven have it and differ else."""
    target = changed(reference, rng, [aspect], split="held_out")
    if target is None or not alike(reference, target, but=(aspect,)):
        return None
    value = getattr(target, aspect)
    # One of the look-alikes has the reference's own value: a picture as near to it as can be.
    like = [changed(reference, rng, [], split="held_out")]
    like += [_without(reference, rng, aspect, value) for _ in range(SIDE - 1)]
    unlike = [_loosely(reference, rng, keep=(), fixed={aspect: value}) for _ in range(SIDE)]
    return _template(_Asked(task, aspect, words_of(aspect, value), reference), target, like + unlike, rng)


def _focus_object(reference: Scene, rng: Generator) -> Template | None:
    """The target has the named thing of the reference in its colour; which of its two things, the words say."""
    if not reference.second_shape:
        return None
    aspect = _pick(["shape", "second_shape"], rng)
    colour = aspect.replace("shape", "colour")
    target = _loosely(reference, rng, keep=(aspect, colour))
    like = [changed(reference, rng, [aspect], split="held_out") for _ in range(SIDE)]
    unlike = [_loosely(reference, rng, keep=(aspect,), change=(colour,)) for _ in range(SIDE)]
    asked = _Asked("focus object", aspect, words_of("shape", getattr(reference, aspect)), reference)
    return _template(asked, target, like + unlike, rng)


MAKERS: dict[Task, Callable[[Scene, Generator], Template | None]] = {
    "focus attribute": _focus_attribute,
    "change attribute": _change_attribute,
    "focus object": _focus_object,
    "change object": _change_object,
}


@dataclass(frozen=True)
class _Asked:
    """A template without its gallery."""

    task: Task
    aspect: str
    condition: str
    reference: Scene


def _template(asked: _Asked, target: Scene | None, others: list[Scene | None], rng: Generator) -> Template | None:
    """The template with its target at a random place; None when a picture is missing or two answer the question."""
    pictures = [scene for scene in (target, *others) if scene is not None]
    if len(pictures) < GALLERY or len({*pictures, asked.reference}) <= GALLERY:
        return None
    order = rng.permutation(GALLERY)
    made = Template(
        task=asked.task,
        aspect=asked.aspect,
        condition=asked.condition,
        reference=asked.reference,
        gallery=tuple(pictures[i] for i in order),
        target=int((order == 0).argmax()),
    )
    return made if [made.answers(scene) for scene in pictures] == [True] + [False] * (GALLERY - 1) else None


def _loosely(
    reference: Scene,
    rng: Generator,
    keep: tuple[str, ...],
    change: tuple[str, ...] = (),
    fixed: dict[str, Any] | None = None,
) -> Scene | None:
    """A scene with a random half of the reference's attributes changed, those in `change` for sure."""
    for _ in range(20):
        names = some_of(reference, rng, without=(*keep, *change, *(fixed or {})))
        made = changed(reference, rng, [*change, *names], fixed, "held_out")
        if made is not None and all(getattr(made, name) == getattr(reference, name) for name in keep):
            return made
    return None


def _without(reference: Scene, rng: Generator, aspect: str, value: Value) -> Scene | None:
    for _ in range(20):
        made = changed(reference, rng, [aspect], split="held_out")
        if made is None or getattr(made, aspect) != value:
            return made
    return changed(reference, rng, [], split="held_out")


def words_of(attribute: str, value: Value) -> str:
    """The first phrasing of an attribute's value."""
    return attribute_prompts()[attribute][value][0]


def _thing(scene: Scene, role: str) -> tuple[str, str]:
    return getattr(scene, role), getattr(scene, role.replace("shape", "colour"))


def _pick(options: list[str], rng: Generator) -> str:
    return options[int(rng.integers(len(options)))]


def _plain(scene: Scene) -> dict[str, Any]:
    made = genotype(scene)
    return {**dict(made.genes), "nuance": list(made.floats)}


__all__ = ["ASPECTS", "GALLERY", "MAKERS", "TASKS", "VALUES", "Task", "Template", "templates", "words_of"]
