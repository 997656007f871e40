"""MCArcMargin, the reconstruction: ArcFace where there is one caption an image, and what several change."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import normalize, one_hot

from explorer.base.errors import InputError
from explorer.features.tune.losses.arcface import arcface
from explorer.features.tune.retrieval.mcip import multi_caption_arc_margin

REFERENCE = Path(__file__).with_name("arcface.npz")
"""Values of pytorch-metric-learning 2.9.0, whose margin is in degrees."""


@pytest.mark.parametrize("case", [0, 1])
def test_one_caption_an_image_is_arcface(case: int) -> None:
    with np.load(REFERENCE) as stored:
        x, y, w = (torch.as_tensor(stored[f"{name}{case}"]) for name in "xyW")
        told = json.loads(str(stored["told"]))[case]
    rows, directions = normalize(x), normalize(w.T)
    margin, scale = math.radians(told["margin_deg"]), told["scale"]
    belongs = one_hot(y, len(directions)).bool()
    found = float(multi_caption_arc_margin(rows, directions, belongs, margin, scale))
    assert found == pytest.approx(told["arcface"], rel=1e-5)
    plain = float(multi_caption_arc_margin(rows, directions, belongs, 0.0, scale))
    assert plain == pytest.approx(told["norm_softmax_no_margin"], rel=1e-5)
    assert float(arcface(rows, y, directions, 0.0, scale)) == pytest.approx(plain, rel=1e-5)


def test_another_caption_of_the_image_is_no_wrong_answer() -> None:
    rows = torch.tensor([[1.0, 0.0]])
    near, other = [0.8, 0.6], [0.0, 1.0]
    alone = multi_caption_arc_margin(rows, torch.tensor([near, other]), torch.tensor([[True, False]]))
    twice = multi_caption_arc_margin(rows, torch.tensor([near, near, other]), torch.tensor([[True, True, False]]))
    assert float(twice) == pytest.approx(float(alone), rel=1e-6)


def test_each_image_counts_the_same_however_many_captions_it_has() -> None:
    texts = normalize(torch.randn(6, 5, generator=torch.Generator().manual_seed(0)))
    rows = normalize(torch.randn(2, 5, generator=torch.Generator().manual_seed(1)))
    belongs = torch.tensor([[True, True, True, False, False, False], [False, False, False, True, False, False]])
    apart = [float(multi_caption_arc_margin(rows[i : i + 1], texts, belongs[i : i + 1])) for i in (0, 1)]
    assert float(multi_caption_arc_margin(rows, texts, belongs)) == pytest.approx(sum(apart) / 2, rel=1e-6)


def test_it_falls_on_the_way_to_the_captions_and_its_slope_is_finite_at_them() -> None:
    texts = torch.eye(3)
    belongs = torch.tensor([[True, False, False]])
    near, far = (normalize(torch.tensor([row])) for row in ([1.0, 0.2, 0.0], [0.3, 1.0, 0.0]))
    assert float(multi_caption_arc_margin(near, texts, belongs)) < float(multi_caption_arc_margin(far, texts, belongs))
    at = torch.tensor([[1.0, 0.0, 0.0]], requires_grad=True)
    (slope,) = torch.autograd.grad(multi_caption_arc_margin(at, texts, belongs), at)
    assert bool(torch.isfinite(slope).all())


def test_images_without_a_caption_are_left_out() -> None:
    rows, texts = torch.eye(2), torch.eye(2)
    some, both = torch.tensor([[True, False]]), torch.tensor([[True, False], [False, False]])
    assert float(multi_caption_arc_margin(rows, texts, both)) == float(multi_caption_arc_margin(rows[:1], texts, some))
    with pytest.raises(InputError, match="expected images with a caption, got none"):
        multi_caption_arc_margin(rows, texts, torch.zeros(2, 2, dtype=torch.bool))


def test_rows_of_another_length_are_refused() -> None:
    with pytest.raises(InputError, match="captions: expected rows of length 1"):
        multi_caption_arc_margin(torch.eye(2), 2 * torch.eye(2), torch.eye(2, dtype=torch.bool))
