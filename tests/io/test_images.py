import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFile

from explorer.base.errors import InputError, LimitError
from explorer.io import bands, images
from explorer.io.images import image_size, read_image


def mean_colour(image: Image.Image) -> list[int]:
    return [round(value) for value in np.asarray(image, dtype=float).reshape(-1, 3).mean(axis=0)]


@pytest.mark.parametrize("suffix", [".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"])
def test_every_format_reads_as_rgb(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"picture{suffix}"
    Image.new("RGB", (40, 30), (200, 40, 40)).save(path)
    image = read_image(path)
    assert (image.mode, image.size, image_size(path)) == ("RGB", (40, 30), (40, 30))
    assert np.abs(np.array(mean_colour(image)) - [200, 40, 40]).max() < 8


@pytest.mark.parametrize(
    ("mode", "colour", "expected"),
    [
        ("CMYK", (0, 255, 255, 0), [255, 0, 0]),
        ("L", 128, [128, 128, 128]),
        ("1", 1, [255, 255, 255]),
        ("RGBA", (255, 0, 0, 0), [255, 255, 255]),
        ("LA", (0, 128), [127, 127, 127]),
        ("I;16", 257 * 100, [100, 100, 100]),
        ("F", 0.5, [128, 128, 128]),
        ("YCbCr", (76, 85, 255), [254, 0, 0]),
    ],
)
def test_modes_become_rgb(tmp_path: Path, mode: str, colour: float | tuple[int, ...], expected: list[int]) -> None:
    path = tmp_path / "picture.tif"
    Image.new(mode, (8, 8), colour).save(path)
    assert mean_colour(read_image(path)) == expected


def test_palette_with_transparency_is_laid_on_white(tmp_path: Path) -> None:
    image = Image.new("P", (8, 8), 1)
    image.putpalette([0, 0, 0, 0, 0, 255])
    image.save(tmp_path / "picture.png", transparency=1)
    image.save(tmp_path / "opaque.png")
    assert mean_colour(read_image(tmp_path / "picture.png")) == [255, 255, 255]
    assert mean_colour(read_image(tmp_path / "opaque.png")) == [0, 0, 255]


def test_sixteen_bit_png_and_cmyk_jpeg(tmp_path: Path) -> None:
    Image.fromarray(np.full((8, 8), 257 * 60, np.uint16)).save(tmp_path / "deep.png")
    Image.new("CMYK", (16, 16), (0, 255, 255, 0)).save(tmp_path / "print.jpg", quality=95)
    assert mean_colour(read_image(tmp_path / "deep.png")) == [60, 60, 60]
    assert np.abs(np.array(mean_colour(read_image(tmp_path / "print.jpg"))) - [255, 0, 0]).max() < 12


def test_exif_orientation_is_applied(tmp_path: Path) -> None:
    image = Image.new("RGB", (30, 20), "white")
    image.paste((0, 0, 0), (0, 0, 30, 10))
    exif = Image.Exif()
    exif[0x0112] = 6
    image.save(tmp_path / "turned.jpg", exif=exif, quality=95)
    read = read_image(tmp_path / "turned.jpg")
    assert read.size == image_size(tmp_path / "turned.jpg") == (20, 30)
    assert np.asarray(read)[:, 15:].mean() < 20 < 230 < np.asarray(read)[:, :5].mean()


def test_gif_gives_its_first_frame(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    assert mean_colour(read_image(tmp_path / "moving.gif")) == [255, 0, 0]


def test_jpeg_is_decoded_at_the_smallest_scale_that_is_enough(tmp_path: Path) -> None:
    Image.new("RGB", (800, 480), "red").save(tmp_path / "large.jpg")
    assert read_image(tmp_path / "large.jpg", min_side=100).size == (200, 120)
    assert read_image(tmp_path / "large.jpg", min_side=470).size == (800, 480)
    assert read_image(tmp_path / "large.jpg").size == (800, 480)


def huge_png() -> bytes:
    """A true header of 30,000 x 30,000 pixels, and almost nothing behind it."""
    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(b"\x00" * 100)), (b"IEND", b"")]
    packed = [struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def test_huge_image_is_refused_before_decoding(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    path.write_bytes(huge_png())
    with pytest.raises(InputError, match=r"huge\.png: expected at most 200 megapixels, got 30000 x 30000 pixels"):
        read_image(path, min_side=224)


def test_huge_jpeg_is_refused_whole_and_read_reduced(tmp_path: Path) -> None:
    path = tmp_path / "huge.jpg"
    Image.new("L", (16_000, 13_000), 90).save(path)
    with pytest.raises(InputError, match="megapixels"):
        read_image(path)
    assert read_image(path, min_side=224).size == (2000, 1625)


def truncated_jpeg() -> bytes:
    buffer = io.BytesIO()
    Image.effect_noise((200, 200), 60).save(buffer, "JPEG")
    return buffer.getvalue()[:3000]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("zero.png", b"", "got an empty file"),
        ("text.jpg", b"hello, I am a text", "got a file that is not one"),
        ("cut.jpg", truncated_jpeg(), "truncated or damaged"),
        ("broken.png", huge_png()[:40], "damaged|not one"),
        ("missing.png", None, "No such file"),
    ],
)
def test_unreadable_files_say_so_by_name(tmp_path: Path, name: str, data: bytes | None, message: str) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=f"{name}.*({message})"):
        read_image(tmp_path / name)


