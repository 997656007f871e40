"""What travels with answers: settings in our own format; and what does not: repeats, checks, codes."""

import json
from pathlib import Path

import numpy as np
import pytest

from explorer.base.errors import InputError
from explorer.features.judgments.campaigns import campaign, campaigns, create_campaign
from explorer.features.judgments.service import Options, export_judgments, import_judgments
from explorer.features.judgments.settings import Settings
from explorer.features.judgments.store import Store, judgment_store
from explorer.features.judgments.values import Answer
from explorer.workspace.folder import Workspace
from explorer.workspace.opened import Opened, open_shared

GIVEN = Settings(
    task="pair_rating",
    condition="by “colour”",
    instruction="=Look, and say",
    scale=(0.0, 9.0),
    sampler="list",
    models=("a", "b"),
    repeat_share=0.25,
    code="secret code",
    show="texts",
)


def rated(trial: str, answer: float, **values: object) -> Answer:
    base = {"campaign": "c", "task": "pair_rating", "annotator": "ann", "items": ("0", "1"), "sampler": "list"}
    return Answer(trial=trial, answer=answer, **{**base, **values})  # type: ignore[arg-type]


@pytest.fixture
def asked(text_workspace: Workspace) -> tuple[Opened, Store]:
    """A campaign on a 0 to 9 scale with two ratings, one of them asked again, and a check."""
    store = judgment_store(text_workspace)
    create_campaign(store, "c", GIVEN, ["0", "1", "2"])
    check = rated("3", 9, items=("0", "0"), is_check=True, passed=True, sampler="check")
    again = rated("2", 2, repeat_of="0", sampler="repeat")
    store.add_answers([rated("0", 8), rated("1", 1, items=("1", "2")), again, check])
    return open_shared(text_workspace.path), store


@pytest.mark.parametrize("ending", ["csv", "jsonl", "parquet"])
def test_settings_come_back(asked: tuple[Opened, Store], tmp_path: Path, ending: str) -> None:
    opened, store = asked
    first, second = tmp_path / f"first.{ending}", tmp_path / f"second.{ending}"
    before = store.answers()
    assert export_judgments(opened, first, "events").startswith("4 events")
    assert b"secret code" not in first.read_bytes()
    for path in (first, second):
        (store.place.folder / "judgments.sqlite").unlink()
        said = import_judgments(opened, path, Options(kind="events")).sentence
        assert said == "4 answers added to 'c'."
        found = campaign(store, "c").settings
        assert (found.scale, found.condition, found.instruction) == (GIVEN.scale, GIVEN.condition, GIVEN.instruction)
        assert (found.sampler, found.sampled, found.models, found.show) == ("import", "list", ("a", "b"), "texts")
        assert (found.code, found.repeat_share, found.source) == ("", 0.25, path.name)
        assert [(one.answer, one.sampler, one.repeat_of) for one in store.answers()] == [
            (one.answer, one.sampler, one.repeat_of) for one in before
        ]
        export_judgments(opened, second, "events")


def test_exports_for_other_programs_leave_out_repeats_and_checks(asked: tuple[Opened, Store], tmp_path: Path) -> None:
    opened, store = asked
    export_judgments(opened, tmp_path / "a.npz", "dissimilarities", "c")
    assert np.load(tmp_path / "a.npz")["dissimilarities"][0].tolist()[::2] == [1.0, 8.0]
    odd = {"campaign": "o", "task": "odd_one_out", "items": ("0", "1", "2")}
    store.add_answers([rated("0", "2", **odd), rated("1", "1", **odd, repeat_of="0")])  # type: ignore[arg-type]
    assert export_judgments(opened, tmp_path / "o.npy", "odd-one-out").startswith("1 answers")
    assert np.load(tmp_path / "o.npy").tolist() == [[0, 1, 2]]


def test_an_older_export_keeps_room_for_its_ratings(text_workspace: Workspace, tmp_path: Path) -> None:
    line = {"campaign": "c", "task": "pair_rating", "annotator": "a", "trial": "1", "items": ["0", "1"], "answer": 9}
    path, opened = tmp_path / "e.jsonl", open_shared(text_workspace.path)
    path.write_text(json.dumps(line | {"condition": "by hue"}) + "\n", encoding="utf-8")
    import_judgments(opened, path, Options(kind="events"))
    found = campaign(judgment_store(text_workspace), "c").settings
    assert (found.scale, found.condition) == ((1.0, 9.0), "by hue")
    path.write_text(json.dumps(line | {"trial": "2", "answer": 3}) + "\n", encoding="utf-8")
    assert import_judgments(opened, path, Options(kind="events")).sentence == "1 answers added to 'c'."


def test_another_scale_is_said_and_a_bad_one_refused(asked: tuple[Opened, Store], tmp_path: Path) -> None:
    opened, store = asked
    path = tmp_path / "e.jsonl"
    export_judgments(opened, path, "events")
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    lines[0]["answer"]["scale"] = [0, 5]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    said = import_judgments(opened, path, Options(kind="events")).sentence
    assert said.endswith("The campaign 'c' keeps the scale 0 to 9; the file says 0 to 5.")
    (store.place.folder / "judgments.sqlite").unlink()
    for name, value, message in (
        ("scale", [9, 0], "e.jsonl, campaign 'c', scale: expected the lowest and the highest rating"),
        ("condition", 7, "e.jsonl, campaign 'c', condition: expected what the export writes, got 7"),
        ("show", "all", "show: expected one of both, images, texts; got 'all'"),
    ):
        bad = {**lines[0], "answer": {**lines[0]["answer"], "scale": [0, 5], name: value}}
        path.write_text("\n".join(map(json.dumps, [bad, *lines[1:]])), encoding="utf-8")
        with pytest.raises(InputError, match=message):
            import_judgments(opened, path, Options(kind="events"))
        assert campaigns(store) == []
