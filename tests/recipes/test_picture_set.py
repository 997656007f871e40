"""Gathering pictures: no copies, no mirror images, none that is measured on, no kind more often than allowed."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from explorer.base.errors import InputError
from explorer.base.progress import Silent
from recipes.pocket.picture_set import (
    SIDE,
    Source,
    build_picture_set,
    chosen_files,
    main,
    read_sources,
    set_stamp,
)
from recipes.pocket.pictures import Pictures, read_picture_set, set_sources


def picture(seed: int) -> Image.Image:
    """Blobs of some brightness that no other seed shares."""
    small = np.random.default_rng(seed).integers(0, 255, (5, 6, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((240, 200), Image.Resampling.BICUBIC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for kind, seeds in (("bears", range(4)), ("cars", range(4, 6))):
        (tmp_path / "some" / kind).mkdir(parents=True)
        for seed in seeds:
            picture(seed).save(tmp_path / "some" / kind / f"{seed}.png")
    return tmp_path


def names(out: Path) -> list[str]:
    return [line.split(",")[2] for line in (out / "pictures.csv").read_text(encoding="utf-8").splitlines()[1:]]


def build(folder: Path, *apart: Path, most: int = 10) -> list[str]:
    sources = [Source("some", folder / "some", "CC0", most)]
    counts = build_picture_set(sources, apart, folder / "out", seed=0, progress=Silent())
    assert counts == {"some": len(names(folder / "out"))}
    return names(folder / "out")


def test_all_pictures_come_back_small_and_in_order(folder: Path) -> None:
    assert build(folder) == ["bears/0.png", "bears/1.png", "bears/2.png", "bears/3.png", "cars/4.png", "cars/5.png"]
    images = Pictures([], read_picture_set(folder / "out"))
    assert [min(size) for size in images.sizes] == [SIDE] * 6
    for seed, image in enumerate(images):
        assert image.size == images.sizes[seed]
        wanted = np.asarray(picture(seed).resize(image.size, Image.Resampling.BICUBIC), np.float32)
        assert np.abs(np.asarray(image, np.float32) - wanted).mean() < 4  # another picture is 60 away


@pytest.mark.parametrize("change", [ImageOps.mirror, lambda image: image.resize((150, 125))], ids=["mirror", "size"])
def test_copies_come_in_once(folder: Path, change: object) -> None:
    assert callable(change)
    change(picture(0)).save(folder / "some" / "cars" / "copy.png")
    assert "cars/copy.png" not in build(folder)


def test_what_is_measured_on_stays_out_however_it_was_saved(folder: Path) -> None:
    (folder / "measured").mkdir()
    picture(4).resize((170, 140)).save(folder / "measured" / "x.jpg", quality=70)
    assert build(folder, folder / "measured") == [f"bears/{i}.png" for i in range(4)] + ["cars/5.png"]


def test_no_kind_gives_more_than_allowed_and_the_seed_decides(folder: Path) -> None:
    source = Source("some", folder / "some", "CC0", 2)
    drawn = chosen_files(source, 0)
    assert [kind for kind, _ in drawn] == ["bears", "bears", "cars", "cars"]
    assert drawn == chosen_files(source, 0)
    assert any(chosen_files(source, seed) != drawn for seed in range(1, 5))


def test_another_set_has_another_stamp(folder: Path) -> None:
    build(folder)
    first = set_stamp(folder / "out")
    build(folder)
    assert set_stamp(folder / "out") == first
    build(folder, most=1)
    assert set_stamp(folder / "out") != first


def test_pictures_in_memory_come_before_those_of_the_set(folder: Path) -> None:
    build(folder)
    red = Image.new("RGB", (30, 20), "red")
    both = Pictures([red], read_picture_set(folder / "out"))
    assert len(both) == len(both.sizes) == 7
    assert both[0] is red
    assert both.sizes[:2] == [(30, 20), both[1].size]
    assert [image.size for image in both[5:9]] == both.sizes[5:]
    for row in (-1, 7):
        with pytest.raises(IndexError):
            both[row]
    assert set_sources(folder / "out") == {"some": {"licence": "CC0", "pictures": 6}}


def test_a_set_without_sizes_is_told(folder: Path) -> None:
    build(folder)
    table = folder / "out" / "pictures.csv"
    lines = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join(line.rsplit(",", 2)[0] for line in lines), encoding="utf-8")
    with pytest.raises(InputError, match="no column width, height"):
        read_picture_set(folder / "out")
    table.write_text(lines[0], encoding="utf-8")
    with pytest.raises(InputError, match="found none"):
        read_picture_set(folder / "out")


def test_damaged_files_are_passed_over(folder: Path) -> None:
    (folder / "some" / "bears" / "1.png").write_bytes(b"no picture")
    assert len(build(folder)) == 5


def test_the_command_names_each_source_with_its_licence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = folder / "sources.csv"
    table.write_text("name,folder,licence,most\nsome,some,,3\n", encoding="utf-8")
    main([str(table), str(folder / "out")])
    assert "some: 5 pictures, licence: none stated" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name,folder\nsome,some\n", "licence, most missing"),
        ("name,folder,licence,most\nsome,other,,3\n", "line 2"),
        ("name,folder,licence,most\nsome,some,,none\n", "line 2.*'none'"),
    ],
)
def test_a_wrong_table_is_told(folder: Path, text: str, told: str) -> None:
    (folder / "sources.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=told):
        read_sources(folder / "sources.csv")


def test_no_table_and_no_set(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_sources(tmp_path / "sources.csv")
    with pytest.raises(InputError, match="does not exist"):
        read_picture_set(tmp_path)
