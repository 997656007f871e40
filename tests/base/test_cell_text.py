"""Numbers in cells can be read on every colour of a scale."""

import numpy as np
import plotly.graph_objects as go
import pytest

from explorer.base.cell_text import cell_texts, ink, luminance, short_number


@pytest.mark.parametrize("scale", ["Blues", "Cividis", "Viridis"])
def test_numbers_have_a_contrast_of_four_and_a_half_on_every_colour(scale: str) -> None:
    for share in np.linspace(0, 1, 101):
        ground = luminance(scale, float(share)) + 0.05
        contrast = 1.05 / ground if ink(scale, float(share)) == "#ffffff" else ground / 0.05
        assert contrast >= 4.5


def test_many_columns_leave_out_the_zero_in_front() -> None:
    assert [short_number(value, 9) for value in (0.871, -0.5, 1.0, np.nan)] == [".87", "-.50", "1.00", ""]
    assert [short_number(value, 7) for value in (0.871, -0.5)] == ["0.87", "-0.50"]


def test_each_text_stands_in_its_cell_and_a_missing_one_nowhere() -> None:
    figure = go.Figure()
    cell_texts(figure, np.array([[0.0, 1.0, np.nan]]), [["a", "b", "c"]], "Blues")
    told = [(one.x, one.y, one.text, one.font.color) for one in figure.layout.annotations]
    assert told == [(0, 0, "a", "#000000"), (1, 0, "b", "#ffffff")]
    cell_texts(figure, np.array([[0.0, 1.0]]), [["a", "b"]], "Blues", reverse=True)
    assert [one.font.color for one in figure.layout.annotations] == ["#ffffff", "#000000"]
    cell_texts(figure, np.full((1, 2), 0.5), [["a", "b"]], "Blues")
    assert len(figure.layout.annotations) == 2
