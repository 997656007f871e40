"""Figures for papers: size in millimetres, text as text, many points as a picture, the app's colours on white."""

import io
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from explorer.base.errors import InputError
from explorer.drawing.map.encode import NO_VALUE
from explorer.drawing.map.values import MapColours, MapLabel
from explorer.library.sending import figure
from explorer.library.sending.choice import Stop, choose
from explorer.library.sending.figure import export_figure, figure_bytes
from explorer.library.sending.legend import MOST, columns_of, entries, legend_height
from explorer.workspace.opened import Opened
from tests.library.sending.conftest import ODD_NAME


def test_an_svg_has_its_size_its_words_as_text_and_the_colours_of_the_map(
    odd: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(figure, "sent_labels", lambda sent, colour: [MapLabel(ODD_NAME, 0.0, 0.0)])
    text = figure_bytes(choose(odd, colour="column:kind"), "svg", 180).decode()
    assert re.search(r'<svg [^>]*width="510\.2\d*pt"', text), "180 mm"
    found = re.findall(r"<text[^>]*>([^<]*)</text>", text)
    assert found.count("&lt;b&gt;name&lt;/b&gt; $x^2$") == 1, "the name on the map, and no formula"
    assert "&lt;b&gt;name&lt;/b&gt; $x^2$  20" in found and "no value  20" in found and "kind" in found
    assert "<image" not in text, "forty points are vectors"
    assert MapColours.column(odd.tagged.table.column("kind"), label="").colours[0] in text


def test_many_points_are_a_picture_and_the_words_stay_text(odd: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure, "RASTERED_FROM", 10)
    text = figure_bytes(choose(odd, colour="column:size"), "svg", 85).decode()
    assert text.count("<image") >= 1 and len(re.findall(r'xlink:href="#[^"]*"[^>]*style="fill', text)) == 0
    assert "size" in re.findall(r"<text[^>]*>([^<]*)</text>", text)


def test_a_pdf_and_a_png_of_one_column(odd: Opened, tmp_path: Path) -> None:
    export_figure(choose(odd), tmp_path / "f.pdf", 85)
    data = (tmp_path / "f.pdf").read_bytes()
    box = re.search(rb"/MediaBox \[ *0 0 ([\d.]+) ", data)
    assert data.startswith(b"%PDF") and box and float(box[1]) == pytest.approx(85 / 25.4 * 72, abs=0.1)
    image = Image.open(io.BytesIO(figure_bytes(choose(odd, colour="column:shade"), "png", 85)))
    assert image.width == pytest.approx(85 / 25.4 * 300, abs=2)
    assert image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_what_is_not_selected_is_grey(odd: Opened) -> None:
    some = choose(odd, start=Stop(caption="", selected=("item 9", "item 10")))
    bright = figure._standing_out(some)
    assert np.flatnonzero(bright).tolist() == [9, 10]
    shades = figure._shades(MapColours.plain(40), bright)
    assert len(np.unique(shades, axis=0)) == 2 and (shades[9] == shades[10]).all()


def test_what_cannot_be_drawn_is_told(odd: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="expected 40 to 400 mm, got 5"):
        figure_bytes(choose(odd), "svg", 5)
    with pytest.raises(InputError, match="svg, pdf, png"):
        figure_bytes(choose(odd), "gif")
    monkeypatch.setitem(__import__("sys").modules, "matplotlib", None)
    with pytest.raises(InputError, match=r"pip install 'similarity-explorer\[figures\]'"):
        figure_bytes(choose(odd), "svg")


def test_a_legend_of_many_values_names_the_commonest_and_counts_the_rest() -> None:
    codes = np.repeat(np.arange(40), np.arange(1, 41))
    found = entries(MapColours.categories(codes, [f"v{n}" for n in range(40)], label="x"))
    assert len(found) == MOST and found[0][0] == "v17" and found[-1][0] == "17 more"
    assert sum(count for *_, count in found) == len(codes)
    few = MapColours.categories(np.array([0, 1, -1]), ["a", ""], label="x")
    assert [(name, count) for name, _, count in entries(few)] == [("a", 1), ("(empty)", 1), ("no value", 1)]
    assert (few.codes == NO_VALUE).sum() == 1
    assert columns_of(85) == 2 and legend_height(few, 85) < legend_height(few, 40)
    assert legend_height(MapColours.plain(3), 85) == 0
