"""Two models as a page that works alone, and the table of scores as a figure with its numbers as text."""

import json
import re
from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.drawing.page import POLICY
from explorer.features.compare.export import Scores, comparison_page, export_comparison, scores_figure
from explorer.features.compare.service import matrix, moved_items
from tests.features.compare.test_service import COUNT, make

PAIR = ("precomputed:x", "precomputed:y")
EVIL = "</script><img src=x>"


def test_the_page_holds_scores_maps_and_neighbours_and_nothing_of_the_data_is_markup(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(COUNT, 6)).astype(np.float32)
    vectors = {PAIR[0]: x, PAIR[1]: x[:, :4] + rng.normal(size=(COUNT, 4)).astype(np.float32)}
    opened = make(tmp_path / "w", [EVIL, *(f"item {n}" for n in range(1, COUNT))], vectors)
    page = comparison_page(opened, PAIR).decode()
    assert POLICY in page and EVIL not in page
    data = json.loads(re.findall(r'id="sent-data">(.*?)</script>', page, re.DOTALL)[0])
    heatmap, maps = data["figures"]
    true = matrix(opened, "cka_debiased")
    drawn = heatmap["data"][0]["z"]
    assert np.allclose(np.frombuffer(b64decode(drawn["bdata"]), drawn["dtype"]), true.values.ravel())
    assert [len(one["hovertext"]) for one in maps["data"] if "hovertext" in one] == [COUNT, COUNT]
    movers = moved_items(opened, *PAIR, 1_000).movers
    first = movers.order[0]
    assert data["items"][0]["kept"] == pytest.approx(movers.shared[first])
    names = [one["name"] for one in data["items"][0]["sides"][1]]
    assert names == [str(opened.dataset.ids[row]).rsplit("/", 1)[-1] for row in movers.right.rows[first, :8]]

    export_comparison(opened, PAIR, tmp_path / "scores.svg")
    words = re.findall(r"<text[^>]*>([^<]*)</text>", (tmp_path / "scores.svg").read_text("utf-8"))
    assert {"precomputed:x", "precomputed:y", f"{true.values[0, 1]:.2f}"} <= set(words)
    with pytest.raises(InputError, match="html, svg, pdf, png"):
        export_comparison(opened, PAIR, tmp_path / "scores.gif")


def test_many_layers_have_a_scale_in_the_place_of_numbers() -> None:
    names = [f"layer {n}" for n in range(20)]
    values = np.linspace(0, 1, 400).reshape(20, 20)
    text = scores_figure(Scores(values, names, names, ("A: $a$", "B"), "cka_debiased"), "svg", 85).decode()
    words = re.findall(r"<text[^>]*>([^<]*)</text>", text)
    assert "A: $a$" in words and "layer 19" in words and "0.50" not in words
