import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from explorer.base.arrays import unit_rows
from explorer.base.dataset import Dataset
from explorer.base.embeddings import Embeddings
from explorer.base.errors import Cancelled, InputError, WorkspaceError
from explorer.base.progress import Silent
from explorer.encoders.base import Abilities
from explorer.encoders.pool import POOL
from explorer.io.embedding_store import save_embeddings
from explorer.maps import cluster_names
from explorer.maps.cluster_names import load_words, name_clusters
from explorer.workspace.folder import Workspace, create_workspace
from explorer.workspace.mapping import build_map, load_map, map_folder

SPEC, COUNT, GROUPS = "precomputed:vector", 90, 3
ABSENT = [4, 50]


def table(count: int, texts: list[str], kinds: list[str]) -> pa.Table:
    ids = [f"item {row}" for row in range(count)]
    return pa.table({"id": ids, "path": [""] * count, "text": texts, "hash": ids, "kind": kinds})


def make(folder: Path, *, texts: bool = False, encoder: str = SPEC) -> Workspace:
    random = np.random.default_rng(0)
    labels = np.arange(COUNT) % GROUPS
    vectors = unit_rows(np.eye(GROUPS, 8)[labels] + 0.1 * random.normal(size=(COUNT, 8)))
    present = np.ones(COUNT, dtype=bool)
    present[ABSENT] = False
    vectors[ABSENT] = 0
    words = ["red apple", "steam train", "grey cat"]
    filled = [words[label] if texts else "" for label in labels]
    dataset = Dataset(table(COUNT, filled, ["fruit" if label == 0 else "other" for label in labels]))
    ws = create_workspace(folder / "ws", "demo", dataset, image_root=None, source="made", kind="table")
    store(ws, vectors, present, encoder)
    return Workspace.open(ws.path)


def store(ws: Workspace, vectors: np.ndarray, present: np.ndarray, encoder: str = SPEC) -> None:
    embeddings = Embeddings(vectors.astype(np.float16), present, encoder, {}, ws.dataset().ids_hash)
    save_embeddings(ws.folder("embeddings", encoder), embeddings, np.array(["h"] * len(vectors)))


@pytest.fixture
def ws(tmp_path: Path) -> Workspace:
    return make(tmp_path)


def test_a_map_comes_back_as_it_was_built(ws: Workspace) -> None:
    report = build_map(ws, SPEC, method="pca")
    found = load_map(ws, SPEC, "pca")
    assert (report.placed, report.count, report.clusters) == (88, 90, len(found.cluster_names))
    assert found.coords.shape == (90, 2) and found.coords.dtype == np.float32 and not found.coords.flags.writeable
    assert np.flatnonzero(np.isnan(found.coords).any(axis=1)).tolist() == ABSENT
    assert (
        np.flatnonzero(np.isnan(found.trust)).tolist() == ABSENT == np.flatnonzero(np.isnan(found.continuity)).tolist()
    )
    assert (found.clusters[ABSENT] == -1).all() and not set(ABSENT) & set(found.anchors.tolist())
    assert found.manifest["settings"] == {"seed": 0} and found.manifest["faithfulness"]["how"] == "exact"
    assert str(report).startswith("pca map of 88 of 90 items")


def test_umap_map_with_texts_is_named_by_them(tmp_path: Path) -> None:
    ws = make(tmp_path, texts=True)
    report = build_map(ws, SPEC, n_neighbors=10, seed=3)
    found = load_map(ws, SPEC)
    assert report.trustworthiness > 0.8 and {name.kind for name in found.named} <= {"texts", "column"}
    assert found.manifest["settings"] == {"n_neighbors": 10, "min_dist": 0.1, "seed": 3}
    assert len(set(found.cluster_names)) == report.clusters >= GROUPS
    said = " ".join(found.cluster_names)
    assert "fruit 100 %" in found.cluster_names and ("train 100 %" in said or "steam 100 %" in said)
    assert "cat 100 %" in said or "grey 100 %" in said


def test_without_texts_clusters_are_named_by_attributes(ws: Workspace) -> None:
    build_map(ws, SPEC, method="pca")
    found = load_map(ws, SPEC, "pca")
    assert "fruit 100 %" in found.cluster_names
    assert "fruit · 100 % of these, 34 % of all (by kind)" in found.cluster_notes


def test_words_name_what_columns_and_texts_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    words = tuple(f"word {number}" for number in range(150))
    known = unit_rows(random.normal(size=(150, 40)))
    monkeypatch.setattr(cluster_names, "load_words", lambda: words)
    labels = np.repeat(np.arange(8), 20)
    images = unit_rows(known[labels] + 0.02 * random.normal(size=(160, 40)))
    dataset = Dataset(table(160, [""] * 160, ["fruit" if label == 0 else "x" for label in labels]))

    def named(joint: bool) -> list[str]:
        found = name_clusters(
            dataset,
            np.arange(160),
            labels,
            vectors=lambda: images,
            word_vectors=lambda wanted: known if joint else None,
        )
        return [name.short for name in found]

    assert named(joint=True) == ["fruit 100 %", *words[1:8]]
    assert named(joint=False) == ["fruit 100 %", *[""] * 7]


