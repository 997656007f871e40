"""Match: two lists or one with itself, decisions that hold, what is kept, links that cannot be meant."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.app.match.links_run import AT_ONCE, job_arguments
from explorer.app.match.links_setup import Setup, Wish
from explorer.app.match.links_sources import keep_file, side_of
from explorer.app.match.routes import decide
from explorer.base.errors import InputError
from explorer.features.match.kept import kept_matches
from explorer.workspace.match_store import match_store
from explorer.workspace.opened import Opened, open_shared
from tests.pages.visits import component, make_discs, opened, texts, visit

PAGE, REVIEW = "12_Match", "explorer_match_review"
NAMES = (
    "Acme Steel Works",
    "Blue Harbor Fisheries",
    "Northern Light Optics",
    "Quick Brown Logistics",
    "Silver Birch Furniture",
    "Golden Gate Bakery",
    "Stone Mill Flour",
    "Green Valley Dairy",
    "Red Rock Mining",
    "Sunny Side Solar",
    "Iron Horse Railways",
    "Old Town Brewery",
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve firms with a picture each, two of them once more with a swap of letters."""
    root = tmp_path_factory.mktemp("match")
    (root / "files").mkdir()
    names = [*NAMES, "Acme Steel Wroks", "Red Rock Minign"]

    def columns(number: int) -> dict[str, object]:
        return {"name": names[number], "firm": names[number].split()[0] + "!"}

    make_discs(root / "workspaces" / "firms", root / "files", len(names), lambda number: 8 + number, columns)
    return root


@pytest.fixture(autouse=True)
def firms(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opened]:
    """The names, with nothing kept or decided."""
    monkeypatch.setenv("EXPLORER_HOME", str(home))
    yield open_shared(home / "workspaces" / "firms")
    for file in (home / "workspaces" / "firms").glob("matches.sqlite*"):
        file.unlink()


@pytest.fixture
def files(home: Path) -> dict[str, str]:
    """Two tables as the browser brings them, as words of the address; the right one lacks the last two names."""
    left = "\n".join(["id,name,truth", *(f"a{i},{one},{f'b{i}' if i < 10 else ''}" for i, one in enumerate(NAMES))])
    right = ["id,company", *(f"b{i},{one[1]}{one[0]}{one[2:]} Inc." for i, one in enumerate(NAMES[:10]))]
    right.append("b99,**Bold** <b>& Sons</b>")
    return {
        "left": f"file:{keep_file('left.csv', left.encode())}",
        "right": f"file:{keep_file('right.csv', chr(10).join(right).encode())}",
    }


def rows(test: AppTest) -> list[dict[str, Any]]:
    return list(component(test, REVIEW)["rows"])


def test_a_list_with_itself_finds_what_stands_twice(firms: Opened) -> None:
    with visit(PAGE, "firms") as test:
        shown = opened(test, left_column="name", **{"from": "0.5"})
        assert {(row["left"], row["right"]) for row in rows(shown)} == {("disc-8", "disc-13"), ("disc-0", "disc-12")}
        assert shown.segmented_control(key="match.links.bin").options == ["Links 2", "Without a link 10", "Rejected 0"]
        pair = component(shown, REVIEW)["pair"]
        assert pair["left"]["text"] in ("Acme Steel Works", "Red Rock Mining") and pair["fields"]
        assert pair["left"]["image"].startswith("/thumbs/firms/")
        assert "one" not in shown.selectbox(key="match.links.way").options
        told = opened(test, truth="firm")
        assert [one.value for one in told.metric][:3] == ["1.000", "1.000", "1.000"]


def test_two_files_are_linked_and_measured_and_the_rest_stands_apart(files: dict[str, str]) -> None:
    with visit(PAGE, "firms") as test:
        shown = opened(test, **files, truth="truth", way="one", **{"from": "0.2"})
        assert {(row["left"], row["right"]) for row in rows(shown)} == {(f"a{i}", f"b{i}") for i in range(10)}
        assert [one.label for one in shown.metric] == ["Precision", "Recall", "F1"]
        assert [one.value for one in shown.metric] == ["1.000"] * 3
        assert "against 10 right pairs" in texts(shown)
        assert len(shown.get("plotly_chart")) == 2, "all scores at once, and the curve"
        assert "expected at least 5 pairs that are the same and 5 that are not" in texts(shown)
        alone = opened(test, bin="right")
        assert [row["r"] for row in rows(alone)] == ["**Bold** <b>& Sons</b>"]
        assert {row["left"] for row in rows(opened(test, bin="left"))} == {"a10", "a11"}
        alone.text_input(key="match.links.search").set_value("brewery").run()
        assert [row["left"] for row in rows(alone)] == ["a11"]


