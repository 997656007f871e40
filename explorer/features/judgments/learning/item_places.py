"""Places of the items from people's answers alone, kept as vectors of the workspace."""

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from explorer.base.arrays import Floats, Rows
from explorer.base.dataset import HASH
from explorer.base.embeddings import Embeddings
from explorer.features.judgments.agreement.candidates import Judged, read_judged
from explorer.features.judgments.agreement.scores import choice_agreement, distance_similarity, rating_agreement
from explorer.features.judgments.learning.items import fit_items
from explorer.features.judgments.questions import Asked, Choices
from explorer.features.judgments.splits import rows_of, triplets_of
from explorer.io.embedding_store import save_embeddings
from explorer.workspace.folder import Workspace

FOLDS = 5


def fit_places(workspace: Workspace, campaign: str, dim: int, loss: str) -> str:
    """Fit places to all answers of `campaign`, keep them as `precomputed:people <campaign>`; a sentence with the score.

    The score is measured on questions held out in turn (5 parts), with places fitted to the others.
    """
    judged = read_judged(workspace, campaign)
    score = held_out_score(judged, dim, loss)
    rows, places = places_of(judged.asked, dim, loss)
    spec = f"precomputed:people {campaign}"
    _save(workspace, spec, rows, places, {"campaign": campaign, "dim": dim, "loss": loss})
    what = "of the answers" if isinstance(judged.asked, Choices) else "Spearman"
    return (
        f"{len(rows):,} items placed in {dim} dimensions as {spec}: {score:.3f} {what} on questions held out in turn. "
        f"Next: explorer prepare {workspace.path.name} --model '{spec}'"
    )


def places_of(asked: Asked, dim: int, loss: str = "logistic", seed: int = 0) -> tuple[Rows, NDArray[np.float64]]:
    """(m,) rows of the items that were asked about, and their (m, dim) places."""
    rng = np.random.default_rng(seed)
    rows = np.unique(rows_of(asked))
    numbered = np.searchsorted(rows, triplets_of(asked, rng))
    triplets, votes = np.unique(numbered, axis=0, return_counts=True)
    return rows, fit_items(triplets, len(rows), dim, rng, votes, loss=loss)


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
        if isinstance(test, Choices):
            value = choice_agreement(similarity, test, rng, 0).single.value
        else:
            value = rating_agreement(similarity, test, rng, 0).spearman.value
        if np.isfinite(value):
            found.append(value)
            sizes.append(len(test))
    return float(np.average(found, weights=sizes)) if found else float("nan")


def _save(
    workspace: Workspace, spec: str, rows: Rows, places: NDArray[np.float64], settings: dict[str, object]
) -> None:
    """Unit vectors whose cosines order as the distances do: the places lifted onto a sphere around their middle."""
    dataset = workspace.dataset()
    vectors = np.zeros((len(dataset), places.shape[1] + 1), dtype=np.float32)
    vectors[rows] = on_sphere(places)
    digests = "".join(dataset.table.column(HASH).to_pylist())
    hashes = np.frombuffer(bytes.fromhex(digests), np.uint8).reshape(-1, 16)
    made = blake2b(vectors.tobytes(), digest_size=8).hexdigest()
    present = np.asarray(vectors.any(axis=1), dtype=bool)
    embeddings = Embeddings(vectors, present, spec, {"source": spec, "weights": made, **settings}, dataset.ids_hash)
    with workspace.lock():
        save_embeddings(workspace.folder("embeddings", spec), embeddings, hashes)


def on_sphere(places: NDArray[np.float64]) -> Floats:
    """(m, d + 1) unit rows: [x, c] / |[x, c]| with c three times the largest distance from the middle.

    So far out the sphere is nearly flat, and the cosine falls with the squared distance.
    """
    centred = places - places.mean(axis=0)
    height = 3 * max(float(np.linalg.norm(centred, axis=1).max()), 1e-9)
    lifted = np.concatenate([centred, np.full((len(places), 1), height)], axis=1)
    return np.asarray(lifted / np.linalg.norm(lifted, axis=1, keepdims=True), dtype=np.float32)
