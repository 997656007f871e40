"""Keywords: the index of the words, ranks as FTS5 gives them, and anything that somebody may type."""

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.random import default_rng

from explorer.base.errors import InputError, WorkspaceError
from explorer.io.sqlite import connected
from explorer.search.filters import Filter, format_filters
from explorer.search.keywords import keyword_hits, keywords, words_asked
from explorer.search.query import QueryPart
from explorer.workspace.checking import check_workspace
from explorer.workspace.damage import discard_damaged
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source
from explorer.workspace.keywords import FILE, MIGRATIONS, build_keywords, keyword_stamp, load_keywords
from explorer.workspace.opened import Opened, open_shared
from explorer.workspace.postings import postings_of
from tests.conftest import DrawPicture

VSTASH = json.loads((Path(__file__).parent / "vstash.json").read_text(encoding="utf-8"))


def collection(folder: Path, texts: list[str]) -> Opened:
    """A workspace of these texts with ids 0, 1, 2 and a column `even`; made or brought up to date."""
    lines = [json.dumps({"id": str(n), "text": text, "even": n % 2 == 0}) for n, text in enumerate(texts)]
    source = folder / "texts.jsonl"
    folder.mkdir(exist_ok=True)
    source.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return open_shared(import_source(source, folder / "workspaces" / "texts").path)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    return collection(tmp_path_factory.mktemp("reference"), VSTASH["texts"])


def found(opened: Opened, text: str, filters: str = "", count: int = 20) -> list[int]:
    rows: list[int] = keyword_hits(opened, text, filters, count).rows.tolist()
    return rows


@pytest.mark.parametrize("run", VSTASH["runs"], ids=lambda run: run["query"])
def test_ranks_and_bm25_are_those_of_the_reference(reference: Opened, run: dict[str, Any]) -> None:
    hits = keyword_hits(reference, run["query"], "", 20)
    assert hits.rows.tolist() == [row for row, _ in run["keywords"]]
    np.testing.assert_allclose(-hits.scores, [score for _, score in run["keywords"]], atol=1e-6)


def test_stems_and_idf_are_those_of_the_reference(reference: Opened) -> None:
    hits = keyword_hits(reference, " ".join(VSTASH["texts"]), "", 1)
    known = {stem: value for stem, value in VSTASH["idf"].items() if stem != "a"}
    assert {stem.stem: pytest.approx(stem.idf, abs=1e-6) for stem in hits.stems} == known
    for one in VSTASH["adaptive"]:
        assert sorted(stem.stem for stem in keyword_hits(reference, one["query"], "", 1).stems) == one["stems"]


def test_words_of_one_letter_do_not_count_and_a_word_keeps_how_it_was_typed(reference: Opened) -> None:
    hits = keyword_hits(reference, "a (Networks) x", "", 5)
    assert [(stem.word, stem.stem, stem.holding) for stem in hits.stems] == [("Networks", "network", 4)]
    assert hits.words == 3
    assert not len(keyword_hits(reference, "a b c", "", 5).rows)


ODD = (
    *('"', "'", "networks AND", "NOT networks", "NEAR(cat dog, 2)", "text: cat", "cat*", "^cat", "(cat", "-cat"),
    *("cat OR", "{text}: cat", "--", "😀", "cat\0dog", "cat \ud800", "; DROP TABLE texts", "* " * 50, "cat " * 500),
)


@pytest.mark.parametrize("typed", ODD)
def test_nothing_that_is_typed_is_an_error(reference: Opened, typed: str) -> None:
    rows = found(reference, typed)
    assert (6 in rows) == ("cat" in typed)


def test_a_word_with_signs_in_it_is_a_phrase(tmp_path: Path) -> None:
    opened = collection(tmp_path, ["the f-16 took off", "16 pages about f", "an F 16", "naïve CAFÉ"])
    assert sorted(found(opened, "F-16")) == [0, 2]
    assert found(opened, "cafe naive") == [3]


def test_filters_hold_however_few_pass(tmp_path: Path) -> None:
    opened = collection(tmp_path, ["cat"] * 5 + ["a cat and a dog and a bird"] * 60)
    even = format_filters([Filter(column="even", kind="values", values=("true",))])
    assert found(opened, "cat", even, 3) == [0, 2, 4]
    rare = format_filters([Filter(column="id", kind="values", values=("63", "7"))])
    assert found(opened, "cat", rare, 5) == [7, 63]
    nothing = format_filters([Filter(column="id", kind="values", values=("none",))])
    assert found(opened, "cat", nothing, 5) == []