def test_a_table_of_pairs_tells_what_is_right_by_kind(files: dict[str, str]) -> None:
    lines = ["left,right,same,kind", *(f"b{i},a{i},1," for i in range(10))]
    lines += [f"b{i},a{(i + 1) % 10},0,{'close' if i % 2 else 'far'}" for i in range(10)]
    pairs = f"file:{keep_file('pairs.csv', chr(10).join(lines).encode())}"
    with visit(PAGE, "firms") as test:
        shown = opened(test, **files, truth=pairs, way="many")
        told = texts(shown)
        assert "The 20 pairs of the table" in told and "close 1.000 (5)" in told and "far 1.000 (5)" in told
        assert "Expected calibration error" in told
        assert [one.value for one in shown.metric][1] == "1.000"


def test_decisions_hold_for_every_matcher_and_are_undone(firms: Opened, files: dict[str, str]) -> None:
    match = {"match": "left.csv and right.csv"}
    with visit(PAGE, "firms") as test:
        shown = opened(test, **files)
        assert component(shown, REVIEW)["ask"] == match
        decide(firms.workspace, {**match, "kind": "decide", "left": "a0", "right": "b0", "state": "rejected"})
        said = decide(firms.workspace, {**match, "kind": "decide", "left": "a1", "right": "b1", "state": "accepted"})
        assert said["counts"] == (1, 1)
        measured = texts(opened(test, truth="truth"))
        assert "1 of the links are accepted ones, and 1 rejected are none" in measured
        opened(test, truth="")
        after = opened(test, method="jaccard")
        found = {row["left"]: row for row in rows(after)}
        assert found["a1"]["state"] == "accepted" and ("a0", "b0") not in {(r["left"], r["right"]) for r in rows(after)}
        assert [(row["left"], row["state"]) for row in rows(opened(test, bin="rejected"))] == [("a0", "rejected")]
        undone = decide(firms.workspace, {**match, "kind": "undo"})
        assert undone["changed"] == {"left": "a1", "right": "b1", "state": ""} and undone["counts"] == (0, 1)
    with pytest.raises(InputError, match="state: expected accepted, rejected|rejected"):
        decide(firms.workspace, {**match, "kind": "decide", "left": "a1", "right": "b1", "state": "maybe"})
    with pytest.raises(InputError, match="Expected an object"):
        decide(firms.workspace, [match])


def test_another_side_leaves_out_what_was_set_for_the_old_one(files: dict[str, str]) -> None:
    with visit(PAGE, "firms") as test:
        shown = opened(test, **files, method="products", set=["name=name=company", "keep=7"], **{"from": "0.9"})
        shown.selectbox(key="match.links.left").set_value("items").run()
        assert not test.error
        assert test.query_params["set"] in ("keep=7", ["keep=7"]) and "from" not in test.query_params
        assert test.query_params["method"] in ("products", ["products"])


def test_of_one_list_the_latest_word_on_a_pair_counts_whichever_way_round(firms: Opened) -> None:
    ask = {"match": "firms with itself", "one": "yes", "kind": "decide"}
    decide(firms.workspace, {**ask, "left": "disc-12", "right": "disc-0", "state": "accepted"})
    said = decide(firms.workspace, {**ask, "left": "disc-0", "right": "disc-12", "state": "rejected"})
    assert said["counts"] == (0, 1)
    assert said["changed"] == {"left": "disc-0", "right": "disc-12", "state": "rejected"}
    undone = decide(firms.workspace, {**ask, "kind": "undo"})
    assert (undone["counts"], undone["changed"]["state"]) == ((1, 0), "accepted")
    with visit(PAGE, "firms") as test:
        shown = opened(test, left_column="name", **{"from": "0.5"})
        assert component(shown, REVIEW)["ask"] == {"match": "firms with itself", "one": "yes"}
        assert {row["left"]: row["state"] for row in rows(shown)}["disc-0"] == "accepted"


