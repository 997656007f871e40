import json

from explorer.base.shipped import ASSETS
from explorer.encoders.pocket import PocketFiles
from recipes.pocket.card import reached_sentence, write_card

RESULTS = ASSETS.parent / "benchmarks" / "results" / "pocket.json"


def test_the_card_holds_the_committed_numbers() -> None:
    report = json.loads(RESULTS.read_text(encoding="utf-8"))
    manifest = json.loads(PocketFiles().manifest.read_text(encoding="utf-8"))
    assert report["weights"] == manifest["sha256"] == PocketFiles().check()
    assert (ASSETS / "pocket.md").read_text(encoding="utf-8") == write_card(report, manifest)


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