def test_damage_anywhere_never_ends_in_another_error(tmp_path: Path, rng: np.random.Generator) -> None:
    for suffix in ("png", "webp", "gif", "bmp", "tiff", "jpg"):
        buffer = io.BytesIO()
        Image.effect_noise((24, 24), 80).convert("RGB").save(buffer, "JPEG" if suffix == "jpg" else suffix)
        for _ in range(40):
            data = bytearray(buffer.getvalue())
            for place in rng.integers(0, len(data), 6):
                data[place] = rng.integers(0, 256)
            try:
                assert read_image(bytes(data)).mode == "RGB"
            except InputError as error:
                assert str(error).startswith("The uploaded image: expected")


def test_wrong_suffix_but_an_image_is_read(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), "red").save(tmp_path / "picture.png")
    (tmp_path / "picture.png").rename(tmp_path / "picture.jpg")
    assert mean_colour(read_image(tmp_path / "picture.jpg", min_side=4)) == [255, 0, 0]


def test_uploads_come_as_bytes() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, "PNG")
    assert mean_colour(read_image(buffer.getvalue())) == [255, 0, 0]
    with pytest.raises(InputError, match=r"photo\.png: expected"):
        read_image(b"no", name="photo.png")


def png_header(width: int, height: int, depth: int, colours: int) -> bytes:
    """A PNG that says how large it is, and holds nothing."""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)), (b"IDAT", b"")]
    packed = [struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks]
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


@pytest.mark.parametrize(
    ("depth", "colours", "most"), [(8, 0, 5), (8, 2, 8), (8, 6, 8), (16, 0, 6), (1, 0, 5), (16, 6, 8), (8, 3, 5)]
)
def test_what_a_picture_takes_is_counted_by_its_bytes(depth: int, colours: int, most: int) -> None:
    """A megapixel takes 1 (grey), 2 (16 bits) or 4 bytes a pixel, and 4 for the result."""
    data = png_header(1024, 1024, depth, colours)
    with pytest.raises(LimitError, match=rf"at most {most - 1} MiB to decode, got 1024 x 1024 pixels that take {most}"):
        read_image(data, most=(most << 20) - 1)
    with pytest.raises(InputError, match="truncated or damaged"):
        read_image(data, most=most << 20)


def test_the_coefficients_of_a_progressive_jpeg_count_whatever_the_scale() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (1024, 1024), "red").save(buffer, "JPEG", progressive=True)
    with pytest.raises(LimitError, match="pixels that take 4 MiB"):
        read_image(buffer.getvalue(), min_side=100, most=4 << 20)
    plain = io.BytesIO()
    Image.new("RGB", (1024, 1024), "red").save(plain, "JPEG")
    assert read_image(plain.getvalue(), min_side=100, most=4 << 20).size == (128, 128)


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "L", "P", "I;16", "F", "1"])
def test_large_pictures_are_the_same_in_bands(mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (61, 40, 4), dtype=np.uint8)
    if mode in ("I;16", "F"):
        image = Image.fromarray(noise[..., 0].astype(np.uint16 if mode == "I;16" else np.float32) * 200)
    else:
        image = Image.fromarray(noise).convert(mode)
    buffer = io.BytesIO()
    image.save(buffer, "TIFF")
    whole = read_image(buffer.getvalue())
    monkeypatch.setattr(bands, "PIXELS", 130)
    assert read_image(buffer.getvalue()).tobytes() == whole.tobytes()
    monkeypatch.setattr(images, "SHRUNK_ABOVE", 100)
    assert read_image(buffer.getvalue(), 21).size == (40, 61)
    shrunk = read_image(buffer.getvalue(), 7)
    assert shrunk.size == (20, 31)
    assert np.abs(np.asarray(shrunk).astype(int) - np.asarray(whole.reduce(2))).max() <= 1


def test_large_turned_pictures_are_upright(monkeypatch: pytest.MonkeyPatch) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    image = Image.new("RGB", (60, 40), "white")
    image.paste((0, 0, 0), (0, 0, 60, 20))
    image.save(buffer, "PNG", exif=exif, icc_profile=b"a profile")
    monkeypatch.setattr(images, "SHRUNK_ABOVE", 100)
    read = read_image(buffer.getvalue(), 10)
    assert read.size == (20, 30)
    assert np.asarray(read)[:, 15:].mean() < 20 < 230 < np.asarray(read)[:, :5].mean()
    assert read.info["icc_profile"] == b"a profile"


def test_want_of_memory_is_no_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    def hungry(image: Image.Image) -> None:
        raise MemoryError

    buffer = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(buffer, "PNG")
    monkeypatch.setattr(ImageFile.ImageFile, "load", hungry)
    with pytest.raises(MemoryError):
        read_image(buffer.getvalue())
