import base64
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest
from streamlit import config
from streamlit.testing.v1 import AppTest

from explorer.base.errors import InputError
from explorer.drawing.map.data import map_data
from explorer.drawing.map.encode import LEVELS, NO_VALUE, encode_mask, encode_points, levels, packet
from explorer.drawing.map.events import parse_event, parse_polygon
from explorer.drawing.map.labels import cluster_labels, group_centres
from explorer.drawing.map.palettes import COLORMAPS, MISSING, QUALITATIVE, apart, commonest, qualitative
from explorer.drawing.map.place import read_place
from explorer.drawing.map.values import MapColours, MapHighlight, MapItems, MapLabel, MapPoints
from explorer.drawing.scripts import HERE

XY = np.array([[0, 1], [2, 3], [np.nan, 1]], np.float32)
SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1]]


def test_points_go_over_as_float32_and_half_a_place_is_no_place() -> None:
    data = np.frombuffer(encode_points(XY).data, "<f4").reshape(-1, 2)
    np.testing.assert_array_equal(data[:2], XY[:2])
    assert np.isnan(data[2]).all()
    assert np.isfinite(XY[2, 1]), "the caller's array stays as it was"


def test_versions_follow_the_bytes_or_the_given_version() -> None:
    assert encode_points(XY).version == encode_points(XY.copy()).version
    assert encode_points(XY).version != encode_points(XY + 1).version
    assert encode_points(XY, "a").version == encode_points(XY + 1, "a").version
    codes = MapColours.plain(3)
    assert MapPoints(XY, "a").blob.version != MapColours(kind="plain", codes=codes.codes, version="a").blob.version
    blob = MapPoints(XY).blob
    assert packet(blob) == blob.version.encode() + blob.data
    assert len(blob.version) == 32


def test_encoding_happens_once_per_value() -> None:
    points = MapPoints(XY)
    assert points.blob is points.blob


@pytest.mark.parametrize("shape", [(3,), (3, 3), (3, 2, 1)])
def test_points_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=r"expected coordinates of shape \(items, 2\)"):
        MapPoints(np.zeros(shape))


def test_levels_span_the_finite_values() -> None:
    codes, low, high = levels(np.array([2.0, 4.0, 3.0, np.nan, np.inf]), None, None)
    assert (low, high) == (2.0, 4.0)
    assert codes.tolist() == [0, LEVELS - 1, round((LEVELS - 1) / 2), NO_VALUE, NO_VALUE]


def test_levels_are_clipped_to_given_ends_and_bear_constant_or_no_values() -> None:
    assert levels(np.array([-5.0, 5.0]), 0.0, 1.0)[0].tolist() == [0, LEVELS - 1]
    assert levels(np.full(3, 7.0), None, None)[0].tolist() == [0, 0, 0]
    assert levels(np.full(2, np.nan), None, None)[0].tolist() == [NO_VALUE, NO_VALUE]


def test_levels_give_the_value_back_within_a_thousandth() -> None:
    values = np.random.default_rng(0).normal(size=500)
    codes, low, high = levels(values, None, None)
    np.testing.assert_allclose(low + codes / (LEVELS - 1) * (high - low), values, atol=(high - low) / 2000)


def test_a_mask_is_its_bits_lowest_first() -> None:
    mask = np.zeros(11, np.bool_)
    mask[[0, 9]] = True
    assert base64.b64decode(encode_mask(mask, 11, "selected") or "") == bytes([1, 2])
    assert encode_mask(None, 11, "selected") is None
    with pytest.raises(InputError, match="selected: expected a mask of 12 booleans"):
        encode_mask(mask, 12, "selected")


def test_a_column_keeps_its_commonest_values_and_names_the_rest() -> None:
    column = pa.chunked_array([["a", "b", "b"], ["c", None, "b", "c", "d"]])
    colours = MapColours.column(column, label="letter", limit=2)
    assert colours.names == ("b", "c", "other (2 values)")
    assert colours.codes.tolist() == [2, 0, 0, 1, NO_VALUE, 0, 1, 2]


def test_a_column_of_few_values_has_no_other() -> None:
    assert MapColours.column(pa.array([3, 1, 3]), label="number").names == ("3", "1")
    assert MapColours.column(pa.array([None, None], pa.string()), label="empty").names == ()


def test_codes_outside_the_names_mean_no_value() -> None:
    codes = MapColours.categories(np.array([-1, 0, 1, 2]), ["x", "y"], label="l").codes
    assert codes.tolist() == [NO_VALUE, 0, 1, NO_VALUE]
    with pytest.raises(InputError, match="expected 2 colours"):
        MapColours.categories(np.zeros(1), ["x", "y"], label="l", colours=["#000000"])


