"""Matching from beginning to end, options, what is kept, and what is learned from decisions."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from explorer.base.arrays import Floats
from explorer.base.errors import InputError, Refused, WorkspaceError
from explorer.base.permission import Actor, Role, acting
from explorer.base.progress import Silent
from explorer.features.match import service
from explorer.features.match.assigning import Rule
from explorer.features.match.contract import METHODS
from explorer.features.match.deciding import MATCHER, decided, learn_mix
from explorer.features.match.kept import keep, kept_matches, open_match, take_away
from explorer.features.match.method import Option
from explorer.features.match.service import Matched, make_task, match, settled, why_not
from explorer.features.match.side import Side
from explorer.features.match.sides import side_of_folder, side_of_strings
from explorer.features.match.table import alone_table, link_table, place_of, write_table
from explorer.features.match.truth import truth_of_pairs
from explorer.workspace.folder import Workspace
from explorer.workspace.importing import import_source
from explorer.workspace.layout import folder_of
from explorer.workspace.match_store import OTHER, SAME

FIRMS = ["Fannie Mae", "Ford Motor Co", "Général Motors", "Acme Ltd", "zzz"]
KNOWN = ["fannie mae", "Ford Motor Company", "General Motors Corp", "ACME Limited", "Apple Inc"]


@pytest.fixture(scope="module")
def firms() -> tuple[Side, Side]:
    return side_of_strings(FIRMS, "mine", list("abcde")), side_of_strings(KNOWN, "theirs", list("vwxyz"))


@pytest.fixture(scope="module")
def matched(firms: tuple[Side, Side]) -> Matched:
    task = make_task(*firms, "mix", options={"embedding": "no"} if _has("mix", "embedding") else {}, model="")
    return match(task, "mix")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    root = tmp_path_factory.mktemp("match")
    (root / "a.csv").write_text("id,text\n1,one\n2,two\n", encoding="utf-8")
    return import_source(root / "a.csv", root / "kept")


def _has(method: str, option: str) -> bool:
    return option in {one.name for one in METHODS[method].options}


def test_names_with_typos_find_their_own(matched: Matched) -> None:
    links = matched.links(Rule(way="best"))
    table = link_table(matched, links).to_pylist()
    found = {row["left_id"]: row["right_id"] for row in table}
    assert {key: found[key] for key in "abcd"} == {"a": "v", "b": "w", "c": "x", "d": "y"}
    assert [row["score"] for row in table] == sorted((row["score"] for row in table), reverse=True)


def test_reasons_are_for_one_pair(matched: Matched) -> None:
    reasons = matched.reasons(place_of(matched, "b", "w"))
    assert any(one.left == "Ford Motor Co" and one.right == "Ford Motor Company" for one in reasons.fields)
    with pytest.raises(InputError, match="not a pair that the matcher proposed"):
        place_of(matched, "b", "nothing")


def test_a_curve_counts_what_was_never_proposed(matched: Matched) -> None:
    truth = truth_of_pairs(matched.task.left, matched.task.right, {"a": ["v"], "e": ["z"]})
    found = matched.curve(truth, matched.links(Rule(way="best")))
    assert found.recall[-1] == 0.5
    assert found.all_right == 2


def test_what_has_no_link_is_a_table(matched: Matched) -> None:
    links = matched.links(Rule(way="one", threshold=0.5))
    assert "e" in alone_table(matched.task.left, links.left_alone).column("id").to_pylist()


def test_a_matcher_says_what_it_lacks(firms: tuple[Side, Side]) -> None:
    assert "a folder of tables on both sides: mine has none" in why_not(METHODS["tables_tfidf"], *firms)
    with pytest.raises(InputError, match="needs a folder of tables"):
        make_task(*firms, "tables_tfidf")
    empty = side_of_strings(["", " "], "empty")
    with pytest.raises(InputError, match="empty has none"):
        make_task(firms[0], empty, "tfidf")
    with pytest.raises(InputError, match="expected one of"):
        make_task(*firms, "telepathy")


OPTIONS = (
    Option(name="keep", label="Kept", default=10.0, least=1, most=50),
    Option(name="plain", label="Plain", default=True),
    Option(name="how", label="How", default="a", choices=("a", "b")),
)


def test_options_are_read_from_words_and_bounded() -> None:
    assert settled(OPTIONS, {"keep": "20", "plain": "no"}) == {"keep": 20.0, "plain": False, "how": "a"}
    for given, words in (
        ({"keep": "many"}, "Kept: expected a number"),
        ({"keep": float("nan")}, "Kept: expected 1 to 50"),
        ({"keep": 51}, "Kept: expected 1 to 50, got 51"),
        ({"plain": "perhaps"}, "Plain: expected yes or no"),
        ({"how": "c"}, "How: expected one of a, b"),
        ({"colour": "red"}, "option of the matcher"),
    ):
        with pytest.raises(InputError, match=words):
            settled(OPTIONS, given)


class TestKept:
    """Matches in a workspace."""

    def test_a_kept_match_is_the_same_when_opened(self, home: Workspace, matched: Matched) -> None:
        keep(home, "My firms", matched, "")
        found = open_match(home, "My firms")
        assert found.task.left == matched.task.left
        assert np.array_equal(found.pairs.scores, matched.pairs.scores)
        assert set(found.pairs.parts) == set(matched.pairs.parts)
        assert found.reasons(0) == matched.reasons(0)
        rule = Rule(way="one")
        assert found.links(rule).places.tolist() == matched.links(rule).places.tolist()

    def test_the_list_tells_of_each(self, home: Workspace, matched: Matched) -> None:
        keep(home, "listed", matched, "")
        (line,) = [one for one in kept_matches(home) if one.name == "listed"]
        assert (line.left, line.right, line.method, line.pairs) == ("mine", "theirs", "mix", len(matched.pairs))

    def test_a_match_of_one_list_keeps_it_once(self, home: Workspace, firms: tuple[Side, Side]) -> None:
        keep(home, "own", match(make_task(firms[0], None, "tfidf", model=""), "tfidf"), "")
        assert not (folder_of(home.path, "matches", "own") / "right.parquet").exists()
        assert open_match(home, "own").task.same

    def test_taken_away_it_is_gone(self, home: Workspace, matched: Matched) -> None:
        keep(home, "gone", matched, "")
        take_away(home, "gone")
        for act in (open_match, take_away):
            with pytest.raises(InputError, match="kept match"):
                act(home, "gone")

    def test_damage_is_told_and_the_list_goes_on(self, home: Workspace, matched: Matched) -> None:
        keep(home, "hurt", matched, "")
        folder = folder_of(home.path, "matches", "hurt")
        pairs = pq.read_table(folder / "pairs.parquet")
        pq.write_table(pairs.set_column(0, "left", pa.array([99] * len(pairs))), folder / "pairs.parquet")
        with pytest.raises(WorkspaceError, match="hurt: this match is damaged"):
            open_match(home, "hurt")
        (folder / "match.json").write_text("{", encoding="utf-8")
        assert "hurt" not in {one.name for one in kept_matches(home)}

    def test_one_of_another_version_is_told(self, home: Workspace, matched: Matched) -> None:
        keep(home, "newer", matched, "")
        path = folder_of(home.path, "matches", "newer") / "match.json"
        path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | {"version": 99}), encoding="utf-8")
        with pytest.raises(WorkspaceError, match="another version"):
            open_match(home, "newer")

    def test_a_file_of_an_option_is_kept_along_and_looked_for_nowhere_else(
        self, home: Workspace, tmp_path: Path
    ) -> None:
        names = tmp_path / "names.v2.csv"
        names.write_text("alias,id\nIBM,1\nBig Blue,1\n", encoding="utf-8")
        sides = side_of_strings(["Big Blue"], "l"), side_of_strings(["IBM"], "r")
        keep(
            home, "blue", match(make_task(*sides, "directory", options={"file": str(names)}, model=""), "directory"), ""
        )
        names.unlink()
        found = open_match(home, "blue")
        assert "IBM" in " ".join(found.reasons(0).path)
        path = folder_of(home.path, "matches", "blue") / "match.json"
        told = json.loads(path.read_text("utf-8"))
        told["options"]["file"] = str(home.path / "manifest.json")
        path.write_text(json.dumps(told), encoding="utf-8")
        with pytest.raises(InputError):
            open_match(home, "blue")

    def test_viewers_keep_nothing(self, home: Workspace, matched: Matched) -> None:
        with acting(Actor(Role.VIEWER, "eve")), pytest.raises(Refused):
            keep(home, "eves", matched, "")
        assert not folder_of(home.path, "matches", "eves").exists()


class TestLearned:
    """A mix learned from what people decided."""

    @staticmethod
    def many() -> Matched:
        rng = np.random.default_rng(0)
        names = [" ".join("".join(rng.choice(list("abcdefghij"), 5)) for _ in range(2)) for _ in range(40)]
        other = [" ".join(reversed(name.split())) for name in names]
        ids = [str(number) for number in range(40)]
        task = make_task(side_of_strings(names, "l", ids), side_of_strings(other, "r", ids), "mix", model="")
        return match(task, "mix")

    def test_the_mix_tells_apart_what_the_mean_does_not(self) -> None:
        found = self.many()
        places = range(len(found.pairs))
        right = found.pairs.left == found.pairs.right
        chosen = [*np.flatnonzero(right)[:20], *[place for place in places if not right[place]][:30]]
        ids = [(found.task.left.ids[found.pairs.left[p]], found.task.right.ids[found.pairs.right[p]]) for p in chosen]
        said = {pair: SAME if pair[0] == pair[1] else OTHER for pair in ids}
        learned = learn_mix(found, decided(found, said))
        scores, same = learned.pairs.scores, learned.pairs.left == learned.pairs.right
        assert scores[same].min() > 0.5 > np.median(scores[~same])
        assert np.isin(learned.pairs.parts[MATCHER], found.pairs.scores).all()
        assert "20 accepted and 30 rejected" in str(learned.pairs.about["Learned from"])
        assert (np.diff(learned.pairs.left) >= 0).all()
        again = learn_mix(learned, decided(learned, said))
        assert np.allclose(again.pairs.scores, scores, atol=1e-6)

    def test_too_few_decisions_are_no_lesson(self) -> None:
        found = self.many()
        pair = (found.task.left.ids[found.pairs.left[0]], found.task.right.ids[found.pairs.right[0]])
        with pytest.raises(InputError, match="at least 5 accepted and 5 rejected"):
            learn_mix(found, decided(found, {pair: SAME}))

    def test_in_one_list_a_decision_counts_both_ways_round(self) -> None:
        task = make_task(side_of_strings(["abc d", "abc e", "xyz"], "one", list("123")), None, "tfidf", model="")
        found = match(task, "tfidf")
        assert decided(found, {("2", "1"): SAME}).same.tolist() == [True]
        assert link_table(found, found.links(Rule()), {("2", "1"): SAME}).column("decision")[0].as_py() == SAME


def test_links_are_written_safely(tmp_path: Path) -> None:
    task = make_task(side_of_strings(["=cmd()"], "l"), side_of_strings(["=cmd()"], "r"), "tfidf", model="")
    found = match(task, "tfidf")
    table = link_table(found, found.links(Rule()))
    write_table(table, tmp_path / "links.csv")
    assert ",=cmd" not in (tmp_path / "links.csv").read_text(encoding="utf-8")
    write_table(table, tmp_path / "links.parquet")
    assert pq.read_table(tmp_path / "links.parquet").num_rows == 1
    with pytest.raises(InputError, match="ending of the file"):
        write_table(table, tmp_path / "links.docx")


def test_a_folder_of_tables_is_matched(tmp_path: Path) -> None:
    for name in ("cars", "autos", "rivers"):
        rows = "make,price\nSaab,7\n" if name != "rivers" else "river,length\nElbe,1094\n"
        (tmp_path / f"{name}.csv").write_text(rows, encoding="utf-8")
    found = match(make_task(side_of_folder(tmp_path), None, "tables_tfidf", model=""), "tables_tfidf")
    first = link_table(found, found.links(Rule(way="mutual"))).to_pylist()[0]
    assert {first["left_id"], first["right_id"]} == {"cars.csv", "autos.csv"}


class Steps(Silent):
    """Keeps what is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, int]] = []

    def start(self, what: str, total: int) -> None:
        self.told.append((what, total))


