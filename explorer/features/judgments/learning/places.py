"""Places of the items from people's answers alone, kept as vectors of the workspace."""

from collections.abc import Mapping
from hashlib import blake2b

import numpy as np

from explorer.base.arrays import Doubles, Floats, Rows
from explorer.base.embeddings import Embeddings
from explorer.features.judgments.agreement.judged import Judged, read_judged
from explorer.features.judgments.agreement.scores import agreement, headline
from explorer.features.judgments.agreement.similarity import distance_similarity
from explorer.features.judgments.learning.items import STEPS, fit_items
from explorer.features.judgments.learning.method import Learner, Lesson, lacking
from explorer.features.judgments.learning.sources import source_of
from explorer.features.judgments.questions import Asked, Choices
from explorer.features.judgments.splits import rows_of, triplets_of
from explorer.io.embedding_store import save_embeddings
from explorer.workspace.contents import item_hashes
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import Opened

FOLDS = 5


def fit_places(opened: Opened, campaign: str, dim: int, loss: str) -> str:
    """Fit places to all answers of `campaign`, keep them as `precomputed:people <campaign>`; a sentence with the score.

    The score is measured on questions held out in turn (5 parts), with places fitted to the others.
    """
    judged = read_judged(opened, campaign)
    score = held_out_score(judged, dim, loss)
    rows, places = places_of(judged.asked, dim, loss)
    spec = f"precomputed:people {campaign}"
    _save(opened.workspace, spec, rows, places, {**source_of(opened, campaign, judged.asked), "dim": dim, "loss": loss})
    what = "of the answers" if isinstance(judged.asked, Choices) else "Spearman"
    left_out = f"{judged.rules_said} " if judged.rules_said else ""
    return (
        f"{len(rows):,} items placed in {dim} dimensions as {spec}: {score:.3f} {what} on questions held out in turn. "
        f"{left_out}Next: explorer prepare {opened.name} --model '{spec}'"
    )


def places_of(
    asked: Asked, dim: int, loss: str = "logistic", seed: int = 0, *, steps: int = STEPS
) -> tuple[Rows, Doubles]:
    """(m,) rows of the items that were asked about, and their (m, dim) places."""
    rng = np.random.default_rng(seed)
    rows = np.unique(rows_of(asked))
    numbered = np.searchsorted(rows, triplets_of(asked, rng))
    triplets, votes = np.unique(numbered, axis=0, return_counts=True)
    return rows, fit_items(triplets, len(rows), dim, rng, votes, loss=loss, steps=steps)


def held_out_score(judged: Judged, dim: int, loss: str = "logistic", seed: int = 0) -> float:
    """Share of the single answers (or Spearman's correlation) on questions whose answers the places never saw."""
    asked, rng = judged.asked, np.random.default_rng(seed)
    part = rng.permutation(len(rows_of(asked))) % FOLDS
    found, sizes = [], []
    for fold in range(FOLDS):
        held = part[asked.question] == fold
        if held.all() or not held.any():
            continue
        rows, places = places_of(asked.take(~held), dim, loss, seed)
        similarity, test = distance_similarity(places, rows, int(rows_of(asked).max()) + 1), asked.take(held)
        value = headline(agreement(similarity, test, rng, 0)).value
        if np.isfinite(value):
            found.append(value)
            sizes.append(len(test))
    return float(np.average(found, weights=sizes)) if found else float("nan")


def _save(workspace: Workspace, spec: str, rows: Rows, places: Doubles, settings: Mapping[str, object]) -> None:
    """Unit vectors whose cosines order as the distances do: the places lifted onto a sphere around their middle."""
    dataset = workspace.dataset()
    vectors = np.zeros((len(dataset), places.shape[1] + 1), dtype=np.float32)
    vectors[rows] = on_sphere(places)
    made = blake2b(vectors.tobytes(), digest_size=8).hexdigest()
    present = np.asarray(vectors.any(axis=1), dtype=bool)
    embeddings = Embeddings(vectors, present, spec, {"source": spec, "weights": made, **settings}, dataset.ids_hash)
    with workspace.lock():
        save_embeddings(workspace.folder("embeddings", spec), embeddings, item_hashes(dataset), dataset.content_hash)


def on_sphere(places: Doubles) -> Floats:
    """(m, d + 1) unit rows: [x, c] / |[x, c]| with c three times the largest distance from the middle.

    So far out the sphere is nearly flat, and the cosine falls with the squared distance.
    """
    centred = places - places.mean(axis=0)
    height = 3 * max(float(np.linalg.norm(centred, axis=1).max()), 1e-9)
    lifted = np.concatenate([centred, np.full((len(places), 1), height)], axis=1)
    return np.asarray(lifted / np.linalg.norm(lifted, axis=1, keepdims=True), dtype=np.float32)


def learn_places(lesson: Lesson) -> Floats:
    """(n, dim + 1) unit rows of the items that were asked about, NaN for the others."""
    if lesson.answers is None:
        raise lacking("answers")
    rows, places = places_of(lesson.answers, lesson.dim, seed=lesson.seed, steps=lesson.steps or STEPS)
    found = np.full((len(lesson.vectors), lesson.dim + 1), np.nan, dtype=np.float32)
    found[rows] = on_sphere(places)
    return found


METHOD = Learner(
    name="places",
    label="Places from answers alone",
    formula="P(nearer) = sigmoid(|r − far|² − |r − near|²) of the places of the items",
    source="losses: logistic, crowd kernel (Tamuz et al. 2011), soft ordinal embedding (Terada & von Luxburg 2014)",
    needs=("answers",),
    baseline="as-is",
    trained="one place for each item that was asked about, by L-BFGS on all answers; no pictures, no texts",
    learn=learn_places,
)
