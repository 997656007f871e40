"""The address of the Explore page: exact round trip, and damaged links."""

from hypothesis import given
from hypothesis import strategies as st

from explorer.app.explore.view import ADDRESS, COUNTS, MODES, TOOLS, Region, View
from explorer.search.query import PART_KINDS, QueryPart
from explorer.workspace.mapping import MAP_METHODS as MAPS

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
filled = texts.filter(lambda text: bool(text.strip()))
finite = st.floats(allow_nan=False, allow_infinity=False)
parts = st.builds(QueryPart, st.sampled_from(PART_KINDS), filled, st.floats(-5, 5))
polygons = st.lists(st.tuples(finite, finite), min_size=3, max_size=9).map(tuple)
regions = st.builds(Region, st.sampled_from(MODES), st.sampled_from(MAPS), texts, polygons)
views = st.builds(
    View,
    parts=st.lists(parts, max_size=5).map(tuple),
    filters=texts,
    method=st.sampled_from(["", *MAPS]),
    colour=texts,
    at=st.sampled_from(["", "1.5_-2_3.25"]),
    regions=st.lists(regions, max_size=4).map(tuple),
    saved=texts,
    versus=texts,
    count=st.sampled_from(COUNTS),
    tool=st.sampled_from(TOOLS),
    threshold=st.floats(0, 1),
)


@given(views)
def test_every_view_survives_the_address(view: View) -> None:
    read, problems = ADDRESS.read(ADDRESS.write(view))
    assert read == view
    assert problems == []


def test_the_plain_view_needs_no_parameters() -> None:
    assert ADDRESS.write(View()) == {}


names = st.sampled_from(["q", "sel", "k", "map", "tool", "f", "color", "view", "vs", "dup", "at", "other"])


@given(st.dictionaries(names, st.lists(texts, max_size=3)))
def test_no_address_ends_in_a_traceback(params: dict[str, list[str]]) -> None:
    view, problems = ADDRESS.read(params)
    assert ADDRESS.read(ADDRESS.write(view)) == (view, [])
    assert all(problem.startswith("The link") for problem in problems)


def test_a_damaged_part_is_left_out_and_named() -> None:
    parts = ["text:1:star", "text:much:water", "smell:1:rose", "text:nan:x", "text"]
    view, problems = ADDRESS.read({"q": parts, "k": ["7"]})
    assert view.parts == (QueryPart("text", "star"),)
    assert view.count == View().count
    assert len(problems) == 5
    assert "text:much:water" in problems[0]
    assert "expected one of 12, 24" in problems[-1]


def test_too_many_parts_are_cut_with_a_message() -> None:
    view, problems = ADDRESS.read({"q": [f"text:1:word {number}" for number in range(30)]})
    assert len(view.parts) == 20
    assert "30 values of q; the first 20" in problems[0]


def test_an_open_polygon_is_left_out() -> None:
    view, problems = ADDRESS.read({"sel": ["add:umap:0_0_1_1:pocket", "add:umap:0_0_1_1_2_x:pocket"]})
    assert view.regions == ()
    assert len(problems) == 2