def test_many_texts_are_read_in_parts_and_how_far_it_is_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []

    def embed(model: str, texts: Sequence[str]) -> Floats:
        read.append(len(texts))
        return np.array([[np.cos(len(text)), np.sin(len(text))] for text in texts], np.float32)

    monkeypatch.setattr(service, "_embed", embed)
    names = ["a", "bb", "ccc", "bb", "dddd"]
    task = make_task(side_of_strings(names, "names"), None, "embedding", model="any")
    whole = match(task, "embedding").pairs
    monkeypatch.setattr(service, "BLOCK", 3)
    steps, read[:] = Steps(), []
    parted = match(task, "embedding", steps).pairs
    assert read == [3, 1] and ("reading texts", 4) in steps.told
    np.testing.assert_array_equal(whole.scores, parted.scores)
    assert task.embed is not None
    task.embed(["a", "bb", "ccc", "dddd"])
    assert steps.told.count(("reading texts", 4)) == 1


def test_a_part_that_could_not_be_told_is_an_empty_cell(tmp_path: Path) -> None:
    table = pa.table({"name": ["Red mug", "Red mugs"], "price": [None, "3"]})
    side = Side(name="shop", ids=("1", "2"), table=table, text="name")
    found = match(make_task(side, None, "products", model=""), "products")
    links = link_table(found, found.links(Rule()))
    assert links.column("part price_ratio").to_pylist() == [None]
    write_table(links, tmp_path / "links.csv")
    assert "nan" not in (tmp_path / "links.csv").read_text("utf-8-sig")
