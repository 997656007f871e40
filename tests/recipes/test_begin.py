"""A run that begins with weights that are there: they are read, its first errors are small, and others are refused."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from explorer.base.errors import InputError
from explorer.base.shipped import ASSETS
from explorer.encoders.pocket import PocketFiles, load_tower
from explorer.encoders.pocket_tower import pixels
from recipes.pocket.begin import fit_feature_head, read_weights
from recipes.pocket.student import Lesson, build_student


def crops(count: int) -> np.ndarray:
    rng = np.random.default_rng(0)
    return np.repeat(np.repeat(rng.integers(0, 255, (count, 7, 7, 3), dtype=np.uint8), 16, axis=1), 16, axis=2)


def test_the_student_sees_what_the_shipped_tower_sees() -> None:
    student = build_student()
    read_weights(student, ASSETS)
    shipped, x = load_tower(PocketFiles(ASSETS)), pixels(crops(3))
    with torch.inference_mode():
        own, theirs = (torch.nn.functional.normalize(tower(x), dim=-1) for tower in (student.tower.eval(), shipped))
    np.testing.assert_allclose(own.numpy(), theirs.numpy(), atol=2e-3)


def test_the_fitted_head_guesses_the_teacher_better_than_its_mean() -> None:
    rng, student = np.random.default_rng(1), build_student()
    pooled = rng.random((600, 512), dtype=np.float32)
    teacher = (pooled @ rng.normal(size=(512, 1280)) + 3).astype(np.float32)
    mean, deviation = torch.from_numpy(teacher.mean(0)), torch.from_numpy(teacher.std(0))
    nothing = torch.zeros(1)
    lesson = Lesson(
        classifier=(nothing, nothing),
        mean=mean,
        deviation=deviation,
        words=nothing,
        label_words=nothing,
        labels=nothing,
        attributes={},
        captions=nothing,
        texts=nothing,
        text_owners=nothing,
    )
    fit_feature_head(student, pooled, teacher, lesson)
    with torch.inference_mode():
        guessed = student.feature_head(torch.from_numpy(pooled))
    aims = (torch.from_numpy(teacher) - mean) / deviation
    assert float(((guessed - aims) ** 2).mean()) < 0.3, "1 is the mean's own error"


def test_what_are_no_weights_of_pocket_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_weights(build_student(), tmp_path)
    path = PocketFiles(tmp_path).weights
    path.write_bytes(b"no weights")
    with pytest.raises(InputError, match="not weights of pocket"):
        read_weights(build_student(), tmp_path)
    weights = load_file(PocketFiles(ASSETS).weights)
    save_file({name: value for name, value in weights.items() if "head" not in name}, path)
    with pytest.raises(InputError, match="missing"):
        read_weights(build_student(), tmp_path)
    name = next(name for name, value in weights.items() if value.ndim == 2)
    save_file({**weights, name: weights[name][:, :10].contiguous()}, path)
    with pytest.raises(InputError, match="not weights of pocket"):
        read_weights(build_student(), tmp_path)