def asked_of_fts5(opened: Opened, words: list[str], count: int) -> list[tuple[int, float]]:
    """What SQLite itself finds for any of the words, the rarest of which comes first in the question."""
    index = keywords(opened)
    assert index is not None
    with connected(index.path, MIGRATIONS) as connection:
        every = "SELECT 1 FROM texts WHERE texts MATCH ?"
        held = {word: len(connection.execute(every, (f'"{word}"',)).fetchall()) for word in words}
        order = sorted(words, key=lambda word: (held[word], "-" not in word, word))
        question = " OR ".join(f'"{word}"' for word in order)
        best = connection.execute(
            "SELECT rowid, rank FROM texts WHERE texts MATCH ? ORDER BY rank, rowid LIMIT ?", (question, count)
        )
        return [(int(index.rows[row[0]]), -float(row[1])) for row in best]


def test_the_best_texts_are_those_of_fts5_to_the_last_digit(tmp_path: Path) -> None:
    rng = random.Random(1)
    words = [f"w{n}" for n in range(200)]

    def some(most: int) -> list[str]:
        return [words[min(int(rng.paretovariate(0.5)), 200) - 1] for _ in range(rng.randint(1, most))]

    texts = [" ".join(some(30)) for _ in range(600)]
    texts[300:310] = texts[0:10]  # copies, which tie
    opened = collection(tmp_path, texts)
    for _ in range(60):
        asked, count = some(8), rng.choice([1, 5, 40, 700])
        hits = keyword_hits(opened, " ".join(asked), "", count)
        assert list(zip(hits.rows.tolist(), hits.scores.tolist(), strict=True)) == asked_of_fts5(opened, asked, count)


def test_a_phrase_counts_as_fts5_counts_it(tmp_path: Path) -> None:
    opened = collection(tmp_path, ["f-16 and f-16", "the 16 of f", "f 16 the", "16 f", "the the the"])
    for asked in (["f-16"], ["f-16", "the"], ["f-16", "16", "the"], ["f-16", "f-16"]):
        hits = keyword_hits(opened, " ".join(asked), "", 5)
        expected = asked_of_fts5(opened, asked, 5)
        assert hits.rows.tolist() == [row for row, _ in expected]
        np.testing.assert_allclose(hits.scores, [score for _, score in expected], rtol=1e-12)


def test_filters_leave_scores_as_they_are(tmp_path: Path) -> None:
    opened = collection(tmp_path, [f"cat {'dog ' * (n % 7)}" for n in range(40)])
    even = format_filters([Filter(column="even", kind="values", values=("true",))])
    every, some = (keyword_hits(opened, "cat dog", filters, 40) for filters in ("", even))
    kept = every.rows % 2 == 0
    assert some.rows.tolist() == every.rows[kept].tolist() and some.scores.tolist() == every.scores[kept].tolist()


def test_what_keywords_are_taken_from_is_what_is_wanted_in_words() -> None:
    parts = (
        QueryPart("text", "show me a photo of a pigeon"),
        QueryPart("text", "water", -1.0),
        QueryPart("item", "id-7"),
        QueryPart("text", "on a roof", 0.5),
    )
    assert words_asked(parts) == "pigeon on a roof"


def test_an_update_indexes_only_what_is_new_or_changed(tmp_path: Path) -> None:
    opened = collection(tmp_path, ["red star", "blue car", "old boat", "--"])
    assert build_keywords(opened.workspace) == 4
    assert build_keywords(opened.workspace) == 0
    assert found(opened, "car") == [1]
    changed = collection(tmp_path, ["red star", "green bicycles", "--", "old boat", "a lake"])
    assert keyword_stamp(changed.dataset) != keyword_stamp(opened.dataset)
    assert load_keywords(changed.workspace, keyword_stamp(changed.dataset)) is None
    assert build_keywords(changed.workspace) == 4
    assert [found(changed, word) for word in ("star", "car", "bicycle", "boat", "lakes")] == [[0], [], [1], [3], [4]]
    index = keywords(changed)
    assert index is not None and index.texts == 5
    assert keyword_hits(changed, "car", "", 5).stems[0].holding == 0


