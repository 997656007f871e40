"""Figures say what they show: titles, values and marks, never pixels."""

from collections.abc import Callable

import numpy as np
import plotly.graph_objects as go
import pytest

from explorer.app.figures.explain import difference_bars, lift_bars
from explorer.app.figures.scores import score_histogram
from explorer.features.compare.figures import arrangement_figure, score_heatmap, two_maps
from explorer.features.elites.figures import Course, progress_figure
from explorer.features.judgments.figures import (
    Bar,
    Curve,
    Mark,
    learning_figure,
    rating_scatter,
    score_bars,
    weight_map,
)
from explorer.features.relational.figures import relations_figure


def test_lift_bars_pair_selection_and_rest() -> None:
    figure = lift_bars(["shape: star", "shape: moon"], [0.5, 0.1], [0.2, 0.3])
    assert [bar.name for bar in figure.data] == ["in the rest", "in the selection"]
    assert list(figure.data[1].x) == [0.5, 0.1]
    assert figure.layout.xaxis.title.text == "share of items"


def test_difference_bars_name_their_unit_and_colour_the_sign() -> None:
    figure = difference_bars(["price", "age"], [1.5, -0.5])
    assert "standard deviations" in figure.layout.xaxis.title.text
    assert len(set(figure.data[0].marker.color)) == 2


def test_histogram_counts_every_item_with_a_similarity_once() -> None:
    similarities = np.array([0.1, 0.2, 0.2, np.nan, 0.9], dtype=np.float32)
    figure = score_histogram(similarities, typical=0.5, weakest=0.2)
    assert sum(figure.data[0].y) == 4
    assert {note.text for note in figure.layout.annotations} == {"typical item", "lowest shown"}


def test_a_selection_is_bright_on_both_maps_and_has_the_lines() -> None:
    first, second = np.arange(10.0).reshape(5, 2), np.ones((5, 2))
    figure = two_maps(
        first,
        second,
        list("abcde"),
        np.full(5, 0.5),
        names=("a", "b"),
        keys=range(10, 15),
        marked=[3, 1],
        picked=0,
        selected=[1, 3],
    )
    maps = [trace for trace in figure.data if trace.customdata is not None]
    assert [trace.selectedpoints for trace in maps] == [(1, 3), (1, 3)]
    assert [[key for (key,) in trace.customdata] for trace in maps] == [list(range(10, 15))] * 2
    lines = next(trace for trace in figure.data if trace.mode == "lines")
    assert list(lines.x) == [6, 1, None, 2, 1, None] and list(lines.y) == [7, 1, None, 3, 1, None]


def test_without_a_selection_no_point_fades_away() -> None:
    places = np.arange(6.0).reshape(3, 2)
    figure = two_maps(places, places, list("abc"), np.ones(3), names=("a", "b"), keys=range(3), marked=[])
    assert [trace.selectedpoints for trace in figure.data] == [None, None]


HOSTILE = '<a href="http://foreign.test/">a & b</a>'
TWO, SCORE = np.ones((2, 2)), {"r1": {"value": 0.5, "low": 0.4, "high": 0.6}}
FIGURES: dict[str, Callable[[str], go.Figure]] = {
    "lifts": lambda text: lift_bars([text], [0.5], [0.2]),
    "differences": lambda text: difference_bars([text], [0.5]),
    "heatmap": lambda text: score_heatmap(TWO, [text, "b"], [text, "b"], "score", axes=(text, text)),
    "arrangement": lambda text: arrangement_figure(TWO, [text, "b"], "red"),
    "two maps": lambda text: two_maps(
        TWO, TWO, [text, "b"], np.ones(2), names=(text, text), keys=[0, 1], marked=[], picked=0
    ),
    "courses": lambda text: progress_figure([Course("run", text, np.ones(2), np.ones(2))], 0.0, None),
    "scores": lambda text: score_bars([Bar(text, 0.5, 0.4, 0.6, text)], [Mark("chance", 0.1, "red")], "share", True),
    "learning": lambda text: learning_figure({text: Curve([1], [1], [1], [1])}, [], "share"),
    "ratings": lambda text: rating_scatter(np.ones(2), np.ones(2), text),
    "weights": lambda text: weight_map(TWO, TWO > 0, [text, "b"]),
    "relations": lambda text: relations_figure({text: {"all": SCORE, "least alike": SCORE}}),
}


@pytest.mark.parametrize("name", FIGURES)
def test_text_of_data_is_no_html_in_a_figure(name: str) -> None:
    drawn = FIGURES[name](HOSTILE).to_json()
    assert "<a" not in drawn and "\\u003ca" not in drawn
    assert "&lt;a" in drawn or "\\u0026lt;a" in drawn
