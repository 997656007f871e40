"""Files of judgments are read apart from the server: what comes back is what stands there, or a message."""

import json
from pathlib import Path
from typing import Any

import pytest

from explorer.base.errors import InputError
from explorer.features.judgments.exchange.event_files import read_events
from explorer.features.judgments.exchange.reading import Options, read_answers
from explorer.features.judgments.values import to_json
from explorer.io.guard.running import close_workers, open_workers
from explorer.workspace.folder import Workspace

EVENTS: list[tuple[str, list[str], Any]] = [
    ("odd_one_out", ["a", "b", "c"], "c"),
    ("triplet", ["a", "b", "c"], ["a", "c", "b"]),
    ("pair_rating", ["a", "b"], 2.5),
    ("tags", ["a"], {"ratings": {"red": 3}, "flags": [], "added": ["blue"]}),
    ("arrangement", ["a", "b", "c"], [[0, 0.5], [1, 1], [0.25, 0]]),
]


def test_answers_of_every_task_come_back_as_they_are(text_workspace: Workspace, tmp_path: Path) -> None:
    lines = [
        to_json({"campaign": "c", "task": task, "annotator": "ann", "trial": str(n), "items": items, "answer": answer})
        for n, (task, items, answer) in enumerate(EVENTS)
    ]
    (tmp_path / "e.jsonl").write_text("\n".join(lines), encoding="utf-8")
    expected = read_events(tmp_path / "e.jsonl")
    open_workers()
    try:
        found = read_answers(text_workspace.dataset(), tmp_path / "e.jsonl", "", Options(kind="events"))
    finally:
        close_workers()
    assert found == expected
    assert [type(one.answer) for one in found.answers] == [str, tuple, float, dict, list]


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("deep.json", b"[" * 50_000, "votes"),
        ("deep.jsonl", b"[" * 50_000, "events"),
        ("short.npz", b"PK\x03\x04\x00\x00", "matrix"),
        ("short.npy", b"\x93NUMPY\x01\x00\x02\x00{}", "odd-one-out"),
        ("bytes.json", b"\xff\xfe\x00", "votes"),
        ("wide.csv", b"a" * 200_000 + b",b,c\n", "odd-one-out"),
        ("objects.json", json.dumps({"answers": 7, "agreement": {}}).encode(), "votes"),
    ],
)
def test_files_that_cannot_be_read_are_named(
    text_workspace: Workspace, tmp_path: Path, name: str, data: bytes, kind: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=name.replace(".", r"\.")):
        read_answers(text_workspace.dataset(), tmp_path / name, "c", Options(kind=kind))