def test_scores_are_learned_from_decisions(firms: Opened, files: dict[str, str]) -> None:
    store = match_store(firms.workspace)
    verdicts = {(f"a{i}", f"b{i}"): "same" for i in range(6)}
    with visit(PAGE, "firms") as test:
        store.decide("left.csv and right.csv", "me", verdicts)
        shown = opened(test, **files, way="many", method="mix")
        assert "decided are 6 and 0" in texts(shown)
        others = [(r["left"], r["right"]) for r in rows(shown) if (r["left"], r["right"]) not in verdicts]
        wrong = [pair for pair in others if pair[0][1:] != pair[1][1:]][:6]
        store.decide("left.csv and right.csv", "me", dict.fromkeys(wrong, "other"))
        learned = opened(test, learned="1")
        assert learned.toggle(key="match.links.learned").value
        scores = {(r["left"], r["right"]): float(r["score"]) for r in rows(learned)}
        assert all(0 <= one <= 1 for one in scores.values())
        assert min(scores[f"a{i}", f"b{i}"] for i in range(6, 10)) > 0.5


def test_a_match_is_kept_opened_without_its_files_and_taken_away(
    firms: Opened, files: dict[str, str], home: Path
) -> None:
    with visit(PAGE, "firms") as test:
        opened(test, **files).button(key="match.links.keep").click().run()
        assert [one.name for one in kept_matches(firms.workspace)] == ["left.csv and right.csv"]
        assert "is kept in this collection" in texts(test)
        for field in files:
            del test.query_params[field]
        shown = opened(test, kept="left.csv and right.csv")
        assert "as it was kept" in texts(shown) and len(rows(shown)) == 11
        shown.button(key="match.links.away").click().run()
        assert not kept_matches(firms.workspace) and "kept" not in test.query_params
        gone = opened(test, kept="left.csv and right.csv")
        assert "Expected the name of a kept match" in texts(gone)


def test_settings_of_a_matcher_go_into_the_link(files: dict[str, str]) -> None:
    with visit(PAGE, "firms") as test:
        shown = opened(test, **files)
        scores = [{row["left"]: float(row["score"]) for row in rows(shown)}]
        shown.toggle(key="match.links.set.tfidf.lower").set_value(False).run()
        assert test.query_params["set"] in ("lower=no", ["lower=no"])
        scores.append({row["left"]: float(row["score"]) for row in rows(shown)})
        assert scores[1]["a1"] < scores[0]["a1"], "Blue and lBue share less where capitals count"
        shown.number_input(key="match.links.set.tfidf.keep").set_value(1.0).run()
        assert set(test.query_params["set"]) == {"lower=no", "keep=1"}
        shown.toggle(key="match.links.set.tfidf.lower").set_value(True).run()
        assert test.query_params["set"] in ("keep=1", ["keep=1"])


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ({"left": "file:../../etc/passwd"}, "is not on this server any more"),
        ({"left": "file:0123456789abcdef0123/../../../secret.csv"}, "is not on this server any more"),
        ({"left": "elsewhere"}, "Expected what is matched"),
        ({"left": "ws:nowhere"}, "There is no workspace named"),
        ({"left": "shop:catalogue"}, "file of firms"),
        ({"set": "keep=lots"}, "expected a number"),
        ({"set": "colour=red"}, "option of the matcher"),
    ],
)
def test_what_a_link_cannot_mean_is_said(address: dict[str, str], message: str) -> None:
    with visit(PAGE, "firms") as test:
        assert message in texts(opened(test, **address))


def test_long_lists_are_matched_by_a_job(firms: Opened, home: Path) -> None:
    many = "name\n" + "\n".join(f"Firm number {i}" for i in range(AT_ONCE))
    word = f"file:{keep_file('many.csv', many.encode())}"
    with visit(PAGE, "firms") as test:
        shown = opened(test, left=word, right="items")
        assert shown.button(key="match.links.start").label == f"Match {AT_ONCE + 14:,} rows"
    wish = Wish(
        left=word,
        right="items",
        left_text="name",
        right_text="name",
        method="tfidf",
        options=(("keep", "5"),),
        model="",
    )
    setup = Setup(wish=wish, left=side_of(firms, word), right=side_of(firms, "items", "name"))
    args = job_arguments(firms, setup)
    assert args[0] == "match" and Path(args[1]).read_text("utf-8") == many and args[2] == str(firms.path)
    assert args[-2:] == ["--set", "keep=5"] and args[args.index("--keep") + 1] == "many.csv and firms"
    assert json.dumps(args)
