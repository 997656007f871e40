"""What the charts of columns are given, and what their events do."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from explorer.app.frame.bars import SHOWN_OF_MANY, Chart, after, chart_data
from explorer.search.facets import facet_of
from explorer.search.filters import Filter
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import Opened, open_shared


@pytest.fixture
def opened(image_workspace: Workspace) -> Opened:
    return open_shared(image_workspace.path)


def chart(values: list[Any], setting: Filter | None = None, counts: list[int] | None = None) -> Chart:
    found = facet_of("x", pa.array(values))
    return Chart(facet=found, counts=found.totals if counts is None else np.array(counts), setting=setting)


NAMES = [name for place in range(20) for name in [f"v{place:02}"] * (40 - place)]


def test_of_many_values_those_that_pass_come_first_and_picked_ones_stay(opened: Opened) -> None:
    counts = [0] * 20
    counts[15], counts[3] = 9, 4
    setting = Filter(column="x", kind="values", values=("v19",))
    data = chart_data(opened, chart([*NAMES, "", None], setting, [*counts, 1, 1]))
    names = [bar["name"] for bar in data["bars"]]
    assert names[:2] == ["v15", "v03"]
    assert names[SHOWN_OF_MANY:] == ["v19", "(empty)", "no value"]
    assert [bar["name"] for bar in data["bars"] if bar["picked"]] == ["v19"]
    assert [bar["value"] for bar in data["bars"][-2:]] == ["", None]
    assert data["search"]["counts"][15] == 9
    assert data["search"]["picked"] == ["v19"]
    assert data["note"] == "21 values"


def test_few_values_stay_in_their_places(opened: Opened) -> None:
    data = chart_data(opened, chart(["a", "a", "b"], counts=[0, 1]))
    assert [(bar["name"], bar["count"], bar["total"]) for bar in data["bars"]] == [("a", 0, 2), ("b", 1, 1)]
    assert data["search"] is None


def test_a_histogram_has_bins_ends_and_fields(opened: Opened) -> None:
    setting = Filter(column="x", kind="range", low=3.0, high=None)
    data = chart_data(opened, chart([*range(9), None], setting))
    assert [bar["picked"] for bar in data["bars"]] == [False] * 3 + [True] * 6
    assert data["typed"] == {"low": "3", "high": "", "least": "0", "most": "8"}
    assert data["ends"] == ("0", "8")
    assert data["missing"]["count"] == 1


def test_texts_that_all_differ_are_looked_into(opened: Opened) -> None:
    data = chart_data(
        opened, chart([f"note {row}" for row in range(99)], Filter(column="x", kind="contains", text="9"))
    )
    assert data["bars"] == []
    assert data["search"]["url"] == ""
    assert data["text"] == "9"


@pytest.mark.parametrize(
    ("values", "event", "expected"),
    [
        (["a", "b"], {"action": "value", "value": "b", "add": False}, Filter(column="x", kind="values", values=("b",))),
        (["a", "b"], {"action": "text", "text": " b "}, Filter(column="x", kind="contains", text="b")),
        (["a", "b"], {"action": "text", "text": " "}, None),
        (
            list(range(9)),
            {"action": "bins", "first": 2, "last": 3, "add": False},
            Filter(column="x", kind="range", low=2, high=3),
        ),
        (
            list(range(9)),
            {"action": "bounds", "low": "7", "high": ""},
            Filter(column="x", kind="range", low=7, high=None),
        ),
    ],
)
def test_what_an_event_makes_of_the_filter(values: list[Any], event: dict[str, Any], expected: Filter | None) -> None:
    assert after(chart(values), event) == expected


@pytest.mark.parametrize(
    "event",
    [{"action": "bins", "first": 2, "last": 99, "add": False}, {"action": "bins", "first": "x"}, {"action": "?"}],
)
def test_an_event_that_cannot_be_used_changes_nothing(event: dict[str, Any]) -> None:
    setting = Filter(column="x", kind="range", low=2, high=3)
    assert after(chart(list(range(9)), setting), event) is setting