def test_palettes() -> None:
    assert len(set(QUALITATIVE)) == 20
    assert qualitative(25)[20:] == QUALITATIVE[:5]
    assert all(len(stops) == 9 for stops in COLORMAPS.values())
    with pytest.raises(InputError, match="expected one of viridis"):
        MapColours.numbers(np.zeros(1), label="l", scale="rainbow")


def test_more_than_twenty_values_do_not_share_colours_and_the_legend_says_so() -> None:
    counts = np.arange(30)
    shades, note = commonest(counts)
    assert shades[29] == QUALITATIVE[0] and len(set(shades[11:])) == 19 and set(shades[:11]) == {MISSING}
    assert note == "The 19 commonest values have a colour each, the other 11 are grey."
    assert commonest(counts[:20]) == (QUALITATIVE, "")
    colours = MapColours.categories(np.repeat(np.arange(30), counts), [str(i) for i in range(30)], label="l")
    assert (colours.colours, colours.note) == (shades, note)


def test_groups_that_share_a_colour_lie_far_apart() -> None:
    places = np.stack([np.arange(40.0), np.zeros(40)], axis=1)
    shades, note = apart(places)
    assert note == "40 groups share 20 colours; two of one colour lie far apart."
    where = {shade: [i for i in range(40) if shades[i] == shade] for shade in set(shades)}
    assert min(min(np.diff(found), default=99) for found in where.values()) >= 10
    assert apart(places[:20]) == (QUALITATIVE, "")


def test_centres_are_means_of_the_placed_items_of_each_group() -> None:
    xy = np.array([[0, 0], [2, 4], [np.nan, 1], [7, 7]])
    assert group_centres(xy, np.array([0, 0, 0, -1]), 2).tolist() == [[1, 2], [0, 0]]


def test_a_place_on_the_map_is_read_or_refused() -> None:
    assert read_place("1.5_-2_3") == "1.5_-2_3"
    for text in ("1_2", "1_2_3_4", "nan_0_1", "0_0_0", "0_0_-1", "0_0_99999"):
        with pytest.raises(InputError, match="expected a place on the map"):
            read_place(text)


@pytest.mark.parametrize("url", ["https://example.org/{row}", "//example.org/{row}", "/thumbs/1", "thumbs/{row}"])
def test_urls_stay_on_this_server(url: str) -> None:
    with pytest.raises(InputError, match="expected a path of this server"):
        MapItems(thumb_url=url)


def test_map_data_holds_plain_values_only() -> None:
    import json

    highlight = MapHighlight(np.int64(1), np.array([0, 2]), np.array([0.5, 0.25], np.float32), (0.5, 1.0), "star")  # type: ignore[arg-type]
    data = map_data(MapPoints(XY), MapColours.plain(3), highlight, MapItems(), labels=[MapLabel("moon", 1, 2, 3)])
    again = json.loads(json.dumps(data))
    assert again["highlight"]["neighbours"] == [0, 2]
    assert again["labels"] == [["moon", 1, 2, 3, None, None]]
    assert again["selected"] is None
    assert "xy" not in again["points"]


def test_the_url_of_points_takes_the_place_of_their_bytes() -> None:
    data = map_data(MapPoints(XY, url="/maps/a.npy"), MapColours.plain(3), MapHighlight(), MapItems())
    assert data["points"] == {"version": "/maps/a.npy", "url": "/maps/a.npy"}


def test_lengths_and_rows_must_agree() -> None:
    with pytest.raises(InputError, match="one code for each of 3 items, got 2"):
        map_data(MapPoints(XY), MapColours.plain(2), MapHighlight(), MapItems())
    with pytest.raises(InputError, match="picked: expected row numbers from 0 to 2"):
        map_data(MapPoints(XY), MapColours.plain(3), MapHighlight(picked=3), MapItems())


def test_inline_texts_only_for_small_data_without_an_item_route() -> None:
    texts = ["a", "b", "c"]
    few = map_data(MapPoints(XY), MapColours.plain(3), MapHighlight(), MapItems(texts=texts))
    routed = map_data(MapPoints(XY), MapColours.plain(3), MapHighlight(), MapItems(texts=texts, item_url="/i/{row}"))
    assert (few["items"]["texts"], routed["items"]["texts"]) == (texts, [])