def test_a_column_of_splits_names_nothing() -> None:
    labels = np.repeat(np.arange(3), 20)

    def named(column: str, kinds: list[str]) -> list[str]:
        made = table(60, [""] * 60, [kinds[label] for label in labels])
        dataset = Dataset(made.rename_columns(["id", "path", "text", "hash", column]))
        found = name_clusters(
            dataset, np.arange(60), labels, vectors=lambda: np.eye(60), word_vectors=lambda words: None
        )
        return [name.short for name in found]

    assert named("split", ["train", "unseen", "test"]) == ["", "", ""]
    assert named("used for", ["train", "val", "test"]) == ["", "", ""]
    assert named("vehicle", ["train", "car", "ship"]) == ["train 100 %", "car 100 %", "ship 100 %"]


def test_names_follow_the_columns_without_a_new_map(ws: Workspace) -> None:
    build_map(ws, SPEC, method="pca")
    before = load_map(ws, SPEC, "pca")
    kinds = ["berry" if row % GROUPS == 1 else "none" for row in range(COUNT)]
    changed = ws.replace_dataset(Dataset(table(COUNT, [""] * COUNT, kinds)))
    after = load_map(changed, SPEC, "pca")
    assert "berry 100 %" in after.cluster_names and "fruit 100 %" not in after.cluster_names
    np.testing.assert_array_equal(after.clusters, before.clusters)
    report = build_map(changed, SPEC, method="pca")
    kept = load_map(changed, SPEC, "pca")
    assert report.reused and report.clusters == len(kept.named) and kept.cluster_names == after.cluster_names
    assert kept.manifest["created"] == before.manifest["created"] and kept.manifest["clusters"]["dataset"] == 2


def test_a_map_of_older_rules_is_clustered_and_named_anew(ws: Workspace) -> None:
    build_map(ws, SPEC, method="pca")
    present, folder = load_map(ws, SPEC, "pca"), map_folder(ws, SPEC, "pca")
    manifest = json.loads((folder / "manifest.json").read_text())
    del manifest["clusters"]
    (folder / "manifest.json").write_text(json.dumps(manifest | {"named_by": "words"}))
    (folder / "cluster_names.json").write_text(json.dumps(["scissors, pliers"]))
    (folder / "sums.json").unlink()
    np.save(folder / "clusters.npy", np.zeros(COUNT, dtype=np.int64))
    found = load_map(ws, SPEC, "pca")
    assert found.cluster_names == present.cluster_names
    np.testing.assert_array_equal(found.clusters, present.clusters)
    assert build_map(ws, SPEC, method="pca").reused
    assert load_map(ws, SPEC, "pca").manifest["clusters"]["naming"] == cluster_names.RULE


class Joint:
    fingerprint, abilities = "the present training", Abilities(images=True, texts=True, joint=True)


