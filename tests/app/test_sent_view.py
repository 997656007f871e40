"""What of an address a page to send can show: the same item, place, colour and selection; the rest in words."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast
from urllib.parse import parse_qs, urlencode

import numpy as np
import pytest
import typer
import typer.main
from typer.testing import CliRunner

import explorer as ex
from explorer.app.explore import send_panel
from explorer.app.explore.sent_view import stop_of_link, stops_of
from explorer.app.explore.state import Context
from explorer.app.explore.view import ADDRESS
from explorer.base.errors import InputError
from explorer.commands.main import app
from explorer.library.sending.choice import Asked, Stop
from explorer.search.hybrid import By, found_by
from explorer.search.where import filters_of
from explorer.workspace.embedding import embed
from explorer.workspace.mapping import build_map
from explorer.workspace.opened import Opened
from explorer.workspace.tours import Tour, parse_stop

runner = CliRunner()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """Sixteen texts with a kind, and a PCA map."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_HOME", str(tmp_path_factory.mktemp("home")))
        import pandas as pd

        frame = pd.DataFrame({"text": ["a red car", "a dog"] * 8, "kind": ["car", "animal"] * 8})
        frame["id"] = [f"t{n}" for n in range(16)]
        made = ex.create(frame, "words", text="text", id="id", prepare=False)
        embed(made.workspace, "sentence")
        build_map(made.workspace, made.models[0], method="pca")
        yield made.opened


def test_an_item_is_picked_and_the_part_of_the_map_and_the_colour_are_kept(opened: Opened) -> None:
    found = stop_of_link(opened, "?ws=words&q=item:1:t3&color=column:kind&at=0.5_1_2", opened.encoders[0])
    assert found == Stop(caption="", colour="column:kind", picked="t3", at="0.5_1_2")


def test_what_passes_a_filter_lies_in_a_region_or_answers_words_is_selected(opened: Opened) -> None:
    spec = opened.encoders[0]
    animals = tuple(f"t{n}" for n in range(1, 16, 2))
    filters = urlencode({"f": filters_of(opened.tagged, {"kind": "animal"})})
    passing = stop_of_link(opened, f"ws=words&{filters}", spec)
    words = stop_of_link(opened, "ws=words&q=text:1:a+dog&k=12", spec)
    xy = opened.map(spec, "pca").coords
    left, right, low, high = xy[3, 0] - 1e-4, xy[3, 0] + 1e-4, xy[3, 1] - 1e-4, xy[3, 1] + 1e-4
    corners = f"{left}_{low}_{right}_{low}_{right}_{high}_{left}_{high}"
    drawn = stop_of_link(opened, f"ws=words&sel=replace:pca:{corners}:{spec}", spec)
    inside = np.flatnonzero((np.abs(xy - xy[3]) < 1e-4).all(axis=1))
    assert set(animals) <= set(words.selected) and len(words.selected) == 12
    assert words.note == "Selected: the 12 nearest to “a dog”."
    assert drawn.selected == tuple(f"t{n}" for n in inside) and "t3" in drawn.selected
    assert passing.selected == animals and passing.note == ""


@pytest.mark.parametrize(
    ("link", "words", "ranked"),
    [
        ("q=text:1:a+dog&k=12", "nearest to “a dog”", True),
        ("q=text:1:a+dog&q=text:-1:red&k=12", "nearest to “a dog” − “red”", True),
        ("q=item:1:t3&k=12", "nearest to “t3”", True),
        ("q=text:1:dog&by=keywords", "with the words “dog”", True),
        ("{animals}", "with kind: animal", False),
        ("q=text:1:a+dog&k=12&{animals}", "nearest to “a dog” among those with kind: animal", True),
    ],
)
def test_only_what_a_link_finds_is_sent_the_best_first_and_it_says_what_was_asked(
    opened: Opened, tmp_path: Path, link: str, words: str, ranked: bool
) -> None:
    link = link.format(animals=urlencode({"f": filters_of(opened.tagged, {"kind": "animal"})}))
    made = runner.invoke(app, ["export", "words", str(tmp_path / "p.html"), "--link", link, "--only"])
    assert made.exit_code == 0, made.output
    data = json.loads(re.findall(r'id="sent-data">([^<]*)<', (tmp_path / "p.html").read_text("utf-8"))[0])
    assert data["asked"] == {"words": words, "ranked": ranked}
    view = ADDRESS.read(parse_qs(link))[0]
    if view.parts:
        by = cast("By", view.by or "dense")
        found = found_by(opened, opened.encoders[0], view.parts, view.filters, view.count, by).rows
        assert data["ids"] == [f"t{n}" for n in found] and len(set(data["ids"])) < 16
    else:
        assert data["ids"] == [f"t{n}" for n in range(1, 16, 2)]
    assert (data["start"]["selected"], data["start"]["picked"]) == (None, -1), "all of them are there alike"


def test_a_link_that_finds_nothing_sends_nothing(opened: Opened, tmp_path: Path) -> None:
    """And not the whole collection."""
    target = tmp_path / "p.html"
    made = runner.invoke(app, ["export", "words", str(target), "--link", "color=none", "--only"])
    assert isinstance(made.exception, InputError) and "selects and finds no item" in str(made.exception)
    assert not target.exists()


def test_a_stop_says_what_its_selection_is(opened: Opened) -> None:
    spec = opened.encoders[0]
    animals = urlencode({"f": filters_of(opened.tagged, {"kind": "animal"})})
    assert stop_of_link(opened, "q=text:1:a+dog", spec).asked == Asked("nearest to “a dog”", ranked=True)
    assert stop_of_link(opened, animals, spec).asked == Asked("with kind: animal")
    assert stop_of_link(opened, "color=none", spec).asked is None


def test_a_tour_keeps_its_order_and_says_which_stops_need_the_app(opened: Opened) -> None:
    addresses = ["Explore?ws=words&q=item:1:t3", "Compare?ws=words", "Explore?ws=others"]
    tour = Tour("t", tuple(parse_stop(one, f"Caption {n}") for n, one in enumerate(addresses)))
    first, second, third = stops_of(opened, tour, opened.encoders[0])
    assert (first.caption, first.picked, first.note) == ("Caption 0", "t3", "")
    assert second == Stop(caption="Caption 1", note="This stop is on the page Compare of the app.")
    assert third.note == "This stop shows another collection, others."
    other = stop_of_link(opened, "ws=words&model=pocket&at=1_1_1&color=column:gone", opened.encoders[0])
    assert other.at == "" and other.colour == "" and "by the model pocket" in other.note


def test_the_button_of_a_view_asks_the_command_for_the_same(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = {"ws": ["words"], "color": ["column:kind"], "q": ["text:1:a dog"]}
    monkeypatch.setattr(send_panel, "parameters", lambda: shown)
    context = Context(opened, opened.encoders[0], ADDRESS.read(shown)[0])
    arguments = send_panel._arguments(context, ["kind"], "a tour", True)
    command = typer.main.get_command(app)
    name, *rest = arguments
    found = command.get_command(typer.Context(command), name).make_context(name, list(rest)).params  # type: ignore[attr-defined]
    assert found["destination"] == send_panel.page_file(context) and found["destination"].name == "words.html"
    assert (found["model"], found["map_"], found["colour"]) == ([opened.encoders[0]], "pca", "column:kind")
    assert (found["column"], found["tour"], found["only"], found["no_columns"]) == (["kind"], "a tour", True, False)
    assert stop_of_link(opened, found["link"], opened.encoders[0]).note == "Selected: the 24 nearest to “a dog”."
    assert "--no-columns" in send_panel._arguments(context, [], "", False)
