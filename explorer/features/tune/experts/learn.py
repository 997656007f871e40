"""Training a shared model, experts, and one model a domain, on the same pairs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from explorer.base.arrays import Floats, Mask
from explorer.base.progress import Progress
from explorer.features.tune.adapters.module import all_vectors
from explorer.features.tune.adapters.train import AdapterSettings, TextBase, key_of
from explorer.features.tune.experts.material import Asked, DomainPairs, DomainSplit
from explorer.features.tune.experts.module import experts_module
from explorer.features.tune.experts.thresholds import f1_max
from explorer.features.tune.losses.mnr import mnr, mnr_plus
from explorer.heads.fit import fit, training_folder

if TYPE_CHECKING:
    import torch

LOSSES = {"mnr-plus": mnr_plus, "mnr": mnr}
SHARED, EXPERTS, SINGLE = "shared", "experts", "single"


@dataclass(frozen=True, kw_only=True)
class Course:
    """What all trainings share. base: holds n first texts, then n second ones. loss: a name of `LOSSES`."""

    pairs: DomainPairs
    split: DomainSplit
    base: TextBase
    settings: AdapterSettings
    loss: str
    name: str
    progress: Progress


@dataclass(frozen=True)
class Trained:
    """A trained way. cosines: of asked pairs. weights: of a domain, as a head holds them."""

    cosines: Callable[[Asked], Floats]
    weights: Callable[[int], dict[str, Floats]]


def train_way(course: Course, way: str) -> Trained:
    """Train the shared model ("shared"), experts ("experts"), or one model a domain ("single").

    Each sees the same number of batches of every domain; a batch is of one domain, as others would be told by topic.
    """
    domains = range(len(course.pairs.names))
    if way == SINGLE:
        steps = max(course.settings.every, course.settings.steps // len(domains))
        alone = [_train(course, SHARED, [number], steps) for number in domains]
        return Trained(lambda asked: _each(alone, asked), lambda number: alone[number].weights(0))
    return _train(course, way, list(domains), course.settings.steps)


def _each(trained: list[Trained], asked: Asked) -> Floats:
    found = np.empty(len(asked.first), dtype=np.float32)
    for number, one in enumerate(trained):
        there = asked.domains == number
        found[there] = one.cosines(only(asked, there))
    return found


def only(asked: Asked, there: Mask) -> Asked:
    """Some of the pairs."""
    return Asked(asked.first[there], asked.second[there], asked.alike[there], asked.domains[there])


def _train(course: Course, way: str, domains: list[int], steps: int) -> Trained:
    pairs, settings, base = course.pairs, course.settings, course.base
    count, size = len(pairs.names), len(pairs.first)
    route = np.concatenate([pairs.domains, pairs.domains]) if way == EXPERTS else np.zeros(2 * size, dtype=np.int64)
    module = experts_module(base.tower, base.texts, route, count if way == EXPERTS else 1, settings.shape)
    rows = [course.split.train[pairs.domains[course.split.train] == number] for number in domains]
    watch = only(course.split.watch, np.isin(course.split.watch.domains, domains))

    def step(rng: np.random.Generator) -> "torch.Tensor":
        of = rows[int(rng.integers(len(rows)))]
        batch = rng.choice(of, min(settings.batch, len(of)), replace=False)
        found = module(np.concatenate([batch, batch + size]))
        return LOSSES[course.loss](found[: len(batch)], found[len(batch) :])

    def cosines(asked: Asked) -> Floats:
        used, places = np.unique(np.concatenate([asked.first, asked.second + size]), return_inverse=True)
        found = all_vectors(module, base.texts, used)[places.reshape(2, -1)]
        return np.asarray((found[0] * found[1]).sum(axis=1), dtype=np.float32)

    fit(
        module,
        step,
        lambda: mean_f1(cosines(watch), watch),
        training_folder(course.name),
        replace(settings, steps=steps),
        progress=course.progress,
        key=key_of(way, domains, course.loss, settings, pairs.first, course.split.train.tolist()),
    )
    return Trained(cosines, lambda number: module.weights(number if way == EXPERTS else 0))  # type: ignore[operator]


def mean_f1(cosines: Floats, asked: Asked) -> float:
    """The mean over domains of F1max, each domain with its own threshold."""
    there = [asked.domains == number for number in np.unique(asked.domains)]
    return float(np.mean([f1_max(cosines[one], asked.alike[one])[0] for one in there]))
