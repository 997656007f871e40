"""LIMIT-small by words, free vectors, and the curve in four dimensions that has every pair first."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from explorer.base.arrays import Floats
from explorer.base.errors import InputError, ModelError
from explorer.base.progress import Silent
from explorer.base.shipped import ASSETS
from explorer.encoders.base import Abilities, BaseEncoder
from explorer.features.diagnose.limits.by_words import bm25, recall_at, tfidf
from explorer.features.diagnose.limits.free import attempt, critical_n, found_pairs, loss_and_gradients
from explorer.features.diagnose.limits.limit_small import limit_small
from explorer.features.diagnose.limits.moment_curve import curve_documents, curve_queries, least_margin
from explorer.features.diagnose.limits.service import (
    REFERENCE,
    curve_margin,
    free_report,
    known_free,
    known_limits,
    limit_report,
    reads_texts,
    recalls_of,
)
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import Opened, open_shared
from explorer.workspace.preparing import prepare

KEPT = json.loads((Path(__file__).parent / "limit_reference.json").read_text("utf-8"))


def test_the_data_are_those_of_the_authors_with_their_licence() -> None:
    asked = limit_small()
    assert (len(asked.documents), len(asked.queries)) == (KEPT["n_docs"], KEPT["n_queries"])
    assert asked.relevant.sum() == KEPT["n_qrels"] and set(asked.relevant.sum(axis=1)) == {2}
    assert len({tuple(row) for row in asked.relevant.tolist()}) == KEPT["distinct_pairs"]
    licence = (ASSETS / "limit" / "LICENSE.txt").read_text("utf-8")
    credit = (ASSETS / "limit" / "README.md").read_text("utf-8")
    assert licence.startswith("Creative Commons Attribution 4.0 International") and "Weller" in credit


@pytest.mark.parametrize("name", ["bm25", "tfidf"])
def test_search_by_words_finds_what_the_authors_found(name: str) -> None:
    asked = limit_small()
    scores = (bm25 if name == "bm25" else tfidf)(asked.documents, asked.queries)
    for k in (2, 5, 10, 20):
        assert recall_at(scores, asked.relevant, k).mean() == pytest.approx(KEPT[name][f"recall@{k}"], abs=1e-12)


def test_bm25_by_hand() -> None:
    documents = ("red cat", "red dog dog", "red")
    scores = bm25(documents, ("dog", "red", "bird"))
    rarity = np.log(3 - 1 + 0.5) - np.log(1 + 0.5)
    assert scores[0] == pytest.approx([0, rarity * 2 * 2.5 / (2 + 1.5 * (0.25 + 0.75 * 3 / 2)), 0])
    mean = (2 * rarity + np.log(0.5) - np.log(3.5)) / 3
    assert scores[1, 2] == pytest.approx(0.25 * mean * 2.5 / (1 + 1.5 * (0.25 + 0.75 / 2)))
    assert not scores[2].any()


def test_a_curve_in_four_dimensions_has_every_pair_first() -> None:
    queries, pairs = curve_queries(46)
    documents = curve_documents(46)
    kept = KEPT["cyclic_polytope_d4_n46"]
    assert np.allclose(np.linalg.norm(documents, axis=1), 1) and np.allclose(np.linalg.norm(queries, axis=1), 1)
    scores = queries @ documents.T
    assert len(pairs) == kept["total"] and found_pairs(scores, pairs) == (1, 1)
    assert least_margin(scores, pairs) == pytest.approx(kept["min_margin"], rel=1e-6) == curve_margin(46)
    broken = scores.copy()
    broken[0, pairs[0, 0]] = -1
    assert least_margin(broken, pairs) < 0 and found_pairs(broken, pairs)[0] < 1


def test_gradients_are_those_of_torch() -> None:
    import torch

    rng = np.random.default_rng(0)
    pairs = np.array([[0, 1], [0, 2], [1, 3], [2, 3]])
    queries, documents = (rng.normal(size=(4, 3)).astype(np.float32) for _ in range(2))
    loss, by_query, by_document = loss_and_gradients(queries, documents, pairs)
    made = [torch.tensor(one, requires_grad=True) for one in (queries, documents)]
    logs = torch.log_softmax(made[0] @ made[1].T / 0.1, dim=1)
    theirs = -logs.gather(1, torch.from_numpy(pairs)).mean()
    theirs.backward()  # type: ignore[no-untyped-call]
    assert loss == pytest.approx(float(theirs.detach()), rel=1e-5)
    for mine, one in zip((by_query, by_document), made, strict=True):
        assert one.grad is not None and np.allclose(mine, one.grad.numpy(), atol=1e-4)


def test_three_documents_are_solved_on_a_circle_and_four_never() -> None:
    heard: list[tuple[int, int, int]] = []
    solved, attempts = critical_n(2, steps=1500, starts=2, told=lambda n, start, step: heard.append((n, start, step)))
    assert solved == REFERENCE[2] and [one.n for one in attempts] == [3, 4]
    assert attempts[0].solved == 1 and attempts[1].solved < 1 and attempts[1].starts == 2
    assert {n for n, _, _ in heard} == {3, 4}


def test_nine_documents_in_four_dimensions() -> None:
    assert attempt(REFERENCE[4], 4, starts=1).solved == 1


def test_a_pair_that_is_half_found_is_not_solved() -> None:
    scores: Floats = np.array([[3, 2, 1], [3, 1, 2]], np.float32)
    assert found_pairs(scores, np.array([[0, 1], [0, 1]])) == (0.5, 0.75)


def test_runs_are_kept_and_bad_dimensions_named(text_workspace: Workspace) -> None:
    opened = open_shared(text_workspace.path)
    assert known_free(opened, 2, steps=60) is None
    found = free_report(opened, 2, Silent(), steps=60)
    assert known_free(opened, 2, steps=60) == found and found.attempts
    for dim in (1, 13):
        with pytest.raises(InputError, match=rf"expected 2 to 12, got {dim}"):
            free_report(opened, dim)


def test_a_model_is_measured_once_and_one_without_texts_is_named(
    image_workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(image_workspace, "histogram", method="pca", progress=Silent())
    opened = open_shared(image_workspace.path)
    assert not reads_texts(opened, "histogram") and known_limits(opened, "histogram") is None
    with pytest.raises(ModelError, match="histogram reads no texts"):
        limit_report(opened, "histogram")
    monkeypatch.setattr(Opened, "encoder", lambda self, spec: Letters())
    found = limit_report(opened, "histogram")
    assert known_limits(opened, "histogram") == found and (found.dim, found.cut) == (26, 1)
    asked = limit_small()
    scores = letters(asked.queries).astype(np.float64) @ letters(asked.documents).T.astype(np.float64)
    assert found.recalls["model"] == recalls_of(scores, asked)
    assert found.recalls["model"][2].value < 0.2 < found.recalls["bm25"][2].value


def letters(texts: Sequence[str]) -> Floats:
    """(t, 26) unit rows: how often each letter occurs."""
    counts = np.array([[text.lower().count(chr(97 + one)) for one in range(26)] for text in texts], np.float32)
    found: Floats = counts / np.linalg.norm(counts, axis=1, keepdims=True)
    return found


class Letters(BaseEncoder):
    """A model of texts that counts letters, and says that it does not read the end of the first."""

    abilities = Abilities(texts=True)

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        return letters(texts)

    def truncated(self, texts: Sequence[str]) -> list[int]:
        return [0]
