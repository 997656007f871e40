"""Tables as people bring them: guesses that do not hold become notes, and every row is an item or named."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from explorer.base.errors import InputError
from explorer.io.columns import Columns
from explorer.workspace.folder import Workspace
from explorer.workspace.import_report import read_report
from explorer.workspace.importing import import_source

COUNT = 6
TEXTS = [f"a text of some words, number {number}" for number in range(COUNT)]
Bring = Callable[..., Workspace]


@pytest.fixture
def bring(tmp_path: Path) -> Bring:
    """Import columns as a Parquet file."""

    def bring_columns(columns: dict[str, object], said: Columns | None = None, name: str = "t") -> Workspace:
        pq.write_table(pa.table(columns), tmp_path / f"{name}.parquet")
        return import_source(tmp_path / f"{name}.parquet", tmp_path / "ws", columns=said)

    return bring_columns


def notes(ws: Workspace) -> str:
    report = read_report(ws)
    return "\n".join(report.notes) if report else ""


def test_an_id_column_that_repeats_or_has_gaps_is_an_attribute(bring: Bring) -> None:
    ws = bring({"key": [1, 2, 1, 2, 3, 4], "text": TEXTS})
    assert list(ws.dataset().ids) == list("123456")
    assert ws.dataset().attributes == ["key"]
    assert "key: 2 values of it repeat others, so it is no id." in notes(ws)


def test_gaps_in_an_id_column(bring: Bring) -> None:
    ws = bring({"uid": ["a", None, "", "b", "c", "d"], "text": TEXTS})
    assert list(ws.dataset().ids) == list("123456")
    assert "uid: it is empty in 2 rows" in notes(ws)


@pytest.mark.parametrize("ids", [["a", "a"], ["a", ""]])
def test_an_id_column_that_was_named_must_hold(bring: Bring, ids: list[str]) -> None:
    with pytest.raises(InputError, match="t.parquet: expected .*id"):
        bring({"uid": ids, "text": TEXTS[:2]}, Columns(id="uid"))


def test_an_update_keeps_its_ids_and_names_rows_without_one(bring: Bring) -> None:
    bring({"id": ["a", "b", "c"], "text": TEXTS[:3]})
    ws = bring({"id": ["a", "b", "b", ""], "text": TEXTS[:4]})
    assert list(ws.dataset().ids) == ["a", "b"]
    skipped = (ws.path / "skipped.csv").read_text()
    assert "row 3 has no id of its own in 'id'" in skipped
    assert "row 4 has no id of its own in 'id'" in skipped


def test_one_option_leaves_the_other_guesses_on(bring: Bring) -> None:
    ws = bring({"id": list("abcdef"), "caption": TEXTS, "title": TEXTS, "emb": [[1.5, 2.5]] * 6}, Columns(text="title"))
    assert list(ws.dataset().ids) == list("abcdef")
    assert ws.encoders() == ["precomputed:emb"]
    assert ws.dataset().attributes == ["caption"]


def test_what_was_said_to_be_none_stays_none(bring: Bring) -> None:
    columns = {"id": list("abcdef"), "text": TEXTS, "emb": [[1.5, 2.5]] * 6}
    bring(columns, Columns(id="", vectors=("",)))
    ws = bring(columns)
    assert list(ws.dataset().ids) == list("123456")
    assert ws.encoders() == []


def test_web_addresses_are_no_pictures(bring: Bring) -> None:
    addresses = [f"https://example.org/{number}.jpg" for number in range(COUNT)]
    ws = bring({"URL": addresses, "TEXT": TEXTS})
    assert ws.dataset().table.column("URL").to_pylist() == addresses
    assert ws.dataset().table.column("text").to_pylist() == TEXTS
    assert "URL: web addresses of pictures, which are not fetched" in notes(ws)


def test_pictures_that_are_not_there_leave_the_texts(bring: Bring) -> None:
    ws = bring({"image": [f"{number}.jpg" for number in range(COUNT)], "caption": TEXTS})
    assert len(ws.dataset()) == COUNT
    assert ws.dataset().attributes == ["image"]
    assert "image: " in notes(ws)


@pytest.mark.parametrize(
    ("values", "note"),
    [
        ([[1, 2, 3, 4]] * 6, "bbox: lists of 4 numbers that look like no vectors; if they are, say --vectors bbox."),
        ([list(range(1 + number)) for number in range(6)], ""),
    ],
)
def test_boxes_and_ragged_lists_are_attributes(bring: Bring, values: list[list[int]], note: str) -> None:
    ws = bring({"text": TEXTS, "bbox": values})
    assert ws.encoders() == []
    assert ws.dataset().table.column("bbox").to_pylist() == values
    assert note in notes(ws)


def test_vectors_as_numpy_writes_them(tmp_path: Path, rng: np.random.Generator) -> None:
    vectors = rng.normal(size=(COUNT, 24)).astype(np.float32)
    rows = "".join(f'"{text}","{vector}"\n' for text, vector in zip(TEXTS, vectors, strict=True))
    (tmp_path / "t.csv").write_text(f"text,embedding\n{rows}")
    made = import_source(tmp_path / "t.csv", tmp_path / "ws").embeddings("precomputed:embedding")
    assert np.allclose(made.vectors, vectors / np.linalg.norm(vectors, axis=1, keepdims=True), atol=1e-4)


def test_vectors_that_numpy_cut_are_left_to_a_note(tmp_path: Path) -> None:
    rows = "".join(f'"{text}","{np.arange(1500) / 7}"\n' for text in TEXTS)
    (tmp_path / "t.csv").write_text(f"text,vec\n{rows}")
    ws = import_source(tmp_path / "t.csv", tmp_path / "ws")
    assert (len(ws.dataset()), ws.encoders()) == (COUNT, [])
    assert "vec: the lists were cut" in notes(ws)


def test_rows_without_a_vector_are_items_without_one(tmp_path: Path) -> None:
    cells = ["[0.1, 0.2]", "nan", "", "None", "[0.3, 0.4]", "[0.5, 0.6]"]
    rows = "".join(f'"{text}","{cell}"\n' for text, cell in zip(TEXTS, cells, strict=True))
    (tmp_path / "t.csv").write_text(f"text,emb\n{rows}")
    ws = import_source(tmp_path / "t.csv", tmp_path / "ws")
    assert ws.embeddings("precomputed:emb").present.tolist() == [True, False, False, False, True, True]


def test_a_row_that_has_only_a_bad_vector_is_skipped(bring: Bring) -> None:
    ws = bring({"id": ["a", "b"], "vector": [[0.1, 0.2], [0.0, 0.0]]})
    assert list(ws.dataset().ids) == ["a"]
    assert "row 2 has neither an image, a text nor a vector" in (ws.path / "skipped.csv").read_text()


def test_vectors_that_are_added_later_are_found(tmp_path: Path, rng: np.random.Generator) -> None:
    table = tmp_path / "items.jsonl"
    table.write_text("".join(json.dumps({"text": text}) + "\n" for text in TEXTS))
    ws = import_source(table, tmp_path / "ws")
    np.save(tmp_path / "items.npy", rng.normal(size=(COUNT, 4)))
    ws = import_source(table, ws.path)
    assert ws.encoders() == ["precomputed:items"]
    table.write_text("".join(json.dumps({"text": text, "emb": [1.5, len(text)]}) + "\n" for text in TEXTS))
    assert sorted(import_source(table, ws.path).encoders()) == ["precomputed:emb", "precomputed:items"]


def test_a_renamed_column_is_guessed_anew(bring: Bring) -> None:
    bring({"review": TEXTS, "n": list(range(COUNT))})
    ws = bring({"body": TEXTS, "n": list(range(COUNT))})
    assert ws.dataset().table.column("text").to_pylist() == TEXTS
    assert "'review' of the last import is gone: 'body' is the text now. Choose with --text COLUMN." in notes(ws)


def test_absolute_paths_elsewhere_say_what_to_type(tmp_path: Path, image_folder: Path) -> None:
    (tmp_path / "tab").mkdir()
    table = tmp_path / "tab" / "t.csv"
    table.write_text(f"filepath,label\n{image_folder}/warm/01.jpg,a\n{image_folder}/warm/03.jpg,b\n")
    with pytest.raises(InputError, match=f"allow it with --data-root {image_folder}/warm"):
        import_source(table, tmp_path / "ws")
    ws = import_source(table, tmp_path / "ws", data_root=image_folder / "warm")
    assert ws.dataset().table.column("path").to_pylist() == ["01.jpg", "03.jpg"]


def test_exports_hold_dates_and_lists(bring: Bring, tmp_path: Path) -> None:
    """What comes in as a date or a list goes out as one, and comes in again."""
    import datetime as dt

    from explorer.io.export import export_rows

    ws = bring({"text": TEXTS[:2], "day": [dt.date(2024, 1, 2), None], "tags": [["a", "b"], []]})
    rows = np.arange(2)
    for ending in ("csv", "jsonl", "parquet", "zip"):
        export_rows(ws, rows, tmp_path / f"out.{ending}")
    first, second = map(json.loads, (tmp_path / "out.jsonl").read_text().splitlines())
    assert (first["day"], first["tags"]) == ("2024-01-02", ["a", "b"])
    assert (second["day"], second["tags"]) == (None, [])
    again = import_source(tmp_path / "out.csv", tmp_path / "ws2").dataset().table
    assert again.column("tags").to_pylist() == [["a", "b"], []]
