"""The page to send: nothing of the data is markup, nothing in it connects anywhere, and what it holds is true."""

import json
import re
from base64 import b64decode
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import explorer as ex
from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.drawing.page import POLICY
from explorer.library.sending.choice import Stop, choose
from explorer.library.sending.drawn import part_of, sent_colours
from explorer.library.sending.neighbours import nearest
from explorer.library.sending.page import export_page, page_data, sent_page
from explorer.library.sending.thumbs import BLOCK, SMALLEST, size_for
from explorer.workspace.embedding import embed
from explorer.workspace.opened import Opened, open_shared
from tests.library.sending.conftest import COUNT, ODD_IDS, ODD_NAME


class Tags(HTMLParser):
    """All elements of a page with their attributes, and the text of its scripts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.found and data.strip():
            self.texts.append((self.found[-1][0], data))


@pytest.fixture(scope="module")
def page(odd: Opened) -> str:
    return sent_page(choose(odd)).decode()


def test_nothing_of_the_data_is_markup_and_nothing_is_asked_for(page: str) -> None:
    tags = Tags(page)
    assert {tag for tag, _ in tags.found} == {"html", "head", "meta", "title", "style", "template", "body", "script"}
    policies = [attrs["content"] for tag, attrs in tags.found if attrs.get("http-equiv")]
    assert policies == [POLICY] and "default-src 'none'" in POLICY and "http" not in POLICY
    assert not [attrs for _, attrs in tags.found if {"src", "href"} & set(attrs)]
    own = page.replace("http://x.invalid/a.png", "")
    assert set(re.findall(r"https?://[^\"'\s]*", own)) == {"http://www.w3.org/2000/svg"}, "the name of a namespace"
    styles = "".join(text for tag, text in tags.texts if tag == "style")
    assert ".map {" in styles and not re.search(r"@import|url\(", styles)


def test_ids_texts_and_values_come_through_as_they_are(page: str) -> None:
    data = held(page)
    assert data["ids"][: len(ODD_IDS)] == ODD_IDS
    assert data["texts"][5] == "green <i>5</i>"
    columns = {one["name"]: one for one in data["columns"]}
    kind = columns["kind"]
    codes = np.frombuffer(b64decode(kind["codes"]), "<u2")
    assert [kind["values"][codes[row]] if codes[row] < len(kind["values"]) else None for row in (0, 1)] == [
        None,
        ODD_NAME,
    ]
    assert {one["name"] for one in data["colours"]} >= {"cluster", "shade", "size"}


def test_neighbours_are_those_of_all_dimensions(odd: Opened, page: str) -> None:
    held_near = held(page)["neighbours"]
    k = held_near["k"]
    rows = np.frombuffer(b64decode(held_near["rows"]), "<u2").reshape(-1, k)
    values = np.frombuffer(b64decode(held_near["similarities"]), "<i2").reshape(-1, k) / 10_000
    found = odd.embeddings("histogram")
    vectors = found.vectors.astype(np.float64)
    true = vectors @ vectors.T
    np.fill_diagonal(true, -2)
    true[:, ~found.present] = -2
    best = -np.sort(-true, axis=1)[:, :k]
    there = found.present
    assert np.abs(values[there] - best[there]).max() < 2e-3
    assert all(row not in near for row, near in enumerate(rows)), "an item is no neighbour of its own"


def test_each_picture_is_a_piece_of_its_block_and_a_lost_one_is_left_out(page: str) -> None:
    data = held(page)
    lengths = np.frombuffer(b64decode(data["pictures"]["lengths"]), "<u2")
    blocks = re.findall(r'<script type="text/plain" class="block">([^<]*)</script>', page)
    assert len(blocks) == -(-COUNT // BLOCK)
    ends = np.cumsum(lengths) * 4
    for row, (end, length) in enumerate(zip(ends.tolist(), lengths.tolist(), strict=True)):
        picture = b64decode(blocks[0][end - 4 * length : end])
        assert picture[8:12] == (b"WEBP" if row != 7 else b"")


def test_a_part_of_the_items_has_its_own_neighbours_colours_and_rows(odd: Opened) -> None:
    rows = np.arange(0, COUNT, 2)
    sent = choose(odd, rows=rows, colour="column:shade", columns=("shade",))
    near = nearest(sent, Silent())
    assert near.rows.shape == (20, 19) and near.rows.max() == 19
    data = page_data(sent, Silent())
    assert data["ids"][1] == ODD_IDS[2] and len(data["columns"]) == 1
    assert sent_colours(sent, "column:shade").names == ("red", "blue")


def test_values_that_no_item_has_leave_the_legend() -> None:
    from explorer.drawing.map.values import MapColours

    whole = MapColours.categories(np.array([0, 1, 2, -1, 2]), ["a", "b", "c"], label="x")
    part = part_of(whole, np.array([4, 3, 0]))
    assert part.names == ("a", "c") and part.codes.tolist() == [1, 65_535, 0]
    assert part.colours == (whole.colours[0], whole.colours[2])
    assert part.note == ""
    numbers = part_of(MapColours.numbers(np.arange(5.0), label="n"), np.array([4]))
    assert (numbers.low, numbers.high, len(numbers)) == (0.0, 4.0, 1), "the scale stays that of all"


def test_what_a_part_says_of_shared_colours_counts_its_own_groups() -> None:
    from explorer.drawing.map.values import MapColours

    centres = np.stack([np.arange(26.0), np.zeros(26)], axis=1)
    whole = MapColours.categories(np.arange(26), [f"g{n}" for n in range(26)], label="x", centres=centres)
    assert whole.note == "26 groups share 20 colours; two of one colour lie far apart."
    assert part_of(whole, np.arange(12)).note == "", "each of these has a colour of its own"
    twin = whole.colours.index(whole.colours[25])
    assert (
        part_of(whole, np.array([1, twin, 25, 2])).note == "4 groups share 3 colours; two of one colour lie far apart."
    )


def test_stops_and_the_start_are_places_in_the_page(odd: Opened) -> None:
    stop = Stop(
        caption="Look", colour="column:size", picked=ODD_IDS[1], at="0_0_2", selected=("item 9", "gone", "item 5")
    )
    sent = choose(odd, colour="column:shade", start=replace(stop, caption=""), stops=(stop, Stop(caption="Words")))
    data = page_data(sent, Silent())
    first, second = data["stops"]
    names = [one["name"] for one in data["colours"]]
    assert names[first["colour"]] == "size" and first["picked"] == 1 and first["at"] == "0_0_2"
    bits = np.unpackbits(np.frombuffer(b64decode(first["selected"]), np.uint8), bitorder="little")
    assert np.flatnonzero(bits).tolist() == [5, 9]
    assert first["order"] == [9, 5], "as they were found, the best first"
    assert (second["picked"], second["selected"], second["colour"]) == (-1, None, -1)
    assert names[data["colour"]] == "shade" and data["start"]["picked"] == 1


def test_texts_without_pictures_and_without_a_map(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    made = ex.create(name="words", texts=["a red car", "a blue car", "a dog"], prepare=False)
    embed(made.workspace, "sentence")
    sent = choose(open_shared(made.path))
    assert sent.method == ""
    target = tmp_path / "out.html"
    export_page(sent, target)
    data = held(target.read_text("utf-8"))
    assert (data["points"], data["pictures"], data["count"]) == ("", None, 3)
    with pytest.raises(InputError, match="no map 'umap'"):
        choose(sent.opened, method="umap")


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"columns": ("none such",)}, "no column 'none such'"),
        ({"colour": "column:gone"}, "expected one of none, trust, continuity, column:shade"),
        ({"model": "pocket"}, "no vectors of 'pocket'"),
        ({"rows": np.zeros(0, np.int64)}, "no item to send"),
        ({"most": 10}, "at most 10 items, got 40"),
    ],
)
def test_what_cannot_be_sent_is_told(odd: Opened, asked: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError, match=words):
        choose(odd, **asked)


def test_many_pictures_are_smaller() -> None:
    sides = [size_for(count).side for count in (100, 5_000, 18_000)]
    assert sides == [256, 128, 112] and size_for(18_000) == SMALLEST


def held(page: str) -> dict[str, Any]:
    """The data of a page."""
    found: dict[str, Any] = json.loads(re.findall(r'id="sent-data">(.*?)</script>', page, re.DOTALL)[0])
    return found
