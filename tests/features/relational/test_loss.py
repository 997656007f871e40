"""The loss of relational heads is the official one, on images and texts that the official code was run on."""

import numpy as np
import pytest

from explorer.base.arrays import Floats, unit_rows
from explorer.base.errors import InputError
from explorer.features.relational.train import one_way_loss

OFFICIAL, SYMMETRIC = 0.44038376, 0.27397996


def reference() -> tuple[Floats, Floats]:
    """The images and texts (6, 8) that the official loss was run on."""
    values = np.array(IMAGES_AND_TEXTS, dtype=np.float32).reshape(2, 6, 8)
    return unit_rows(values[0]), unit_rows(values[1])


def loss(images: Floats, texts: Floats) -> float:
    import torch

    return float(one_way_loss(torch.from_numpy(images), torch.from_numpy(texts)))


def test_loss_is_the_official_one_direction() -> None:
    assert loss(*reference()) == pytest.approx(OFFICIAL, abs=1e-5)


def test_symmetric_loss_is_another_number() -> None:
    images, texts = reference()
    both = (loss(images, texts) + loss(texts, images)) / 2
    assert both == pytest.approx(SYMMETRIC, abs=1e-5)
    assert abs(both - loss(images, texts)) > 0.1


def test_rows_of_another_length_are_refused() -> None:
    images, texts = reference()
    with pytest.raises(InputError, match="InfoNCE, images: expected rows of length 1, got lengths from 3 to 3"):
        loss(3 * images, texts)
    with pytest.raises(InputError, match="InfoNCE, texts: expected rows of length 1"):
        loss(images, 0.9 * texts)
    half = images.astype(np.float16).astype(np.float32)
    assert loss(half, texts) == pytest.approx(OFFICIAL, abs=1e-3)


IMAGES_AND_TEXTS = [
    -1.12583982,
    -1.15236020,
    -0.25057858,
    -0.43387880,
    0.848710358,
    0.692009150,
    -0.31601276,
    -2.11521935,
    0.322274923,
    -1.26333475,
    0.349983185,
    0.308133929,
    0.119841508,
    1.237657904,
    1.116777181,
    -0.24727815,
    -1.35265374,
    -1.69593119,
    0.566650629,
    0.793508350,
    0.598839461,
    -1.55509507,
    -0.34136039,
    1.853006124,
    0.750189483,
    -0.58549755,
    -0.17339675,
    0.183477938,
    1.389366149,
    1.586334228,
    0.946298360,
    -0.84367674,
    -0.61358308,
    0.031592741,
    -0.49267697,
    0.248414754,
    0.439695835,
    0.112411186,
    0.640792369,
    0.441156268,
    -0.10230965,
    0.792443990,
    -0.28966769,
    0.052507486,
    0.522860467,
    2.302205324,
    -1.46889388,
    -1.58668875,
    -1.59700274,
    -0.54137837,
    0.488171637,
    -0.30938822,
    0.687475562,
    0.417781084,
    0.064293533,
    -2.39182972,
    0.009922891,
    -0.74252027,
    1.414668917,
    2.695485591,
    -0.95198744,
    0.373763382,
    2.390584945,
    -0.63334822,
    -1.75112736,
    -1.05195116,
    1.344221830,
    1.696420192,
    -0.43588227,
    0.241967916,
    -0.67254424,
    2.087891578,
    -0.39033871,
    -0.97031807,
    -0.50928074,
    -0.16629913,
    0.642479896,
    2.366791963,
    0.847828388,
    -0.27964925,
    -0.67892682,
    0.512527883,
    -1.07949769,
    0.249039024,
    1.029021739,
    -0.16761271,
    1.368415713,
    0.691863417,
    -0.27451032,
    2.404205322,
    -1.60685014,
    0.017698571,
    -0.20862454,
    1.632654666,
    -1.44542157,
    -1.08962821,
]