def test_an_event_is_read() -> None:
    event = parse_event({"kind": "select", "sequence": "s-1", "op": "add", "polygon": SQUARE}, 5)
    assert event is not None
    assert (event.kind, event.op, event.sequence, event.polygon.shape) == ("select", "add", "s-1", (4, 2))
    pick = parse_event({"kind": "pick", "sequence": "s-2", "row": 4}, 5)
    assert pick is not None
    assert pick.row == 4
    legend = parse_event({"kind": "legend", "sequence": "s-3", "names": ["a"]}, 5)
    assert legend is not None
    assert legend.names == ("a",)
    clear = parse_event({"kind": "clear", "sequence": "s-4", "what": "picked"}, 5)
    assert clear is not None and clear.op == "picked"
    for at in ("", "0_1_2.5"):
        view = parse_event({"kind": "view", "sequence": "s-5", "at": at}, 5)
        assert view is not None and view.at == at


@pytest.mark.parametrize(
    "payload",
    [
        None,
        "pick",
        {"kind": "pick", "row": 1},
        {"kind": "pick", "row": 5, "sequence": "s"},
        {"kind": "pick", "row": True, "sequence": "s"},
        {"kind": "pick", "row": "1", "sequence": "s"},
        {"kind": "select", "sequence": "s", "op": "add", "polygon": [[0, 0], [1, 1]]},
        {"kind": "select", "sequence": "s", "op": "add", "polygon": [[0, 0], [1, 1], [1, None]]},
        {"kind": "select", "sequence": "s", "op": "burn", "polygon": SQUARE},
        {"kind": "clear", "sequence": "s", "what": "everything"},
        {"kind": "view", "sequence": "s", "at": "here"},
        {"kind": "unknown", "sequence": "s"},
    ],
)
def test_a_malformed_event_is_no_event(payload: object) -> None:
    assert parse_event(payload, 5) is None


def test_polygons_are_bounded() -> None:
    assert parse_polygon([[0.0, 0.0]] * 2001) is None
    assert parse_polygon([[0, 0], [1, 0], [float("inf"), 1]]) is None
    assert parse_polygon([[0, 0], [1, 0, 2], [1, 1]]) is None


def test_notes_go_over_beside_the_names() -> None:
    colours = MapColours.categories(
        np.array([0, 1]), ["a 96 %", "group 2"], label="cluster", notes=["a in full", "none"]
    )
    data = map_data(MapPoints(np.zeros((2, 2))), colours, MapHighlight(), MapItems())
    assert data["colours"]["names"] == ("a 96 %", "group 2") and data["colours"]["notes"] == ("a in full", "none")


def test_cluster_labels_lie_on_their_cluster_heaviest_first() -> None:
    xy = np.array([[0, 0], [1, 0], [9, 9], [9, 8], [8, 9], [np.nan, 0], [5, 5]])
    labels = cluster_labels(xy, np.array([0, 0, 1, 1, 1, 1, -1]), {0: "low", 1: "high"})
    assert [(label.text, label.weight) for label in labels] == [("high", 3.0), ("low", 2.0)]
    assert (labels[0].x, labels[0].y) in {(9, 9), (9, 8), (8, 9)}
    assert labels[0].low == pytest.approx(8.1) and labels[0].high == 9
    assert cluster_labels(xy, np.full(7, -1), ["low"]) == []
    assert [label.text for label in cluster_labels(xy, np.array([0, 0, 1, 1, 1, 1, 2]), ["low", ""])] == ["low"]


def test_item_text_is_never_html() -> None:
    for path in HERE.rglob("*.js"):
        source = path.read_text(encoding="utf-8")
        assert not [word for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(") if word in source], path


def test_nothing_comes_from_the_network() -> None:
    sources = [path.read_text(encoding="utf-8") for path in [*HERE.rglob("*.js"), *HERE.rglob("*.css")]]
    assert not [source for source in sources if "https://" in source or "@import" in source]


def _page() -> None:
    import numpy as np
    import streamlit as st

    from explorer.app.frame.map import similarity_map
    from explorer.drawing.map.values import MapColours, MapPoints

    points = MapPoints(np.arange(20, dtype=np.float32).reshape(10, 2))
    event = similarity_map(points, MapColours.plain(10), key="map")
    st.write(f"event: {event}")


@pytest.fixture
def unchecked_state() -> Iterator[None]:
    """Streamlit 1.67 keeps a class made inside a function in the state of every Components v2 component."""
    name = "runner.enforceSerializableSessionState"
    before = config.get_option(name)
    config.set_option(name, False)
    yield
    config.set_option(name, before)


@pytest.mark.usefixtures("unchecked_state")
def test_a_page_with_the_map_runs_without_an_event() -> None:
    page = AppTest.from_function(_page, default_timeout=30).run()
    assert not page.exception
    assert page.markdown[0].value == "event: None"
