"""Meaning, words and both: one collection, from the search engine to the library, the commands and the page."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

import explorer as ex
import explorer.workspace.backdrop as backdrop
from explorer.app.explore.hybrid_panel import agreement_words
from explorer.base.dataset import HASH, ID, PATH, TEXT, Dataset
from explorer.base.errors import ExplorerError, InputError
from explorer.base.progress import Silent
from explorer.commands.main import app
from explorer.encoders.pool import POOL
from explorer.search.find import find
from explorer.search.fusion import RANK_CONSTANT, distances
from explorer.search.hybrid import NO_WORDS, found_by, heavy_lists, hybrid, propose, within_cutoff
from explorer.search.query import QueryPart
from explorer.search.triples import LONGEST_QUERY, collect, mine, triples_table
from explorer.workspace.folder import create_workspace
from explorer.workspace.importing import import_source
from explorer.workspace.keywords import build_keywords
from explorer.workspace.opened import Opened, open_shared
from explorer.workspace.preparing import prepare
from explorer.workspace.triple_store import Triple, triple_store
from tests.pages.visits import component, opened, texts, visit

SPEC = "sentence:all-MiniLM-L6-v2"
TEXTS = [
    "a dog runs over the beach",
    "puppies play in the garden",
    "the kennel opens at noon",
    "order number QX71 was sent to the harbour",
    "a parcel arrived late at the port",
    "the invoice lists every parcel",
    "stars above a dark hill",
    "the telescope shows a galaxy",
    "a comet crosses the night sky",
    "bread bakes in the oven",
    "she kneads dough for a loaf",
    "the kitchen smells of yeast",
]
DOG = (QueryPart("text", "dog"),)
ORDER = (QueryPart("text", "order QX71"),)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Twelve texts under MiniLM, whose answers are judged against few everyday words."""
    root = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EXPLORER_HOME", str(root))
        patch.setattr(backdrop, "general_texts", lambda: tuple(f"thing {place}" for place in range(20)))
        table = tmp_path_factory.mktemp("tables") / "notes.csv"
        frame = pd.DataFrame({"id": [f"n{n}" for n in range(12)], "text": TEXTS, "half": [n % 2 for n in range(12)]})
        frame.to_csv(table, index=False)
        prepare(import_source(table, root / "workspaces" / "notes"), "", method="pca", progress=Silent())
        POOL.get(SPEC)
        yield root


@pytest.fixture
def notes(home: Path) -> Opened:
    return open_shared(home / "workspaces" / "notes")


@pytest.fixture
def explore(home: Path) -> Iterator[AppTest]:
    """The page, not yet run."""
    with visit("1_Explore", "notes") as test:
        yield test


def test_prepare_has_indexed_the_words(notes: Opened) -> None:
    assert build_keywords(notes.workspace) == 0


def test_both_lists_are_fused_after_the_cutoff(notes: Opened) -> None:
    one = hybrid(notes, SPEC, ORDER, "", 4)
    plain = find(notes, SPEC, ORDER, "", 12)
    near = distances(plain.similarities) <= 1.15 * distances(plain.similarities).min()
    assert one.dense.tolist() == plain.rows[near].tolist() and one.dropped == (~near).sum() > 0
    assert one.hits.rows.tolist() == [3] and one.weights.rule == "adaptive"
    wanted = one.weights.dense / (RANK_CONSTANT + one.dense.tolist().index(3)) + one.weights.keywords / RANK_CONSTANT
    assert one.fused.rows[0] == 3 and one.fused.scores[0] == pytest.approx(wanted)


def test_the_order_is_of_the_list_and_the_numbers_stay_cosines(notes: Opened) -> None:
    dense, both = (found_by(notes, SPEC, DOG, "", 6, by) for by in ("dense", "both"))
    assert both.rows.tolist() == hybrid(notes, SPEC, DOG, "", 6).fused.rows.tolist()
    cosine = dict(zip(dense.rows.tolist(), dense.similarities.tolist(), strict=True))
    for row, similarity in zip(both.rows.tolist(), both.similarities.tolist(), strict=True):
        assert similarity == pytest.approx(cosine.get(row, similarity), abs=1e-6)
    assert both.clear is None and dense.clear is not None
    words = found_by(notes, SPEC, (QueryPart("text", "parcel"),), "", 6, "keywords")
    assert sorted(words.rows.tolist()) == [4, 5] and np.isfinite(words.similarities).all()
    filtered = found_by(notes, SPEC, (QueryPart("text", "parcel"),), "half:values:1", 6, "both")
    assert set(filtered.rows % 2) == {1}
    with pytest.raises(InputError, match=NO_WORDS[:30]):
        found_by(notes, SPEC, (QueryPart("item", "n1"),), "", 6, "both")


