"""Judgments of a workspace: from files and to files."""

import json
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.base.progress import Silent
from explorer.features.judgments.agreement.report import agreement_report
from explorer.features.judgments.campaigns import campaigns
from explorer.features.judgments.learning.service import place_items
from explorer.features.judgments.service import (
    Options,
    export_judgments,
    import_judgments,
    judgments,
    make_campaign,
)
from explorer.features.judgments.settings import Settings
from explorer.features.judgments.store import judgment_store
from explorer.features.judgments.values import Answer
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import open_shared


def test_odd_one_out_with_numbers_a_position_and_people(text_workspace: Workspace, tmp_path: Path) -> None:
    """The form of the THINGS answers: no header, numbers from 1, the position of the odd one, the person."""
    path = tmp_path / "answers.csv"
    path.write_text("1\t2\t3\t2\t272\n6\t5\t4\t1\t273\n", encoding="utf-8")
    options = Options(kind="odd-one-out", base=1, odd="column:4", person="5")
    assert import_judgments(open_shared(text_workspace.path), path, options).sentence == (
        "2 answers added to 'answers'. Numbers count the items from 1 in the order of the data set: "
        "1, 2, 3 → 0, 1, 2; 6, 5, 4 → 5, 4, 3."
    )
    again = import_judgments(open_shared(text_workspace.path), path, options)
    assert (again.kept, again.new) == (2, 0) and "were there already" in again.sentence
    ids = text_workspace.dataset().ids
    found = judgment_store(text_workspace).answers("answers")
    assert [(one.items, one.answer, one.annotator) for one in found] == [
        ((ids[0], ids[1], ids[2]), ids[1], "272"),
        ((ids[5], ids[4], ids[3]), ids[5], "273"),
    ]
    made = campaigns(judgment_store(text_workspace))[0]
    assert made.closed and made.settings.source == "answers.csv" and made.settings.sampler == "import"


def test_another_file_of_the_same_name_and_a_longer_one(text_workspace: Workspace, tmp_path: Path) -> None:
    first, second = tmp_path / "a" / "t.csv", tmp_path / "b" / "t.csv"
    for path, text in ((first, "0,1,2\n3,4,5\n"), (second, "0,2,1\n3,4,5\n1,2,3\n")):
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    assert import_judgments(open_shared(text_workspace.path), first, Options(kind="triplets")).new == 2
    assert import_judgments(open_shared(text_workspace.path), second, Options(kind="triplets")).new == 2
    assert import_judgments(open_shared(text_workspace.path), second, Options(kind="triplets")).new == 0


