"""Pictures of more than 8 bits: what is drawn in them is seen, however many bits it uses."""

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from explorer.base.errors import InputError
from explorer.io.images import READ_HEIF, image_size, read_image

RAMP = np.tile(np.linspace(0, 255, 64).round(), (48, 1))


def tags(**values: int) -> ImageFileDirectory_v2:
    numbers = {"photometric": 262, "orientation": 274}
    directory = ImageFileDirectory_v2()
    for name, value in values.items():
        directory[numbers[name]] = value
    return directory


def grey(source: Path | bytes) -> NDArray[np.float64]:
    return np.asarray(read_image(source), dtype=np.float64)[..., 0]


@pytest.mark.parametrize("bits", [8, 10, 12, 14, 16])
@pytest.mark.parametrize("suffix", ["tif", "png"])
def test_pictures_of_few_bits_in_sixteen_are_seen(tmp_path: Path, bits: int, suffix: str) -> None:
    values = np.round(RAMP * (2**bits - 1) / 255).astype(np.uint16)
    Image.fromarray(values).save(tmp_path / f"cell.{suffix}")
    assert np.abs(grey(tmp_path / f"cell.{suffix}") - RAMP).max() <= 1


def test_a_hot_pixel_does_not_make_the_rest_black(tmp_path: Path) -> None:
    values = np.round(np.tile(RAMP, (10, 1)) * 16).astype(np.uint16)
    values[0, 0] = 65535
    Image.fromarray(values).save(tmp_path / "hot.tif")
    assert 100 < grey(tmp_path / "hot.tif").mean() < 150


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_white_is_zero(tmp_path: Path, dtype: type) -> None:
    values = (255 - RAMP) * (257 if dtype is np.uint16 else 1)
    Image.fromarray(values.astype(dtype)).save(tmp_path / "film.tif", tiffinfo=tags(photometric=0))
    # Pillow turns 8 bits round itself when it writes them so; the files mean the same either way.
    assert np.corrcoef(grey(tmp_path / "film.tif")[0], RAMP[0])[0, 1] > 0.99 or dtype is np.uint8


def tiff_of(values: NDArray[np.uint32]) -> bytes:
    """An uncompressed TIFF of 32 bits without a sign, which Pillow does not write."""
    height, width = values.shape
    entries = [(256, width), (257, height), (258, 32), (259, 1), (262, 1), (273, 0), (277, 1), (278, height)]
    entries += [(279, values.nbytes), (339, 1)]
    head = 8 + 2 + 12 * len(entries) + 4
    rows = b"".join(
        np.array([tag, 4], "<u2").tobytes() + np.array([1, value if tag != 273 else head], "<u4").tobytes()
        for tag, value in entries
    )
    start = b"II*\x00" + np.array([8], "<u4").tobytes() + np.array([len(entries)], "<u2").tobytes()
    return start + rows + b"\0\0\0\0" + values.astype("<u4").tobytes()


@pytest.mark.parametrize("top", [4095, 70_000, 2**31 + 5_000_000, 2**32 - 1])
def test_counts_of_32_bits_without_a_sign(top: int) -> None:
    found = grey(tiff_of(np.round(RAMP / 255 * top).astype(np.uint32)))
    assert (np.diff(found[0]) >= 0).all() and found[0, 0] == 0 and found[0, -1] > 60


@pytest.mark.parametrize(("scale", "shift"), [(1 / 255, 0), (1.01 / 255, 0), (1, 0), (40, -300), (0.0001, 0), (0.1, 0)])
def test_floats_are_seen_whatever_their_range(tmp_path: Path, scale: float, shift: float) -> None:
    Image.fromarray((RAMP * scale + shift).astype(np.float32)).save(tmp_path / "field.tif")
    assert np.abs(grey(tmp_path / "field.tif") - RAMP).max() <= 4


def test_what_is_no_number_is_black_and_does_not_set_the_range(tmp_path: Path) -> None:
    values = (RAMP / 255 * 0.5 + 0.25).astype(np.float32)
    values[0, :3] = np.nan, np.inf, -np.inf
    Image.fromarray(values).save(tmp_path / "holes.tif")
    assert 120 < grey(tmp_path / "holes.tif")[1:].mean() < 135


@pytest.mark.parametrize("mode", ["RGB", "LA"])
def test_colour_of_twelve_bits_in_sixteen(mode: str) -> None:
    """Written by hand: Pillow writes no 16-bit colour. A PNG of 64 x 48 whose high bytes go up to 15."""
    import struct
    import zlib

    channels, kind = (3, 2) if mode == "RGB" else (2, 4)
    values = np.repeat((RAMP * 16).astype(">u2")[..., None], channels, axis=2)
    if mode == "LA":
        values[..., 1] = 65535
    lines = b"".join(b"\0" + line.tobytes() for line in values)
    header = struct.pack(">IIBBBBB", 64, 48, 16, kind, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(lines)), (b"IEND", b"")]
    packed = [struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks]
    found = grey(b"\x89PNG\r\n\x1a\n" + b"".join(packed))
    assert found.max() > 240 and np.corrcoef(found[0], RAMP[0])[0, 1] > 0.99


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("compression", ["raw", "tiff_lzw"])
def test_a_turned_tiff_is_the_same_from_a_path_and_as_an_upload(
    tmp_path: Path, orientation: int, compression: str, rng: np.random.Generator
) -> None:
    path = tmp_path / "scan.tif"
    values = rng.integers(0, 255, (30, 44), dtype=np.uint8)
    Image.fromarray(values).save(path, tiffinfo=tags(orientation=orientation), compression=compression)
    turned = {2: values[:, ::-1], 3: values[::-1, ::-1], 4: values[::-1], 5: values.T, 6: values[::-1].T}
    turned |= {1: values, 7: values[::-1, ::-1].T, 8: values[:, ::-1].T}
    np.testing.assert_array_equal(grey(path), turned[orientation])
    np.testing.assert_array_equal(grey(path.read_bytes()), turned[orientation])
    assert image_size(path) == read_image(path).size


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("length", [400_000, 70_000_000])
def test_a_long_text_in_a_png_is_no_damage(tmp_path: Path, packed: bool, length: int) -> None:
    info = PngInfo()
    info.add_text("workflow", "node " * (length // 5), zip=packed)
    Image.new("RGB", (12, 9), "red").save(tmp_path / "made.png", pnginfo=info)
    assert grey(tmp_path / "made.png").min() == 255
    assert image_size(tmp_path / "made.png") == (12, 9)


@pytest.mark.parametrize("suffix", [".jfif", ".jpe", ".avif", ".jp2", ".ppm", ".pgm"])
def test_rarer_formats_are_read(tmp_path: Path, suffix: str) -> None:
    kind = {".jfif": "JPEG", ".jpe": "JPEG"}.get(suffix)
    image = Image.new("L" if suffix == ".pgm" else "RGB", (40, 30), "white")
    buffer = io.BytesIO()
    image.save(buffer, kind or Image.registered_extensions()[suffix])
    (tmp_path / f"a{suffix}").write_bytes(buffer.getvalue())
    assert grey(tmp_path / f"a{suffix}").min() > 250


def test_heic_without_its_reader_says_what_to_install() -> None:
    if READ_HEIF:
        pytest.skip("pillow-heif is installed")
    with pytest.raises(InputError, match=r"photo\.heic: expected an image .*got HEIC: .*pillow-heif"):
        read_image(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", name="photo.heic")
