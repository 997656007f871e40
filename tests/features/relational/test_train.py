"""Relational heads: training on small data."""

from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.encoders.relational import apply_relational
from explorer.encoders.sentence import MiniLMEncoder
from explorer.features.relational.frozen import Features
from explorer.features.relational.lessons import Lessons, lessons_of
from explorer.features.relational.module import whitened_shortcut
from explorer.features.relational.settings import RelationalSettings
from explorer.features.relational.train import train_head
from explorer.heads.fit import FitSettings, read_curve
from explorer.heads.head import Head

CAPTIONS = [
    f"{{things}} {how}" for how in ("in a row", "inside {second}", "in a spiral", "on a path", "all alone", "mirrored")
]
SMALL = RelationalSettings(
    patch=4, hidden=32, batch=64, fit=FitSettings(steps=120, rate=3e-3, weight_decay=1e-2, every=30, patience=4)
)


def made_up(count: int = 400, patches: int = 16, seed: int = 0) -> tuple[Features, list[str]]:
    """Pooled vectors that hold looks (strong) and a relation (weak), patches that hold the relation by place."""
    rng = np.random.default_rng(seed)
    relation = rng.integers(0, len(CAPTIONS), count)
    where = np.random.default_rng(1).normal(size=(len(CAPTIONS), 24))
    pooled = np.concatenate([3 * rng.normal(size=(count, 24)), where[relation] + 0.3 * rng.normal(size=(count, 24))], 1)
    place = np.random.default_rng(2).normal(size=(len(CAPTIONS), patches, 6))
    grid = place[relation] + rng.normal(size=(count, patches, 6))
    return Features(pooled.astype(np.float16), grid.astype(np.float16)), [CAPTIONS[i] for i in relation]


@pytest.fixture(scope="module")
def text() -> MiniLMEncoder:
    return MiniLMEncoder()


@pytest.mark.parametrize("patches", [16, 0])
def test_a_small_head_learns_the_relation(tmp_path: Path, text: MiniLMEncoder, patches: int) -> None:
    features, captions = made_up(patches=patches)
    weights, fitted = train_head(lessons_of(features, captions, text), SMALL, tmp_path, Silent())
    assert fitted.best_score > 0.7
    assert len(read_curve(tmp_path)) >= 1
    fresh, new = made_up(300, patches, seed=9)
    found = apply_relational(
        Head(kind="relational", encoder="", fingerprint="", weights=weights), fresh.pooled, fresh.patches
    )
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1, atol=1e-4)
    relation = np.array(new)
    similar = found @ found.T
    np.fill_diagonal(similar, -1)
    looks = np.asarray(fresh.pooled, np.float32) @ np.asarray(fresh.pooled, np.float32).T
    np.fill_diagonal(looks, -np.inf)
    by_head = (relation[similar.argmax(1)] == relation).mean()
    assert by_head > 0.7 > (relation[looks.argmax(1)] == relation).mean()


def test_a_stopped_training_goes_on_to_the_same_head(tmp_path: Path, text: MiniLMEncoder) -> None:
    from explorer.base.errors import Cancelled

    class Stops(Silent):
        def advance(self, done: int) -> None:
            if done == 70:
                raise Cancelled("stopped")

    lessons = lessons_of(*made_up(), text)
    whole, _ = train_head(lessons, SMALL, tmp_path / "whole", Silent())
    with pytest.raises(Cancelled):
        train_head(lessons, SMALL, tmp_path / "parts", Stops())
    parts, fitted = train_head(lessons, SMALL, tmp_path / "parts", Silent())
    assert fitted.steps <= SMALL.fit.steps
    assert {name: value.shape for name, value in parts.items()} == {name: v.shape for name, v in whole.items()}


def test_too_few_captions_say_how_many_are_needed(text: MiniLMEncoder) -> None:
    features, captions = made_up(60)
    with pytest.raises(InputError, match="at least 100 images .* and 5 different captions; got 60 images"):
        lessons_of(features, captions, text)
    many, _ = made_up(200)
    with pytest.raises(InputError, match="got 200 images with 1 captions"):
        Lessons(many.pooled, many.patches, ["{things}"] * 200, np.zeros((200, 384), np.float32))


def test_whitening_shrinks_what_varies_within_a_caption(text: MiniLMEncoder) -> None:
    features, captions = made_up(600)
    z = np.asarray(features.pooled, np.float32)
    lessons = lessons_of(features, captions, text)
    skip = whitened_shortcut(z, captions, lessons.texts)
    assert skip.shape == (384, 48)
    found = z @ skip.T
    found /= np.linalg.norm(found, axis=1, keepdims=True)
    same = np.array(captions)[:, None] == np.array(captions)[None]
    raw = z / np.linalg.norm(z, axis=1, keepdims=True)
    gap = [(v @ v.T)[same].mean() - (v @ v.T)[~same].mean() for v in (found, raw)]
    assert gap[0] > 2 * gap[1]


def test_whitening_of_captions_that_never_repeat_is_a_plain_turn() -> None:
    rng = np.random.default_rng(0)
    z, texts = rng.normal(size=(200, 12)).astype(np.float32), rng.normal(size=(200, 384)).astype(np.float32)
    skip = whitened_shortcut(z, [f"caption {i}" for i in range(200)], texts)
    gram = skip.T @ skip
    np.testing.assert_allclose(gram / gram[0, 0], np.eye(12), atol=1e-3)