def test_the_same_answers_under_another_name_are_not_doubled(text_workspace: Workspace, tmp_path: Path) -> None:
    opened, store = open_shared(text_workspace.path), judgment_store(text_workspace)
    for name, text in (
        ("a.csv", "0,1,2\n3,4,5\n"),
        ("copy.csv", "0,1,2\n3,4,5\n"),
        ("sorted.tsv", "ref\tnear\tfar\n3\t4\t5\n0\t1\t2\n"),
        ("other.csv", "0,1,2\n3,5,4\n"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    done = [
        import_judgments(opened, tmp_path / name, Options(kind="triplets"))
        for name in ("a.csv", "copy.csv", "sorted.tsv", "other.csv")
    ]
    assert [(one.campaign, one.new) for one in done] == [("a", 2), ("a", 0), ("a", 0), ("other", 2)]
    assert done[1].sentence.startswith(
        "0 answers added to 'a' (2 were there already). The same answers were imported from a.csv on 20"
    )
    assert set(store.tasks()) == {"a", "other"} == {one.name for one in campaigns(store)}
    assert import_judgments(opened, tmp_path / "a.csv", Options(kind="odd-one-out", campaign="odd")).new == 2


def test_answers_that_were_lost_can_be_imported_again(text_workspace: Workspace, tmp_path: Path) -> None:
    opened, store, path = open_shared(text_workspace.path), judgment_store(text_workspace), tmp_path / "a.csv"
    path.write_text("0,1,2\n3,4,5\n", encoding="utf-8")
    import_judgments(opened, path, Options(kind="triplets"))
    with store.connect(write=True) as connection:
        connection.execute("DROP TRIGGER no_delete")
        connection.execute("DELETE FROM events WHERE seq = 1")
    assert import_judgments(opened, path, Options(kind="triplets")).new == 1


def test_a_file_of_words_keeps_its_first_row(text_workspace: Workspace, tmp_path: Path) -> None:
    opened, path, store = open_shared(text_workspace.path), tmp_path / "t.csv", judgment_store(text_workspace)
    path.write_text("a,b,c\n0,1,2\n3,4,5\n", encoding="utf-8")
    said = import_judgments(opened, path, Options(kind="triplets")).sentence
    assert said.startswith("2 answers added to 't'. The first row (a, b, c) was taken as names of the columns")
    with pytest.raises(InputError, match="t.csv, row 1: expected the number of an item, got 'a'"):
        import_judgments(opened, path, Options(kind="triplets", header="no"))
    path.write_text("x,y,z\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"got none. The first row \(x, y, z\) was taken as names"):
        import_judgments(opened, path, Options(kind="triplets"))
    path.write_text("2026,near,far\n3,4,5\n", encoding="utf-8")
    assert import_judgments(opened, path, Options(kind="triplets", header="yes", campaign="second")).new == 1
    assert [one.items for one in store.answers("second")] == [("3", "4", "5")]


def test_nothing_is_kept_of_a_file_with_a_bad_row(text_workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("first,second,odd\n1,2,3\n1,2,77\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"answers.csv, row 3: expected the number of an item from 1 to 6, got '77'"):
        import_judgments(open_shared(text_workspace.path), path, Options(kind="odd-one-out", base=1))
    assert not judgment_store(text_workspace).exists()


def test_columns_by_name(text_workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "t.tsv"
    path.write_text("who\tref\tnear\tfar\nann\t0\t1\t2\n", encoding="utf-8")
    import_judgments(
        open_shared(text_workspace.path),
        path,
        Options(kind="triplets", items="ref,near,far", person="who", campaign="mine"),
    )
    found = judgment_store(text_workspace).answers("mine")[0]
    assert (found.answer, found.annotator) == (("0", "1", "2"), "ann")
    with pytest.raises(InputError, match="there is no column 'x'. Expected one of: who, ref, near, far"):
        import_judgments(open_shared(text_workspace.path), path, Options(kind="triplets", items="ref,near,x"))
    with pytest.raises(InputError, match="three columns of items"):
        import_judgments(open_shared(text_workspace.path), path, Options(kind="triplets", items="ref,near"))


def test_votes_by_sorted_names_of_pictures(image_workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "votes.json"
    path.write_text(json.dumps({"answers": [[0, 1, 2]], "agreement": [[2, 1]]}), encoding="utf-8")
    import_judgments(open_shared(image_workspace.path), path, Options(kind="votes", numbers="files"))
    found = judgment_store(image_workspace).answers()
    assert [Path(item).name for item in found[0].items] == ["00.jpg", "01.jpg", "02.jpg"]
    assert len(found) == 3


def test_one_name_one_task(text_workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("0,1,2\n", encoding="utf-8")
    import_judgments(open_shared(text_workspace.path), path, Options(kind="triplets"))
    with pytest.raises(InputError, match="asks for triplet; this file holds odd_one_out"):
        import_judgments(open_shared(text_workspace.path), path, Options(kind="odd-one-out"))


def test_matrices_from_an_archive(text_workspace: Workspace, tmp_path: Path, rng: np.random.Generator) -> None:
    values = rng.random((2, 6, 6))
    values = values + values.transpose(0, 2, 1)
    path = tmp_path / "rdms.npz"
    np.savez(path, rdms=values, other=np.zeros(3))
    with pytest.raises(InputError, match="say which with --array NAME"):
        import_judgments(open_shared(text_workspace.path), path, Options(kind="matrix"))
    assert import_judgments(open_shared(text_workspace.path), path, Options(kind="matrix", array="rdms")).new == 2 * 15
    out = tmp_path / "out.npz"
    export_judgments(open_shared(text_workspace.path), out, "dissimilarities")
    upper = np.triu_indices(6, 1)
    np.testing.assert_allclose(np.load(out)["dissimilarities"], values[:, *upper])


@pytest.mark.parametrize("kind", ["csv", "jsonl", "parquet"])
def test_events_go_out_and_come_back(text_workspace: Workspace, tmp_path: Path, kind: str) -> None:
    store = judgment_store(text_workspace)
    given = [
        Answer(
            campaign="c",
            task="odd_one_out",
            annotator="Ann, Ö",
            trial="0.0",
            items=("0", "1", "2"),
            answer="1",
            condition="by “colour”",
            sampler="random",
            rt_ms=912.0,
            created="2026-01-01",
        ),
        Answer(
            campaign="c",
            task="odd_one_out",
            annotator="Ann, Ö",
            trial="1.0",
            items=("0", "0", "2"),
            answer="2",
            is_check=True,
            passed=True,
        ),
        Answer(
            campaign="d",
            task="triplet",
            annotator="",
            trial="0.0",
            items=("0", "1", "2"),
            answer=("0", "2", "1"),
            repeat_of="x",
        ),
        Answer(campaign="e", task="pair_rating", annotator="b", trial="0", items=("0", "1"), answer=-0.25),
        Answer(
            campaign="f",
            task="tags",
            annotator="b",
            trial="0",
            items=("0",),
            answer={"ratings": {"a": 1}, "flags": [], "added": ["=x"]},
        ),
        Answer(
            campaign="g",
            task="arrangement",
            annotator="b",
            trial="0",
            items=("0", "1", "2"),
            answer=[[0, 0], [0.5, 1], [1, 1]],
        ),
    ]
    store.add_answers(given)
    before = store.answers()
    path = tmp_path / f"events.{kind}"
    assert export_judgments(open_shared(text_workspace.path), path, "events").startswith("6 events written to")
    (store.place.folder / "judgments.sqlite").unlink()
    assert import_judgments(open_shared(text_workspace.path), path, Options(kind="events")).new == 6
    after = store.answers()
    assert [
        (a.campaign, a.items, a.answer, a.condition, a.rt_ms, a.is_check, a.passed, a.annotator) for a in after
    ] == [(a.campaign, a.items, a.answer, a.condition, a.rt_ms, a.is_check, a.passed, a.annotator) for a in before]


def test_events_with_unknown_items(text_workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    values = {"campaign": "c", "task": "pair_rating", "annotator": "a", "trial": "1", "items": ["0", "zz"], "answer": 3}
    path.write_text(json.dumps(values) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"e.jsonl, answer 1 \(trial 1\): there is no item with the id 'zz'"):
        import_judgments(open_shared(text_workspace.path), path, Options(kind="events"))
    path.write_text(json.dumps(values | {"items": ["0", "1"], "answer": "much"}) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="e.jsonl, row 1: Rating: expected a number, got 'much'"):
        import_judgments(open_shared(text_workspace.path), path, Options(kind="events"))
    path.write_text('{"campaign": "c"}\n', encoding="utf-8")
    with pytest.raises(InputError, match="row 1: expected the columns task, annotator, trial, items, answer as well"):
        import_judgments(open_shared(text_workspace.path), path, Options(kind="events"))
    path.write_text("nonsense\n", encoding="utf-8")
    with pytest.raises(InputError, match="row 1: expected JSON"):
        import_judgments(open_shared(text_workspace.path), path, Options(kind="events"))


def test_files_that_are_not_there_or_of_another_kind(text_workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        import_judgments(open_shared(text_workspace.path), tmp_path / "no.csv", Options(kind="triplets"))
    with pytest.raises(InputError, match="the ending of the file: expected one of .csv"):
        import_judgments(open_shared(text_workspace.path), tmp_path / "no.xls", Options(kind="triplets"))
    with pytest.raises(InputError, match="format: expected one of events, odd-one-out"):
        import_judgments(open_shared(text_workspace.path), tmp_path / "no.csv", Options(kind="guess"))


def test_judgments_as_a_table(text_workspace: Workspace) -> None:
    opened = open_shared(text_workspace.path)
    assert judgments(opened).empty
    with pytest.raises(InputError, match="no campaign called 'nope'"):
        judgments(opened, "nope")

    def rated(trial: str, **values: Any) -> Answer:
        base = {"campaign": "c", "task": "pair_rating", "annotator": "ann", "items": ("0", "1"), "answer": 3}
        return Answer(trial=trial, **{**base, **values})

    check = rated("2", items=("0", "0"), answer=7, is_check=True, passed=True, rt_ms=900.0)
    other = rated("1", campaign="d", task="triplet", items=("0", "1", "2"), answer=("0", "2", "1"))
    judgment_store(text_workspace).add_answers([rated("1", created="2026-01-02T03:04:05.678+00:00"), check, other])
    found = judgments(opened, "c")
    assert found["trial"].tolist() == ["1", "2"] and found["items"].tolist() == [("0", "1"), ("0", "0")]
    assert found["answer"].tolist() == [3.0, 7.0] and found["is_check"].tolist() == [False, True]
    assert found["passed"].isna().tolist() == [True, False] and found["rt_ms"].isna().tolist() == [True, False]
    assert str(found["created"][0]) == "2026-01-02 03:04:05.678000+00:00"
    assert judgments(opened, task="triplet")["answer"].tolist() == [("0", "2", "1")]
    assert len(judgments(opened)) == 3


def test_answers_under_several_conditions_are_told_apart(text_workspace: Workspace, tmp_path: Path) -> None:
    """By colour everybody finds the second item nearer, by shape the third; as one set they would cancel out."""
    opened, store = open_shared(text_workspace.path), judgment_store(text_workspace)
    ids = opened.dataset.ids.tolist()
    chosen = Settings(task="triplet", conditions=("by colour", "by shape"))
    make_campaign(opened, "c", chosen, ids)
    rows = [(a, *others) for a in ids for others in combinations([b for b in ids if b != a], 2)]
    answers = [
        Answer(
            campaign="c",
            task="triplet",
            annotator=f"{condition} {who}",
            trial=f"{number}.0",
            items=row,
            answer=row if condition == "by colour" else (row[0], row[2], row[1]),
            condition=condition,
        )
        for condition, people in (("by colour", 2), ("by shape", 1))
        for who in range(people)
        for number, row in enumerate(rows)
    ]
    store.add_answers(answers)
    both = export_judgments(opened, tmp_path / "both.npy", "triplets", "c")
    assert "Answers under 2 conditions are in it together" in both
    assert export_judgments(opened, tmp_path / "one.npy", "triplets", "c", "by shape").startswith(
        f"{len(rows)} answers"
    )
    assert np.load(tmp_path / "one.npy").tolist() == [
        [opened.dataset.rows_of([i])[0] for i in (a, c, b)] for a, b, c in rows
    ]
    with pytest.raises(InputError, match="condition"):
        export_judgments(opened, tmp_path / "no.npy", "triplets", "c", "by size")
    said = place_items(opened, "c", dim=2, loss="logistic", progress=Silent(), condition="by shape")
    assert "precomputed:people c by shape" in said and "judged by colour are not among these" in said
    assert "judged by shape are not among these" in agreement_report(opened, "c", [], 0.0)
