"""Tuning a head in a workspace: what is kept and told, every source, what is refused before anything is written."""

from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import InputError, ModelError
from explorer.base.permission import Actor, Role, acting
from explorer.base.progress import Silent
from explorer.encoders.tuned import apply_head
from explorer.features.judgments.contract import Answer
from explorer.features.tune.card import card_text, rows_of_card
from explorer.features.tune.service import Wish, check_new, sentence, tune, tuned_here
from explorer.features.tune.sources.registry import lesson_from, sources_of
from explorer.features.tune.train import TuneSettings
from explorer.heads.fit import CHECKPOINT, training_folder
from explorer.heads.head import Head, heads_root, read_head
from explorer.heads.store import write_head
from explorer.workspace.opened import Opened, open_shared
from explorer.workspace.preparing import prepare
from explorer.workspace.triple_store import Triple, triple_store
from tests.pages.visits import COLOURS, make_discs

COUNT = 64
QUICK = TuneSettings(steps=40, every=10, batch=32, hidden=16)
SPEC = "histogram"


@pytest.fixture
def discs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opened:
    monkeypatch.setenv("EXPLORER_HOME", str(tmp_path))
    files = tmp_path / "pictures"
    files.mkdir()

    def columns(number: int) -> dict[str, object]:
        width = number // 4
        return {"colour": COLOURS[number % 4], "size": f"s{width // 2}", "same": "one", "own": f"o{number}"}

    ws = make_discs(tmp_path / "workspaces" / "discs", files, COUNT, lambda number: 6 + number // 4, columns)
    return open_shared(ws.path)


def wish(name: str, source: str, **more: object) -> Wish:
    return Wish(**{"name": name, "source": source, "settings": QUICK, **more})  # type: ignore[arg-type]


def test_a_head_is_kept_with_its_card_and_becomes_a_model_of_the_workspace(discs: Opened) -> None:
    made = tune(discs, SPEC, wish("sizes", "column:size", hold="groups"))
    prepare(discs.workspace, "tuned:sizes", method="pca", progress=Silent())
    again = open_shared(discs.path)
    assert "tuned:sizes" in again.encoders
    assert "mAP on groups that were never learned from: 2 of 8" in sentence("sizes", made)
    head = tuned_here(again)["sizes"]
    card = head.card
    assert (head.kind, head.encoder, card["source"]) == ("residual", SPEC, "the column size")
    assert card["parts"]["train"] + card["parts"]["watch"] + card["parts"]["test"] == COUNT
    assert {row["measure"] for row in rows_of_card(card)} >= {"mAP", "recall@1", "recall@5", "recall@10"}
    assert all({"value", "low", "high"} <= set(one[side]) for one in card["numbers"].values() for side in one)
    assert "measured on 16" in card_text("sizes", head) and len(card["shown"]) == 6
    vectors = apply_head(read_head("sizes"), again.embeddings(SPEC).vectors)
    assert np.allclose(vectors, again.embeddings("tuned:sizes").vectors, atol=2e-3)


@pytest.mark.parametrize("kind", ["linear", "network"])
def test_the_other_heads_are_kept_as_they_compute(discs: Opened, kind: str) -> None:
    made = tune(discs, SPEC, wish("one", "column:colour", settings=TuneSettings(head=kind, steps=20, every=10)))
    lesson = lesson_from(discs, SPEC, "column:colour")
    assert apply_head(made, lesson.vectors).shape == lesson.vectors.shape
    assert sentence("one", made).startswith("tuned:one: mAP on 30% of the items of each label")


def test_a_head_that_did_not_learn_changes_nothing(discs: Opened) -> None:
    """With a rate of nearly nothing every head gives the vectors that it was given."""
    lesson = lesson_from(discs, SPEC, "column:colour")
    for kind in ("linear", "network", "residual"):
        settings = TuneSettings(head=kind, steps=1, every=1, rate=1e-12, weight_decay=0, hidden=8)
        made = tune(discs, SPEC, wish(f"still-{kind}", "column:colour", settings=settings))
        assert np.abs(apply_head(made, lesson.vectors) - lesson.vectors).max() < 1e-5


def test_what_teaches_is_listed_with_the_label_first_and_each_can(discs: Opened) -> None:
    odd = [
        Answer(
            campaign="odd",
            task="odd_one_out",
            annotator="p",
            trial=f"t{number}",
            items=tuple(f"disc-{row}" for row in rows),
            answer=f"disc-{rows[2]}",
        )
        for number, rows in enumerate((4 * n, 4 * n + 4, 4 * n + 1) for n in range(15))
    ]
    from explorer.features.judgments.store import judgment_store

    judgment_store(discs.workspace).add_answers(odd)
    discs.tag_store.put("left", [f"disc-{n}" for n in range(8)])
    discs.tag_store.put("right", [f"disc-{n}" for n in range(8, 16)])
    opened = open_shared(discs.path)
    found = sources_of(opened, SPEC)
    assert list(found) == ["column:colour", "column:size", "judgments:odd", "tags"]
    assert {name: lesson_from(opened, SPEC, name).kind for name in found} == {
        "column:colour": "groups",
        "column:size": "groups",
        "judgments:odd": "triples",
        "tags": "groups",
    }
    made = tune(opened, SPEC, wish("people", "judgments:odd"))
    assert made.card["campaign"] == "odd" and "order" in made.card["numbers"]


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_pairs_and_triples_come_from_files(discs: Opened, tmp_path: Path, ending: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = [{"anchor": f"disc-{n}", "positive": f"disc-{n + 4}", "negative": f"disc-{n + 1}"} for n in range(20)]
    path = tmp_path / f"triples.{ending}"
    if ending == "parquet":
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif ending == "csv":
        lines = ["anchor,positive,negative", *(",".join(row.values()) for row in rows)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    else:
        import json

        path.write_text("\n".join(map(json.dumps, rows)) + "\n", encoding="utf-8")
    lesson = lesson_from(discs, SPEC, f"file:{path}")
    stated = {(n, n + 4, n + 1) for n in range(20)}
    assert lesson.kind == "triples" and {tuple(one) for one in lesson.tuples.tolist()} == stated


def test_wrong_rows_of_a_file_are_named(discs: Opened, tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    lines = ["anchor,positive", *(f"disc-{n},disc-{n + 1}" for n in range(9)), "disc-3,vanished", ",disc-4"]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="Row 10: positive: expected the id of an item.*'vanished'.* Row 11: anchor"):
        lesson_from(discs, SPEC, f"file:{path}")
    path.write_text("left,right\ndisc-1,disc-2\n", encoding="utf-8")
    with pytest.raises(InputError, match="expected the columns anchor, positive .*got left, right"):
        lesson_from(discs, SPEC, f"file:{path}")


def test_words_cannot_teach_a_model_that_reads_none(discs: Opened) -> None:
    triple_store(discs.workspace).add([Triple(f"a disc {n}", f"disc-{n}", f"disc-{n + 1}") for n in range(9)])
    with pytest.raises(InputError, match="does not place words beside the items"):
        lesson_from(discs, SPEC, "triples")


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("column:nothing", "There is no column 'nothing'. Expected one of: colour"),
        ("column:same", "needs two groups or more of two items or more, got 1"),
        ("column:own", "got 0 beside 64 of a single item"),
        ("tags", "Nothing in discs has a tag yet"),
        ("captions", "has no pictures with captions"),
        ("triples", "No training triples were collected yet"),
        ("judgments:none", "no judgments of similarity called 'none'"),
        ("campaign-tags:none", "no tags of a campaign 'none'"),
        ("somewhere", "expected column:NAME, tags"),
    ],
)
def test_a_source_that_is_not_there_is_refused_and_nothing_is_kept(discs: Opened, source: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        tune(discs, SPEC, wish("never", source))
    assert not heads_root().exists() and not training_folder("never").exists()


def test_a_name_that_exists_is_refused_unless_it_was_tuned_here_and_may_be_made_anew(discs: Opened) -> None:
    write_head(heads_root() / "taken", Head(kind="combiner", encoder=SPEC, fingerprint="f", weights={}), "card")
    for again in (False, True):
        with pytest.raises(InputError, match="There is a model tuned:taken already. Take another name"):
            check_new(discs, "taken", again=again)
    tune(discs, SPEC, wish("mine", "column:colour"))
    with pytest.raises(InputError, match="or --again to make it anew"):
        check_new(discs, "mine")
    assert check_new(discs, "mine", again=True) == "mine"


def test_vectors_that_came_with_the_data_cannot_be_tuned(discs: Opened) -> None:
    with pytest.raises(InputError, match="there is no model that could make vectors of new items"):
        tune(discs, "precomputed:own", wish("never", "column:colour"))


def test_a_viewer_tunes_nothing(discs: Opened) -> None:
    from explorer.base.errors import ExplorerError

    with acting(Actor(Role.VIEWER, "someone")), pytest.raises(ExplorerError):
        tune(discs, SPEC, wish("never", "column:colour"))
    assert not heads_root().exists()


def test_a_loss_that_is_no_number_any_more_ends_in_words_and_keeps_nothing(
    discs: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    from explorer.features.tune.losses.registry import LOSSES

    plain, calls = LOSSES["ms"], iter(range(100))
    broken = replace(plain, value=lambda batch: plain.value(batch) * (float("nan") if next(calls) == 14 else 1.0))
    monkeypatch.setitem(LOSSES, "ms", broken)
    with pytest.raises(ModelError, match="stopped at step 15: the loss is nan and no number any more"):
        tune(discs, SPEC, wish("broken", "column:colour", settings=TuneSettings(steps=40, every=10)))
    assert not heads_root().exists() and not (training_folder("broken") / CHECKPOINT).exists()


def test_settings_that_cannot_be_are_refused() -> None:
    for wrong, said in (
        ({"loss": "hinge"}, "loss"),
        ({"head": "deep"}, "head"),
        ({"rate": 0.0}, "learning rate"),
        ({"batch": 2}, "batch"),
    ):
        with pytest.raises(InputError, match=said):
            TuneSettings(**wrong)


def test_a_cancelled_training_goes_on_from_its_checkpoint(discs: Opened) -> None:
    class Stop(Silent):
        def advance(self, done: int) -> None:
            if done == 25:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tune(discs, SPEC, wish("stopped", "column:colour"), Stop())
    assert (training_folder("stopped") / CHECKPOINT).is_file() and not heads_root().exists()
    resumed = tune(discs, SPEC, wish("stopped", "column:colour"))
    whole = tune(discs, SPEC, wish("whole", "column:colour"))
    for name, weights in whole.weights.items():
        assert np.allclose(weights, resumed.weights[name], atol=1e-6)