def test_one_near_text_does_not_drop_all_pictures(tmp_path: Path) -> None:
    columns = {ID: ["a", "b", "c", "d"], PATH: ["a.png", "b.png", "", ""], TEXT: ["", "", "c", "d"], HASH: ["0"] * 4}
    dataset = Dataset(pa.table(columns))
    create_workspace(tmp_path / "both", "both", dataset, image_root=None, source="", kind="table")
    both = open_shared(tmp_path / "both")
    cosines = np.array([0.1, 0.4, 0.9, 0.85], dtype=np.float32)
    assert within_cutoff(both, np.arange(4), cosines, 1.15).tolist() == [False, True, True, False]
    assert within_cutoff(both, np.array([2, 0, 1]), cosines[[2, 0, 1]], 1.15).tolist() == [True, False, True]


def test_a_proposal_takes_what_one_list_alone_has(notes: Opened) -> None:
    assert propose(notes, SPEC, ORDER, "").positive == 3
    lists = heavy_lists(notes, SPEC, (QueryPart("text", "the dog"),), "")
    proposal = propose(notes, SPEC, (QueryPart("text", "the dog"),), "")
    assert (proposal.negative in lists[0][:5]) != (proposal.negative in lists[1][:5])
    assert proposal.negative != proposal.positive


def test_mined_triples_ask_with_a_part_of_the_text_and_come_in_once(notes: Opened) -> None:
    store = triple_store(notes.workspace)
    mined = mine(notes, SPEC, 12)
    assert mined.asked == 12 and mined.kept.triples == store.count() > 0
    table = triples_table(notes).to_pandas()
    pairs = zip(table["query"], table["positive_text"], strict=True)
    assert all(text.startswith(query) and text != query for query, text in pairs)
    assert (table.negative != table.positive).all() and set(table.source) == {"mined"}
    assert table["query"].str.len().max() <= LONGEST_QUERY
    assert mine(notes, SPEC, 12).kept.triples == 0
    with pytest.raises(InputError, match="at least 1 text"):
        mine(notes, SPEC, 0)
    last = store.last()
    assert last
    store.undo(last.number)
    assert store.count() == 0 and store.last() is None


def test_triples_are_only_added_to_and_can_be_taken_back(notes: Opened, tmp_path: Path) -> None:
    store = triple_store(notes.workspace)
    first = collect(notes, [Triple("dog", "n0", "n9"), Triple("dog", "n0", "n9"), Triple("dog", "n0")])
    assert (first.triples, first.words) == (2, "2 triples picked")
    second = collect(notes, [Triple("=cmd()", "n1", "n2"), Triple("dog", "n0", "n9")])
    assert second.triples == 1 and store.count() == 3
    with pytest.raises(InputError, match="others came in after"):
        store.undo(first.number)
    store.undo(second.number)
    with pytest.raises(InputError, match="taken back already"):
        store.undo(second.number)
    assert store.last() == first
    assert collect(notes, [Triple("=cmd()", "n1", "n2")]).triples == 1
    for wrong in (Triple(" ", "n1"), Triple("dog", ""), Triple("dog", "n1", "n1")):
        with pytest.raises(InputError, match="Expected a query, a positive"):
            store.add([wrong])
    with pytest.raises(InputError, match="no item with the id 'n99'"):
        collect(notes, [Triple("dog", "n99")])
    run = CliRunner().invoke
    told = run(app, ["triples", "notes", "--export", str(tmp_path / "triples.csv")])
    assert told.stdout.startswith("3 triples written")
    assert "'=cmd()" in (tmp_path / "triples.csv").read_text(encoding="utf-8")
    run(app, ["triples", "notes", "--export", str(tmp_path / "triples.jsonl")])
    lines = [json.loads(line) for line in (tmp_path / "triples.jsonl").read_text(encoding="utf-8").splitlines()]
    assert (lines[0]["query"], lines[0]["positive_text"], lines[0]["negative_text"]) == ("dog", TEXTS[0], TEXTS[9])
    assert ex.open("notes").triples()["query"].tolist() == ["dog", "dog", "=cmd()"]
    for word in ("--undo", "--undo"):
        assert "Taken back" in run(app, ["triples", "notes", word]).stdout
    assert isinstance(run(app, ["triples", "notes", "--undo"]).exception, InputError)
    assert isinstance(run(app, ["triples", "notes", "--undo", "--mine", "3"]).exception, InputError)
    assert run(app, ["triples", "notes"]).stdout == "0 triples.\n"


