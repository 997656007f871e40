"""The figure of the filters: levels in their order, one line a way, the unfiltered query dotted."""

from explorer.app.lab.filters_figure import filters_figure, filters_table
from explorer.features.lab.filters.registry import FILTER_WAYS
from explorer.features.lab.filters.report import FilterPoint, Unfiltered
from explorer.features.lab.report import Span
from explorer.index import Recall

RECALL = Recall(0.8, 0.7, 0.9, 30)
POINTS = [
    FilterPoint(
        way=way.card.name,
        setting=way.setting,
        kind="item",
        goes="with",
        level=level,
        share=0.5,
        passing=(0, 0) if level == "none" else (4, 9),
        near=0.25,
        recall=RECALL,
        milliseconds=Span(2.0, 1.0, 4.0),
        how={"subset": 30},
    )
    for level in ("50 %", "5 items", "none")
    for way in FILTER_WAYS
]


def test_levels_are_categories_in_their_order_and_each_way_is_a_line() -> None:
    figure = filters_figure(POINTS, Unfiltered(kind="item", ef=32, recall=RECALL, milliseconds=Span(1.0, 0.5, 2.0)))
    assert len(figure.data) == 2 * len(FILTER_WAYS)
    levels = ["50 %", "5 items", "none"]
    assert all(list(line.x) == (levels[:2] if line.showlegend else levels) for line in figure.data)
    assert list(figure.layout.xaxis.categoryarray) == levels
    assert figure.layout.xaxis.type == figure.layout.xaxis2.type == "category"
    assert [line.y0 for line in figure.layout.shapes] == [0.8, 1.0]
    assert [line.name for line in figure.data if line.showlegend] == [
        "Pre-filter",
        "Post-filter ×5",
        "Post-filter ×100",
        "Post-filter, repeated",
        "In-filter",
        "This program",
    ]


def test_the_table_says_how_many_pass_and_how_it_was_answered() -> None:
    table = filters_table(POINTS)
    assert len(table) == len(POINTS)
    first = table.iloc[0]
    assert (first["items that pass"], first["of the ten nearest pass"]) == ("4 to 9", "25%")
    assert first["answered"] == "30 by subset"
    nothing = table[table["pass"] == "none"]
    assert nothing["recall@10"].isna().all() and set(nothing["95 % interval"]) == {""}, "of nothing there is no share"
