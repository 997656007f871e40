import json

import pytest

from explorer.base.shipped import ASSETS
from explorer.encoders.pocket import PocketFiles
from explorer.encoders.specs import POCKETS
from recipes.pocket.card import reached_sentence, write_card

RESULTS = ASSETS.parent / "benchmarks" / "results" / "pocket.json"


@pytest.mark.parametrize("argument", ["", *POCKETS])
def test_the_card_holds_the_committed_numbers(argument: str) -> None:
    files = PocketFiles.named(argument)
    results = RESULTS.with_name(f"pocket_{argument}.json") if argument else RESULTS
    report = json.loads(results.read_text(encoding="utf-8"))
    manifest = json.loads(files.manifest.read_text(encoding="utf-8"))
    assert report["weights"] == manifest["sha256"] == files.check()
    assert (files.folder / "pocket.md").read_text(encoding="utf-8") == write_card(report, manifest)


def test_weights_that_began_with_others_say_with_which() -> None:
    manifest = json.loads(PocketFiles.named("photos").manifest.read_text(encoding="utf-8"))
    assert manifest["begun_with"] == PocketFiles().check()
    assert manifest["begun_with"] in (ASSETS / "pocket-photos" / "pocket.md").read_text(encoding="utf-8")


def test_what_is_missed_is_said_with_both_numbers() -> None:
    report = {
        "reach": {"a": 0.5, "b": 0.9},
        "table": {"a": {"pocket": {"value": 0.6}}, "b": {"pocket": {"value": 0.4}}},
    }
    assert reached_sentence(report) == "Reached: a.\n\nNot reached: b (0.400 of 0.9)."


def test_further_pictures_stand_in_the_card_with_their_licence_and_in_all() -> None:
    report = json.loads(RESULTS.read_text(encoding="utf-8"))
    manifest = json.loads(PocketFiles().manifest.read_text(encoding="utf-8"))
    sources = {"prints": {"pictures": 1200, "licence": "CC0"}, "web": {"pictures": 34, "licence": "none stated"}}
    lines = write_card(report, {**manifest, "further": sources}).splitlines()
    at = lines.index("| prints, without labels | 1,200 | CC0 |")
    assert lines[at - 1].startswith("| Scenes drawn by this project")
    assert lines[at + 1 : at + 3] == [
        "| web, without labels | 34 | none stated |",
        "| All pictures without labels | 1,234 | |",
    ]
    assert lines[at + 3] == ""