def test_scripts_and_commands_say_the_same(notes: Opened) -> None:
    collection = ex.open("notes")
    both = collection.search("order QX71", by="both", k=3)
    assert both.ids[0] == "n3" and both.labels == ("meaning", "words") and "counts" in both.note
    np.testing.assert_allclose(both.parts.sum(axis=1), both.scores, atol=1e-6)
    words = collection.search("parcels", by="keywords", where={"half": "1"})
    assert words.ids == ["n5"] and words.measure.startswith("BM25")
    told = CliRunner().invoke(app, ["search", "notes", "order QX71", "--by", "both", "-k", "3"])
    assert told.stdout.split()[:3] == ["1", f"{both.scores[0]:.5f}", "n3"] and "Meaning counts" in told.stderr
    for wrong in (["--by", "smell"], ["--by", "both", "--item", "n1"]):
        asked = ["search", "notes", *(["dog"] if "smell" in wrong else []), *wrong]
        assert isinstance(CliRunner().invoke(app, asked).exception, ExplorerError)


def test_the_page_finds_by_what_the_address_says(explore: AppTest, notes: Opened) -> None:
    test = opened(explore, q="text:1:order QX71", k="12")
    assert [card["id"] for card in component(test, "explorer_gallery")["cards"]][0] == "n3"
    test.segmented_control(key="explore.by").set_value("keywords").run()
    assert test.query_params["by"] == "keywords"
    (card,) = component(test, "explorer_gallery")["cards"]
    assert card["id"] == "n3" and card["note"].startswith("BM25 ")
    test.segmented_control(key="explore.by").set_value("both").run()
    first = component(test, "explorer_gallery")["cards"][0]
    assert first["note"] == "meaning 1 · words 1"
    assert "No text holds any of these words" in texts(opened(test, q="text:1:zebra", by="keywords"))
    assert not [one for one in opened(test, q="item:1:n1").segmented_control if one.key == "explore.by"]


def test_side_by_side_shows_where_the_lists_disagree_and_collects_triples(explore: AppTest, notes: Opened) -> None:
    assert "Type some words first" in texts(opened(explore, tool="hybrid"))
    test = opened(explore, q="text:1:the dog", k="12")
    one = hybrid(notes, SPEC, (QueryPart("text", "the dog"),), "", 12)
    assert agreement_words(one) in texts(test)
    assert f"Meaning counts **{one.weights.dense:.3f}**" in texts(test)
    galleries = [json.loads(each.proto.json) for each in test.get("bidi_component") if "cards" in each.proto.json]
    lists = [[card["id"] for card in gallery["cards"]] for gallery in galleries]
    ids = notes.dataset.ids
    assert lists == [ids[rows[:12]].tolist() for rows in (one.dense, one.hits.rows, one.fused.rows)]
    test.session_state["explore.triples"] = True
    test.run()
    assert "No triples yet" in texts(test)
    answers = next(box for box in test.selectbox if box.label == "Answers the query")
    answers.set_value("n0").run()
    test.button(key="explore.triples.collect").click().run()
    assert "picked." in texts(test)
    kept = triple_store(notes.workspace).all().to_pylist()
    assert kept and all((line["query"], line["positive"]) == ("the dog", "n0") for line in kept)
    test.button(key="explore.triples.undo").click().run()
    assert triple_store(notes.workspace).count() == 0