def held(opened: Opened) -> dict[str, Any]:
    """By id of the items: the length of each text, and the texts and counts of each stem."""
    index = keywords(opened)
    assert index is not None
    used = np.flatnonzero(index.rows >= 0)
    ids = np.full(len(index.rows), "", dtype=object)
    ids[used] = opened.dataset.ids[index.rows[used]]
    with connected(index.path, MIGRATIONS) as connection:
        stems = [str(row[0]) for row in connection.execute("SELECT stem FROM postings")]
        found = {stem: postings_of(connection, stem) for stem in stems}
    return {
        "lengths": dict(zip(ids[used], index.lengths[used].tolist(), strict=True)),
        "stems": {stem: sorted(zip(ids[one.numbers], one.counts.tolist(), strict=True)) for stem, one in found.items()},
    }


@pytest.mark.parametrize("few", [0.0, 9.0])
def test_after_any_changes_the_index_is_as_if_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, few: float
) -> None:
    monkeypatch.setattr("explorer.workspace.keywords.FEW", few)
    generator = default_rng(7)
    vocabulary = ["boats", "boat", "red", "lake", "f-16", "--", "running"]

    def text() -> str:
        return " ".join(generator.choice(vocabulary, generator.integers(0, 5)))

    texts = ["boat on a lake", *(text() for _ in range(40))]
    for turn in range(5):
        opened = collection(tmp_path / "grows", texts)
        build_keywords(opened.workspace)
        anew = collection(tmp_path / str(turn), texts)
        assert held(opened) == held(anew)
        for asked in ("boat", "red lake", "f-16 run"):
            mine, fresh = (keyword_hits(one, asked, "", 60) for one in (opened, anew))
            assert np.allclose(np.sort(mine.scores), np.sort(fresh.scores))
            assert set(opened.dataset.ids[mine.rows]) == set(anew.dataset.ids[fresh.rows])
        places = generator.permutation(len(texts))[:6]
        texts = [text() if place in places[:3] else one for place, one in enumerate(texts)]
        texts = [one for place, one in enumerate(texts) if place not in places[3:]] + [text() for _ in range(4)]


def test_another_order_of_the_items_needs_no_word_anew(tmp_path: Path) -> None:
    opened = collection(tmp_path, ["red star", "blue car"])
    build_keywords(opened.workspace)
    dataset = opened.dataset
    swapped = type(dataset)(dataset.table.take([1, 0]))
    opened.workspace.__class__.open(opened.path).replace_dataset(swapped)
    now = open_shared(opened.path)
    assert build_keywords(now.workspace) == 0
    assert now.dataset.ids[found(now, "star")].tolist() == ["0"]


def test_a_damaged_index_is_told_and_made_anew(tmp_path: Path) -> None:
    opened = collection(tmp_path, ["red star", "blue car"])
    assert found(opened, "star") == [0]
    file = opened.workspace.folder("keywords", "texts") / FILE
    data = bytearray(file.read_bytes())
    data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
    file.write_bytes(data)
    (part,) = [part for part in check_workspace(opened.path) if "words" in part.name]
    assert part.wrong and "explorer prepare" in part.cure
    assert [one.kind for one in discard_damaged(opened.workspace)] == ["keywords"]
    assert build_keywords(opened.workspace) == 2
    assert not any(part.wrong for part in check_workspace(opened.path))


def test_where_nothing_may_be_written_there_is_a_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = collection(tmp_path, ["red star", "blue car"])

    def full(workspace: Workspace, progress: object = None) -> int:
        raise WorkspaceError("The disk is full.")

    monkeypatch.setattr("explorer.search.keywords.build_keywords", full)
    assert keywords(opened) is None
    with pytest.raises(WorkspaceError, match="The disk is full"):
        found(opened, "star")


def test_pictures_with_captions_and_texts_without_a_picture_are_found_alike(image_workspace: Workspace) -> None:
    opened = open_shared(image_workspace.path)
    texts = opened.dataset.table.column("text").to_pylist()
    captioned = next(row for row, text in enumerate(texts) if text)
    assert captioned in found(opened, texts[captioned])
    kept = load_keywords(opened.workspace, keyword_stamp(opened.dataset))
    assert kept and kept.texts == sum(map(bool, texts)) < len(texts)


def test_a_collection_without_texts_has_no_keywords(tmp_path: Path, draw: DrawPicture) -> None:
    draw(tmp_path / "pictures" / "a.png")
    opened = open_shared(import_source(tmp_path / "pictures", tmp_path / "workspaces" / "pictures").path)
    assert keywords(opened) is None and build_keywords(opened.workspace) == 0
    with pytest.raises(InputError, match="has no texts"):
        keyword_hits(opened, "star", "", 5)
