import numpy as np
from PIL import Image

from explorer.encoders.histogram import HistogramEncoder


def test_one_colour_fills_one_bin() -> None:
    rows = HistogramEncoder().encode_images([Image.new("RGB", (50, 20), (255, 0, 32))])
    assert np.flatnonzero(rows[0]).tolist() == [7 * 64 + 0 * 8 + 1]
    assert rows[0].max() == 1


def test_halves_have_the_cosine_of_their_overlap() -> None:
    half = Image.new("RGB", (64, 64), "red")
    half.paste("blue", (0, 0, 64, 32))
    a, b = HistogramEncoder().encode_images([half, Image.new("RGB", (64, 64), "red")])
    np.testing.assert_allclose(a @ b, np.sqrt(0.5), atol=1e-6)


def test_position_does_not_matter() -> None:
    image = Image.effect_mandelbrot((64, 64), (-2, -1.5, 1, 1.5), 40).convert("RGB")
    a, b = HistogramEncoder().encode_images([image, image.transpose(Image.Transpose.ROTATE_90)])
    np.testing.assert_allclose(a, b, atol=1e-6)
