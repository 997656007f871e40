"""Figures say what they show: titles, values and marks, never pixels."""

import numpy as np

from explorer.figures.explain import difference_bars, lift_bars
from explorer.figures.scores import score_histogram


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
    figure = score_histogram(similarities, limit=0.5, weakest=0.2)
    assert sum(figure.data[0].y) == 4
    assert {note.text for note in figure.layout.annotations} == {"background", "last shown"}
