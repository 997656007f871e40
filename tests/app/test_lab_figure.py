"""Ways of the lab that give the same point are all seen."""

from explorer.app.lab.figure import quality_cost
from explorer.base.method import MethodCard
from explorer.features.lab.report import Point, Span
from explorer.index import Recall

WAYS = {name: MethodCard(name=name, label=name, formula=name) for name in ("single", "grouped", "tree")}


def point(way: str, scanned: float) -> Point:
    recall = Recall(value=1.0, low=1.0, high=1.0, k=10, queries=5)
    return Point(way=way, setting="", kind="item", recall=recall, costs={"scanned": Span.exactly(scanned)})


def test_a_point_behind_others_looks_out() -> None:
    figure = quality_cost([point("single", 100), point("grouped", 100), point("tree", 7)], "scanned", WAYS)
    sizes = {line.name: line.marker.size[0] for line in figure.data}
    assert sizes["single"] > sizes["grouped"] == sizes["tree"]


def test_points_of_a_curve_stay_as_they_are() -> None:
    both = [point(way, scanned) for way in ("single", "grouped") for scanned in (10, 100)]
    figure = quality_cost(both, "scanned", WAYS)
    assert {size for line in figure.data for size in line.marker.size} == {9}
