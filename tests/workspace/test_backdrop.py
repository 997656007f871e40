"""The backdrop of a collection: against a plain computation, kept on disk, and made anew when anything changes."""

from pathlib import Path

import numpy as np
import pytest

import explorer.workspace.backdrop as backdrop
from explorer.base.arrays import Floats, unit_rows
from explorer.base.progress import Silent
from explorer.encoders.pool import POOL
from explorer.workspace.backdrop import ITSELF, NEAREST, keep_backdrop, measure, text_backdrop
from explorer.workspace.embedding import embed
from explorer.workspace.folder import Workspace

SPEC = "sentence:all-MiniLM-L6-v2"


def test_mean_and_near_are_those_of_a_plain_computation(
    rng: np.random.Generator, monkeypatch: pytest.MonkeyPatch
) -> None:
    items, words = (unit_rows(rng.normal(size=(n, 8)), "rows").astype(np.float32) for n in (50, 30))
    items[7] = words[3]
    present = np.arange(50) != 20
    monkeypatch.setattr(backdrop, "BLOCK", 300)
    found = measure(items.astype(np.float16), present, words)
    assert np.isnan(found.mean[20]) and np.isnan(found.near[20]) and found.texts == 30
    for row in np.flatnonzero(present):
        cosines = np.sort(items[row].astype(np.float16).astype(np.float32) @ words.T)[::-1]
        assert found.mean[row] == pytest.approx(cosines.mean(), abs=1e-6)
        assert found.near[row] == pytest.approx(cosines[cosines <= ITSELF][:NEAREST].mean(), abs=1e-5)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Few everyday words, and the numbers of texts that were encoded for a backdrop."""
    monkeypatch.setattr(backdrop, "general_texts", lambda: tuple(f"thing {place}" for place in range(20)))
    monkeypatch.setattr(backdrop, "OWN_EVERY", 1)
    told: list[int] = []
    before = POOL.text_vectors

    def count(spec: str, texts: tuple[str, ...]) -> Floats:
        told.append(len(texts))
        return before(spec, texts)

    monkeypatch.setattr(POOL, "text_vectors", count)
    return told


def test_it_is_kept_and_made_anew_when_vectors_change(text_workspace: Workspace, counted: list[int]) -> None:
    embed(text_workspace, SPEC, progress=Silent())
    first = text_backdrop(text_workspace, SPEC)
    assert (first.near > first.mean).all() and first.texts == 20 + 6 and counted == [20, 6]
    again = text_backdrop(text_workspace, SPEC)
    np.testing.assert_array_equal(first.near, again.near)
    assert len(counted) == 2
    text_workspace.folder("embeddings", SPEC).joinpath("manifest.json").touch()
    (kept,) = _files(text_workspace)
    kept.write_bytes(kept.read_bytes()[:100])
    np.testing.assert_array_equal(text_backdrop(text_workspace, SPEC).near, first.near)
    assert len(counted) == 4


def test_small_collections_are_not_judged_by_their_own_texts(
    text_workspace: Workspace, counted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backdrop, "OWN_EVERY", 3)
    embed(text_workspace, SPEC, progress=Silent())
    assert text_backdrop(text_workspace, SPEC).texts == 20 + 2
    monkeypatch.setattr(backdrop, "OWN_EVERY", 10)
    assert text_backdrop(text_workspace, SPEC).texts == 20


def test_a_folder_that_cannot_be_written_only_costs_time(text_workspace: Workspace, counted: list[int]) -> None:
    embed(text_workspace, SPEC, progress=Silent())
    cache = text_workspace.folder("cache")
    for file in cache.iterdir():
        file.unlink()
    cache.rmdir()
    cache.write_text("in the way")
    assert text_backdrop(text_workspace, SPEC).texts == 26
    assert len(counted) == 2


def _files(ws: Workspace) -> list[Path]:
    return list(ws.folder("cache").glob("backdrop-*.npz"))


def test_it_is_there_before_the_first_query_where_words_can_be_asked(
    text_workspace: Workspace, counted: list[int]
) -> None:
    embed(text_workspace, SPEC, progress=Silent())
    keep_backdrop(text_workspace, SPEC)
    assert _files(text_workspace) and counted == [20, 6]
    for spec in ("histogram", "precomputed:mine"):
        keep_backdrop(text_workspace, spec)
    assert len(_files(text_workspace)) == 1