def test_words_of_other_weights_of_the_model_are_not_asked_for(ws: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    plain = ws.replace_dataset(Dataset(table(COUNT, [""] * COUNT, ["x"] * COUNT)))
    monkeypatch.setattr(POOL, "get", lambda spec: Joint())
    monkeypatch.setattr(POOL, "text_vectors", lambda spec, words: asked.append(spec))
    for weights, times in (("of another training", 0), (Joint.fingerprint, 1)):
        made = replace(plain.embeddings(SPEC), settings={"weights": weights})
        save_embeddings(plain.folder("embeddings", SPEC), made, np.array(["h"] * COUNT))
        build_map(plain, SPEC, method="pca")
        assert load_map(plain, SPEC, "pca").cluster_names == ["group 1", "group 2", "group 3"] and len(asked) == times


def test_an_up_to_date_map_is_kept_and_other_settings_replace_it(ws: Workspace) -> None:
    assert not build_map(ws, SPEC, method="pca").reused
    again = build_map(ws, SPEC, method="pca")
    assert again.reused and "up to date" in str(again)
    assert not build_map(ws, SPEC, method="pca", seed=1).reused
    assert load_map(ws, SPEC, "pca").manifest["settings"]["seed"] == 1


def test_new_embeddings_make_a_new_map(ws: Workspace) -> None:
    build_map(ws, SPEC, method="pca")
    before = ws.key
    store(ws, np.asarray(ws.embeddings(SPEC).vectors), np.asarray(ws.embeddings(SPEC).present))
    assert not build_map(ws, SPEC, method="pca").reused
    assert ws.key != before


def test_a_changed_data_set_asks_for_a_new_map(ws: Workspace) -> None:
    build_map(ws, SPEC, method="pca")
    changed = ws.replace_dataset(Dataset(ws.dataset().table.slice(1)))
    with pytest.raises(WorkspaceError, match="older than the data set: build the map again with `explorer map"):
        load_map(changed, SPEC, "pca")


def test_what_is_not_there_is_told(ws: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="no umap map of precomputed:vector: build the map again"):
        load_map(ws, SPEC)
    with pytest.raises(WorkspaceError, match="no embeddings"):
        build_map(ws, "histogram")
    with pytest.raises(InputError, match="expected one of umap, pca; got 'tsne'"):
        build_map(ws, SPEC, method="tsne")


def test_a_damaged_map_is_told(ws: Workspace) -> None:
    build_map(ws, SPEC, method="pca")
    (map_folder(ws, SPEC, "pca") / "trust.npy").write_bytes(b"nothing")
    with pytest.raises(WorkspaceError, match="damaged"):
        load_map(ws, SPEC, "pca")


def test_no_vectors_at_all_are_refused(ws: Workspace) -> None:
    store(ws, np.zeros((COUNT, 8)), np.zeros(COUNT, dtype=bool))
    with pytest.raises(InputError, match="nothing to map"):
        build_map(ws, SPEC, method="pca")


class Stop(Silent):
    def start(self, what: str, total: int) -> None:
        if what == "writing the map":
            raise Cancelled("stop")


def test_a_stopped_build_leaves_the_old_map(ws: Workspace) -> None:
    build_map(ws, SPEC, method="pca")
    with pytest.raises(Cancelled):
        build_map(ws, SPEC, method="pca", seed=5, progress=Stop())
    assert load_map(ws, SPEC, "pca").manifest["settings"]["seed"] == 0
    assert [path.name for path in ws.folder("maps").iterdir()] == [map_folder(ws, SPEC, "pca").name]


def test_two_builders_do_not_meet(ws: Workspace) -> None:
    with ws.lock(), pytest.raises(WorkspaceError, match="Another process is writing"):
        build_map(ws, SPEC, method="pca")


def test_the_manifest_is_plain_json(ws: Workspace) -> None:
    build_map(ws, SPEC, method="pca")
    folder = map_folder(ws, SPEC, "pca")
    manifest = json.loads((folder / "manifest.json").read_text())
    assert manifest["encoder"] == SPEC and manifest["fitted"] == 88
    assert manifest["report"]["trustworthiness"] == pytest.approx(np.nanmean(np.load(folder / "trust.npy")), abs=1e-5)


def test_the_word_list_is_clean() -> None:
    words = load_words()
    assert 1000 <= len(words) <= 2000 and len(set(words)) == len(words)
    assert all(word == word.lower().strip() and word for word in words)
    assert {"apple", "train", "spiral", "pair", "stack", "ring", "red", "stripes"} <= set(words)


def grown(ws: Workspace, vectors: np.ndarray, ids: list[str]) -> Workspace:
    """The workspace with these items instead."""
    texts = pa.table(
        {"id": ids, "path": [""] * len(ids), "text": [""] * len(ids), "hash": ids, "kind": ["x"] * len(ids)}
    )
    ws.replace_dataset(Dataset(texts))
    ws = Workspace.open(ws.path)
    store(ws, vectors, np.ones(len(ids), dtype=bool))
    return ws


def test_a_few_new_items_are_placed_and_no_other_one_moves(ws: Workspace) -> None:
    random = np.random.default_rng(5)
    labels = np.arange(400) % GROUPS
    vectors = unit_rows(np.eye(GROUPS, 8)[labels] + 0.1 * random.normal(size=(400, 8))).astype(np.float16)
    ids = [f"n{row}" for row in range(400)]
    ws = grown(ws, vectors[:390], ids[:390])
    build_map(ws, SPEC)
    before = load_map(ws, SPEC)
    order = random.permutation(np.arange(3, 400))  # three are gone, ten are new, and all stand elsewhere
    ws = grown(ws, vectors[order], [ids[row] for row in order])
    report = build_map(ws, SPEC)
    after = load_map(ws, SPEC)
    assert (report.added, report.removed, report.placed) == (10, 3, 397)
    assert "10 new items" in str(report)
    old, new = np.flatnonzero(order < 390), np.flatnonzero(order >= 390)
    np.testing.assert_array_equal(after.coords[old], before.coords[order[old]])
    np.testing.assert_array_equal(after.clusters[old], before.clusters[order[old]])
    assert after.named == before.named
    assert np.isfinite(after.trust).all() and np.isfinite(after.continuity).all()
    for row in new:  # beside its own kind
        beside = np.argsort(np.linalg.norm(after.coords[old] - after.coords[row], axis=1))[:5]
        assert (labels[order[old[beside]]] == labels[order[row]]).all()
    assert build_map(ws, SPEC).reused


def test_many_new_items_or_many_times_a_few_make_a_new_map(ws: Workspace) -> None:
    random = np.random.default_rng(6)
    vectors = unit_rows(random.normal(size=(420, 8))).astype(np.float16)
    ids = [f"n{row}" for row in range(420)]
    ws = grown(ws, vectors[:380], ids[:380])
    build_map(ws, SPEC)
    added = []
    for count in (390, 398, 404):  # 10, 18, and 24 of 380: more than a twentieth
        ws = grown(ws, vectors[:count], ids[:count])
        added.append(build_map(ws, SPEC).added)
    assert added == [10, 8, 0]
